/*
 * Photos: made smaller on the phone, sent at once with a bar that moves, shown
 * as small pictures that can be taken away again.  Documents the same, as they are
 * and shown by name; a recording may be made where one stands (voice.ts).  Each control on the page is independent; the form asks it for
 * the tokens when it is sent.
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
  name?: string; /* of a document, on this device only */
  thumb: string;
  upload?: string;
  failed: boolean;
  refusal?: string; /* the server will not have it, however often */
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

function send(photo: Photo, tenant: string, documents: boolean, moved: (part: number) => void): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append(documents ? 'document' : 'photo', photo.blob!, documents ? 'document' : 'photo.jpg');
    request.open('POST', `/api/v1/${tenant}/uploads${documents ? '/documents' : ''}`);
    request.timeout = LIMIT_MS;
    request.responseType = 'json';
    request.upload.onprogress = (event) => moved(event.total > 0 ? event.loaded / event.total : 0);
    request.onload = () =>
      request.status === 201 ? resolve(request.response as Uploaded) : reject(new Error(said(request)));
    request.onerror = request.ontimeout = request.onabort = () => reject(new Error(''));
    photo.request = request;
    request.send(body);
  });
}

/* What the server says is wrong with it, in the page's language. */
function said(request: XMLHttpRequest): string {
  const problem = request.response as { errors?: { zh: string; en: string }[] } | null;
  return problem?.errors?.[0]?.[document.documentElement.lang.startsWith('en') ? 'en' : 'zh'] ?? '';
}

export function enhancePhotos(root: HTMLElement, tenant: string, changed: () => void, found: (place: Point) => void): Photos {
  const input = root.querySelector<HTMLInputElement>('input[type=file]')!;
  const documents = root.dataset.documents !== undefined;
  const list = root.querySelector<HTMLUListElement>('.photo-list, .file-list')!;
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
      const image = photo.item.querySelector('img');
      if (image !== null) image.alt = (words.photo ?? '').replace('{n}', String(i + 1));
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
    const image = documents ? document.createElement('span') : document.createElement('img');
    const button = document.createElement('button');
    if (image instanceof HTMLImageElement) {
      if (photo.thumb !== '') image.src = photo.thumb;
      image.width = image.height = 96;
    } else {
      image.className = 'file-name';
      image.textContent = photo.name ?? (words.photo ?? '').replace('{n}', String(photos.indexOf(photo) + 1));
    }
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
    note.textContent = photo.refusal ?? words.failed ?? '';
    again.type = 'button';
    again.className = 'link';
    again.textContent = words.retry ?? '';
    again.addEventListener('click', () => start(photo));
    if (photo.refusal === undefined) button.before(note, again);
    else button.before(note);
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
      const answer = await send(photo, tenant, documents, (part) => (bar.value = part));
      photo.upload = answer.upload;
      if (answer.place !== undefined) found(answer.place);
    } catch (error) {
      photo.failed = photos.includes(photo);
      if (documents && error instanceof Error && error.message !== '') photo.refusal = error.message;
    }
    draw(photo);
    show();
    says.textContent = photo.failed ? (photo.refusal ?? words.failed ?? '') : '';
    changed();
  };

  const start = (photo: Photo) => {
    const run: Promise<void> = upload(photo).finally(() => (running = running.filter((one) => one !== run)));
    running.push(run);
  };

  const take = async (file: File) => {
    const photo: Photo = { item: document.createElement('li'), thumb: '', failed: false };
    if (documents) photo.name = file.name;
    photos.push(photo);
    draw(photo);
    list.append(photo.item);
    show();
    if (documents && !file.type.startsWith('image/')) {
      photo.blob = file;
      return upload(photo);
    }
    const place = placeOfPhoto(await file.slice(0, 262_144).arrayBuffer());
    const { blob, thumb } = await shrink(file);
    if (!photos.includes(photo)) return;
    Object.assign(photo, { blob, thumb });
    if (place !== undefined && !documents) found(place);
    await upload(photo);
  };

  const choose = (files: File[]) => {
    for (const file of files.slice(0, most - photos.length)) {
      const run: Promise<void> = take(file).finally(() => (running = running.filter((one) => one !== run)));
      running.push(run);
    }
  };
  input.addEventListener('change', () => {
    const files = Array.from(input.files ?? []);
    input.value = '';
    choose(files);
  });
  if (words.voice !== undefined) void import('./voice').then(({ enhanceVoice }) => enhanceVoice(root, add, choose));
  /* the files are sent one by one, never with the form */
  input.removeAttribute('name');
  input.required = false;
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
