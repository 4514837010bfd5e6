/*
 * The map on which a pin is set: by a tap, by dragging, or by the arrow keys.
 */
import { divIcon, marker } from 'leaflet/dist/leaflet-src.esm.js';
import type { LatLng, LatLngExpression, Marker } from 'leaflet';
import { boundsAround, createMap, drawAreas, loadAreas, type Areas } from './ground';
import { round, type Point } from './exif';

export interface PinMap {
  set(point: Point | undefined): void;
}

interface Options {
  tenant: string;
  area: string;
  place?: Point;
  name: string;
  moved(point: Point): void;
}

const STEP = 8; // pixels an arrow key moves the pin
const SETTLE_MS = 350; // so that a row of key presses is one question

const arrows: Record<string, [number, number]> = {
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
};

/* The grids of a chosen community, else the communities there are. */
async function ground(tenant: string, area: string): Promise<Areas> {
  const community = area.slice(0, 12);
  if (community.length === 12) {
    const grids = await loadAreas(tenant, { kind: 'grid', parent: community });
    if (grids.features.length > 0) return grids;
  }
  return loadAreas(tenant, { kind: 'community' });
}

export async function openPinMap(container: HTMLElement, options: Options): Promise<PinMap> {
  const areas = await ground(options.tenant, options.area);
  const map = await createMap(container, options.tenant);
  const bounds = drawAreas(map, areas, options.area);
  let pin: Marker | undefined;
  let timer = 0;

  const tell = (at: LatLng) => options.moved({ lon: round(at.lng), lat: round(at.lat) });

  const onKey = (event: KeyboardEvent) => {
    const step = arrows[event.key];
    if (step === undefined || pin === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = map.containerPointToLatLng(map.latLngToContainerPoint(pin.getLatLng()).add(step));
    pin.setLatLng(at);
    map.panInside(at, { padding: [40, 40] });
    clearTimeout(timer);
    timer = window.setTimeout(() => tell(at), SETTLE_MS);
  };

  const put = (at: LatLngExpression) => {
    if (pin !== undefined) {
      pin.setLatLng(at);
      return;
    }
    pin = marker(at, {
      icon: divIcon({ className: 'map-pin', iconSize: [44, 44], iconAnchor: [22, 40], html: '' }),
      draggable: true,
      keyboard: true,
      autoPan: true,
      alt: options.name,
      title: options.name,
    }).addTo(map);
    const shape = document.getElementById('i-pin')?.cloneNode(true) as Element | undefined;
    if (shape !== undefined) {
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      svg.setAttribute('viewBox', '0 0 24 24');
      svg.setAttribute('aria-hidden', 'true');
      svg.append(...Array.from(shape.childNodes));
      pin.getElement()?.append(svg);
    }
    pin.getElement()?.setAttribute('aria-label', options.name);
    pin.getElement()?.addEventListener('keydown', onKey);
    pin.on('dragend', () => tell(pin!.getLatLng()));
  };

  map.on('click', ({ latlng }) => {
    put(latlng);
    tell(latlng);
  });
  /* a map under the keyboard alone: Enter puts the pin into the middle */
  container.addEventListener('keydown', (event) => {
    if (event.target !== container || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    put(map.getCenter());
    tell(map.getCenter());
    pin?.getElement()?.focus();
  });

  /* without streets under it a point says little: its area stays in view */
  const show = (point: Point) => {
    const at: [number, number] = [point.lat, point.lon];
    const around = boundsAround(areas, at);
    if (around === undefined) map.setView(at, 16);
    else map.fitBounds(around.extend(at), { padding: [16, 16], maxZoom: 17 });
    put(at);
  };

  if (options.place !== undefined) {
    show(options.place);
  } else if (bounds !== undefined) {
    map.fitBounds(bounds, { padding: [8, 8] });
  } else {
    map.setView([35, 105], 4);
  }

  return {
    set(point) {
      if (point === undefined) {
        pin?.remove();
        pin = undefined;
      } else {
        show(point);
      }
    },
  };
}
