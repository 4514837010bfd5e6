/*
 * Photos: made smaller on the phone, sent at once with a bar that moves, shown
 * as small pictures that can be taken away again.  Each control on the page is
 * independent; the form asks it for the tokens when it is sent.
 */
import { placeOfPhoto, type Point } from './exif';
import { shrink } from './shrink';
import type { DraftPhoto } from './draft';

interface Uploaded {
  upload: string;
  place?: Point;
}

interface Photo {
  item: HTMLLIElement;
  blob?: Blob;
  thumb: string;
  upload?: string;
  failed: boolean;
  request?: XMLHttpRequest;
}

export interface Photos {
  name: string;
  kept(): DraftPhoto[];
  restore(photos: DraftPhoto[]): void;
  /* When all are there; false when one failed and is still shown. */
  ready(): Promise<boolean>;
}

const LIMIT_MS = 120_000;

function send(photo: Photo, tenant: string, moved: (part: number) => void): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append('photo', photo.blob!, 'photo.jpg');
    request.open('POST', `/api/v1/${tenant}/uploads`);
    request.timeout = LIMIT_MS;
    request.responseType = 'json';
    request.upload.onprogress = (event) => moved(event.total > 0 ? event.loaded / event.total : 0);
    request.onload = () =>
      request.status === 201 ? resolve(request.response as Uploaded) : reject(new Error(String(request.status)));
    request.onerror = request.ontimeout = request.onabort = () => reject(new Error('not sent'));
    photo.request = request;
    request.send(body);
  });
}

export function enhancePhotos(root: HTMLElement, tenant: string, changed: () => void, found: (place: Point) => void): Photos {
  const input = root.querySelector<HTMLInputElement>('input[type=file]')!;
  const list = root.querySelector<HTMLUListElement>('.photo-list')!;
  const add = root.querySelector<HTMLElement>('.photo-add')!;
  const says = root.querySelector<HTMLElement>('[data-photos-say]')!;
  const most = Number(root.dataset.max) || 5;
  const words = root.dataset;
  const photos: Photo[] = [];
  let running: Promise<void>[] = [];

  const show = () => {
    list.hidden = photos.length === 0;
    add.hidden = photos.length >= most;
    input.disabled = photos.length >= most;
    photos.forEach((photo, i) => {
      const image = photo.item.querySelector('img')!;
      image.alt = (words.photo ?? '').replace('{n}', String(i + 1));
    });
  };

  const remove = (photo: Photo) => {
    photo.request?.abort();
    photos.splice(photos.indexOf(photo), 1);
    photo.item.remove();
    show();
    changed();
    input.focus();
  };

  const draw = (photo: Photo) => {
    const image = document.createElement('img');
    const button = document.createElement('button');
    if (photo.thumb !== '') image.src = photo.thumb;
    image.width = image.height = 96;
    button.type = 'button';
    button.className = 'link';
    button.textContent = words.remove ?? '';
    button.addEventListener('click', () => remove(photo));
    photo.item.className = photo.failed ? 'photo-failed' : '';
    photo.item.replaceChildren(image, button);
    if (!photo.failed) return;
    const note = document.createElement('span');
    const again = document.createElement('button');
    note.className = 'photo-note';
    note.textContent = words.failed ?? '';
    again.type = 'button';
    again.className = 'link';
    again.textContent = words.retry ?? '';
    again.addEventListener('click', () => start(photo));
    button.before(note, again);
  };

  const upload = async (photo: Photo) => {
    photo.failed = false;
    draw(photo);
    show();
    const bar = document.createElement('progress');
    bar.max = 1;
    bar.setAttribute('aria-label', words.photo?.replace('{n}', String(photos.indexOf(photo) + 1)) ?? '');
    photo.item.append(bar);
    try {
      const answer = await send(photo, tenant, (part) => (bar.value = part));
      photo.upload = answer.upload;
      if (answer.place !== undefined) found(answer.place);
    } catch {
      photo.failed = photos.includes(photo);
    }
    draw(photo);
    show();
    says.textContent = photo.failed ? (words.failed ?? '') : '';
    changed();
  };

  const start = (photo: Photo) => {
    const run: Promise<void> = upload(photo).finally(() => (running = running.filter((one) => one !== run)));
    running.push(run);
  };

  const take = async (file: File) => {
    const photo: Photo = { item: document.createElement('li'), thumb: '', failed: false };
    photos.push(photo);
    draw(photo);
    list.append(photo.item);
    show();
    const place = placeOfPhoto(await file.slice(0, 262_144).arrayBuffer());
    const { blob, thumb } = await shrink(file);
    if (!photos.includes(photo)) return;
    Object.assign(photo, { blob, thumb });
    if (place !== undefined) found(place);
    await upload(photo);
  };

  input.addEventListener('change', () => {
    const files = Array.from(input.files ?? []).slice(0, most - photos.length);
    input.value = '';
    for (const file of files) {
      const run: Promise<void> = take(file).finally(() => (running = running.filter((one) => one !== run)));
      running.push(run);
    }
  });
  /* the files are sent one by one, never with the form */
  input.removeAttribute('name');
  root.classList.add('photos-live');
  show();

  return {
    name: words.name ?? 'photos',
    kept: () => photos.flatMap(({ upload, thumb }) => (upload === undefined ? [] : [{ upload, thumb }])),
    restore(kept) {
      for (const { upload, thumb } of kept.slice(0, most - photos.length)) {
        const photo: Photo = { item: document.createElement('li'), thumb, upload, failed: false };
        photos.push(photo);
        draw(photo);
        list.append(photo.item);
      }
      show();
    },
    async ready() {
      while (running.length > 0) await Promise.all(running);
      return photos.every((photo) => photo.upload !== undefined);
    },
  };
}
