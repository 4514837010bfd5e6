/*
 * The part of the form that marks a place: by the phone's position, by a photo's,
 * or on a map, which is loaded only when it is asked for.
 */
import type { Point } from './exif';
import type { PinMap } from './map';
import { communityOf, locate, metres, placeName, readPlace, writePlace, type Located, type Place } from './place';

export interface Pin {
  place(): Place | undefined;
  offer(photo: Point): void;
  /* The draft's place, when nothing else was set. */
  restore(text: string): void;
  /* Where the code hangs that was scanned, when there was no draft. */
  begin(): void;
}

const WAIT_MS = 12_000;
const FAR_M = 100; // a photo's place this far off is another place

function position(): Promise<Place> {
  return new Promise((resolve, reject) => {
    const phone: Geolocation | undefined = navigator.geolocation;
    if (phone === undefined) return reject(new Error('no position'));
    phone.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy), how: 'gps' }),
      reject,
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 30_000 },
    );
  });
}

/* The community of the pin becomes the report's: chosen in the list, or in the
 * place of what the code on the wall said. */
function takeArea(form: HTMLFormElement, located: Located): void {
  const community = communityOf(located);
  const area = form.querySelector<HTMLInputElement | HTMLSelectElement>('[name=area]');
  if (community === undefined || area === null || area.value.startsWith(community.code)) return;
  if (area instanceof HTMLSelectElement) {
    if (Array.from(area.options).some((option) => option.value === community.code)) area.value = community.code;
  } else {
    const name = form.querySelector('[data-area-name]');
    area.value = community.code;
    form.querySelector('[name=qr]')?.remove();
    if (name === null) return;
    name.textContent = community.name;
    const street = located.chain.find((one) => one.kind === 'street');
    if (name.nextElementSibling !== null) name.nextElementSibling.textContent = street?.name ?? '';
  }
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

export function enhancePin(root: HTMLElement, form: HTMLFormElement, changed: () => void): Pin {
  const words = root.dataset;
  const tenant = words.tenant ?? '';
  const find = <E extends HTMLElement>(selector: string) => root.querySelector<E>(selector)!;
  const input = find<HTMLInputElement>('[name=place]');
  const said = find('[data-pin-said]');
  const here = find<HTMLButtonElement>('[data-pin-here]');
  const mapButton = find<HTMLButtonElement>('[data-pin-map]');
  const clear = find<HTMLButtonElement>('[data-pin-clear]');
  const photo = find('[data-pin-photo]');
  const frame = find('.map-frame');
  let map: PinMap | undefined;
  let offered: Point | undefined;
  let turn = 0;

  const say = (text: string, mood: 'set' | 'failed' | '' = '') => {
    said.textContent = text;
    root.classList.toggle('pin-set', mood === 'set');
    root.classList.toggle('pin-failed', mood === 'failed');
  };

  const name = async (place: Place, mine: number) => {
    const about = place.accuracy === undefined ? '' : ` (${(words.about ?? '').replace('{n}', String(place.accuracy))})`;
    say(`${words.set ?? ''}${about}`, 'set');
    try {
      const located = await locate(tenant, place);
      if (mine !== turn) return;
      if (located === undefined) return say(words.outside ?? '', 'failed');
      takeArea(form, located);
      say((words.at ?? '').replace('{place}', placeName(located)) + about, 'set');
    } catch {
      return; // the mark stands without a name
    }
  };

  const set = (place: Place | undefined) => {
    const mine = ++turn;
    input.value = place === undefined ? '' : writePlace(place);
    clear.hidden = place === undefined;
    if (place === undefined) {
      say('');
      map?.set(undefined);
    } else {
      if (place.how !== 'pin') map?.set(place);
      void name(place, mine);
    }
    changed();
  };

  const open = async () => {
    frame.hidden = false;
    mapButton.setAttribute('aria-expanded', 'true');
    if (map !== undefined) return;
    try {
      const { openPinMap } = await import('./map');
      const area = form.querySelector<HTMLInputElement | HTMLSelectElement>('[name=area]')?.value ?? '';
      map = await openPinMap(frame.querySelector<HTMLElement>('.map')!, {
        tenant,
        area,
        place: readPlace(input.value),
        name: words.pinName ?? '',
        moved: (point) => set({ ...point, how: 'pin' }),
      });
    } catch {
      frame.hidden = true;
      mapButton.setAttribute('aria-expanded', 'false');
      say(words.noMap ?? '', 'failed');
    }
  };

  here.addEventListener('click', () => {
    here.disabled = true;
    say(words.locating ?? '');
    position()
      .then(set, () => say(words.denied ?? '', 'failed'))
      .finally(() => (here.disabled = false));
  });
  mapButton.addEventListener('click', () => {
    if (frame.hidden) return void open();
    frame.hidden = true;
    mapButton.setAttribute('aria-expanded', 'false');
  });
  clear.addEventListener('click', () => {
    set(undefined);
    here.focus();
  });
  find<HTMLButtonElement>('[data-pin-photo-use]').addEventListener('click', () => {
    photo.hidden = true;
    if (offered !== undefined) set({ ...offered, how: 'photo' });
    here.focus();
  });
  root.hidden = false;

  return {
    place: () => readPlace(input.value),
    offer(point) {
      /* what was marked by hand stands; who reports from home is asked again */
      const now = readPlace(input.value);
      const byHand = now?.how === 'pin' || now?.how === 'photo';
      if (now !== undefined && (byHand || metres(now, point) < FAR_M)) return;
      offered = point;
      photo.hidden = false;
    },
    restore(text) {
      const place = readPlace(text);
      if (place !== undefined && input.value === '') set(place);
    },
    begin() {
      const start = readPlace(words.start ?? '');
      if (start !== undefined && input.value === '') set(start);
    },
  };
}
