/*
 * The report form, better: keeps a draft, sends once by the JSON interface and
 * says at each field what the server found.  The form's hidden key goes along as
 * the Idempotency-Key, so pressing again after a lost answer is safe.
 */
import { readDraft, writeDraft } from './draft';
import {
  answers,
  clearErrors,
  controls,
  countCharacters,
  fieldOfPointer,
  langOf,
  missing,
  say,
  setError,
  showErrors,
  text,
  values,
  type Problem,
} from './form';
import { enhanceNearby } from './nearby';
import { enhancePhotos, type Photos } from './photos';
import { enhancePin, type Pin } from './pin';
import { readPlace } from './place';
import { enhanceReply } from './reply';

interface Opened {
  tracking: string;
}

interface Parts {
  photos?: Photos;
  documents?: Photos;
  pin?: Pin;
}

const hiddenNames = new Set(['key', 'lang', 'via', 'area', 'qr', 'place', 'playbook', 'parent']);
const SEND_MS = 20_000;

/* ---- the draft ---- */

function saveDraft(form: HTMLFormElement, parts: Parts, key?: string): void {
  const draft = text(form, 'draft');
  const kept = key ?? readDraft(draft)?.key;
  writeDraft(draft, {
    values: values(form),
    ...(parts.photos === undefined ? {} : { photos: parts.photos.kept() }),
    ...(parts.documents === undefined ? {} : { documents: parts.documents.kept() }),
    ...(kept === undefined ? {} : { key: kept }),
  });
}

/* True when something came back that was not on the page. */
function restoreControl(form: HTMLFormElement, control: ReturnType<typeof controls>[number], value: string): boolean {
  if (control instanceof HTMLInputElement && control.type === 'radio') {
    if (control.value !== value || control.checked) return false;
    const chosen = form.querySelector<HTMLInputElement>(`input[name="${CSS.escape(control.name)}"]:checked`);
    if (chosen !== null && !chosen.defaultChecked) return false;
    control.checked = true;
    return true;
  }
  if (control.value !== '') return false;
  control.value = value;
  return control.value === value;
}

function restore(form: HTMLFormElement, parts: Parts): void {
  const name = text(form, 'draft');
  const draft = readDraft(name);
  /* a form that came back from the server is newer than the draft */
  if (draft === undefined || form.querySelector('#problem') !== null) return;
  let restored = false;
  for (const control of controls(form)) {
    const value = draft.values[control.name];
    if (value === undefined || (control.type === 'hidden' && hiddenNames.has(control.name))) continue;
    restored = restoreControl(form, control, value) || restored;
  }
  /* the mark belongs to the place it was set for */
  const area = form.querySelector<HTMLInputElement | HTMLSelectElement>('[name=area]');
  const place = draft.values.place;
  const qr = form.querySelector<HTMLInputElement>('input[name=qr]')?.value;
  const isThere = area?.value === '' || (area?.value === draft.values.area && qr === draft.values.qr);
  if (place !== undefined && isThere) parts.pin?.restore(place);
  if (draft.photos !== undefined && draft.photos.length > 0) {
    parts.photos?.restore(draft.photos);
    restored = parts.photos !== undefined || restored;
  }
  if (draft.documents !== undefined && draft.documents.length > 0) {
    parts.documents?.restore(draft.documents);
    restored = parts.documents !== undefined || restored;
  }
  const key = form.querySelector<HTMLInputElement>('input[name=key]');
  if (draft.key !== undefined && key !== null) key.value = draft.key;
  if (restored) offerClear(form, name);
}

function offerClear(form: HTMLFormElement, draft: string): void {
  const box = say(form, text(form, 'restored'), '', true);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'link';
  button.textContent = text(form, 'clear');
  button.addEventListener('click', () => {
    writeDraft(draft, undefined);
    location.reload();
  });
  box.append(' ', button);
}

/* ---- sending ---- */

function bodyOf(form: HTMLFormElement, parts: Parts): string {
  const given = values(form);
  const fields = answers(form);
  for (const name of hiddenNames) delete fields[name];
  const place = readPlace(given.place ?? '');
  if (place !== undefined) fields.place = place;
  for (const files of [parts.photos, parts.documents]) {
    const kept = files?.kept() ?? [];
    if (files !== undefined && kept.length > 0) fields[files.name] = kept.map((one) => one.upload);
  }
  return JSON.stringify({
    playbook: text(form, 'playbook'),
    /* the place a code stands for is smaller than the community named beside it */
    ...(given.qr !== undefined ? { qr: given.qr } : given.area === undefined ? {} : { area: given.area }),
    ...(given.parent === undefined ? {} : { parent: given.parent }),
    via: given.via,
    fields,
  });
}

async function send(form: HTMLFormElement, parts: Parts, key: string): Promise<Response> {
  return fetch(`/api/v1/${text(form, 'tenant')}/cases`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
      'Accept-Language': langOf(form),
    },
    body: bodyOf(form, parts),
    signal: AbortSignal.timeout(SEND_MS),
  });
}

function delivered(form: HTMLFormElement, opened: Opened): void {
  const tenant = text(form, 'tenant');
  writeDraft(text(form, 'draft'), undefined);
  location.assign(`/${tenant}/progress/${opened.tracking}?lang=${langOf(form)}`);
}

function refused(form: HTMLFormElement, problem: Problem): void {
  const lang = langOf(form);
  if (problem.code === 'key-reused') {
    writeDraft(text(form, 'draft'), undefined);
    say(form, text(form, 'againTitle'), text(form, 'reused'), true).focus();
    return;
  }
  const messages = new Map<string, string>();
  for (const error of problem.errors ?? []) messages.set(fieldOfPointer(error.pointer), error[lang]);
  showErrors(form, messages.size > 0 ? text(form, 'fix') : problem[lang], messages);
}

async function deliver(form: HTMLFormElement, parts: Parts): Promise<boolean> {
  const key = form.querySelector<HTMLInputElement>('input[name=key]')?.value ?? '';
  saveDraft(form, parts, key);
  try {
    const response = await send(form, parts, key);
    const answer: unknown = await response.json();
    if (response.ok) {
      delivered(form, answer as Opened);
      return true;
    }
    refused(form, answer as Problem);
    return (answer as Problem).code === 'key-reused';
  } catch {
    say(form, text(form, 'offline')).focus();
    return false;
  }
}

/* ---- the parts ---- */

function makeParts(form: HTMLFormElement): Parts {
  const tenant = text(form, 'tenant');
  const parts: Parts = {};
  const photos = form.querySelector<HTMLElement>('[data-photos]:not([data-documents])');
  const documents = form.querySelector<HTMLElement>('[data-documents]');
  const pin = form.querySelector<HTMLElement>('[data-pin]');
  const nearby = form.querySelector<HTMLElement>('[data-nearby]');
  const near =
    nearby === null || pin === null
      ? undefined
      : enhanceNearby(nearby, tenant, langOf(form), () => writeDraft(text(form, 'draft'), undefined));
  const look = () => near?.look(parts.pin?.place(), values(form).topic ?? '');
  const changed = () => {
    saveDraft(form, parts);
    look();
  };
  if (pin !== null) parts.pin = enhancePin(pin, form, changed);
  if (photos !== null) parts.photos = enhancePhotos(photos, tenant, changed, (point) => parts.pin?.offer(point));
  if (documents !== null) parts.documents = enhancePhotos(documents, tenant, changed, () => undefined);
  form.addEventListener('change', look);
  return parts;
}

async function submit(form: HTMLFormElement, parts: Parts, button: HTMLButtonElement, label: string): Promise<void> {
  clearErrors(form);
  const absent = missing(form);
  if (absent.size > 0) {
    showErrors(form, text(form, 'fix'), absent);
    return;
  }
  button.disabled = true;
  button.textContent = text(form, 'waiting');
  const ready = ((await parts.photos?.ready()) ?? true) && ((await parts.documents?.ready()) ?? true);
  button.textContent = text(form, 'sending');
  const done = ready && (await deliver(form, parts));
  if (!ready) say(form, text(form, 'unsent')).focus();
  button.textContent = label;
  button.disabled = done;
}

export function enhanceReport(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]');
  if (button === null) return;
  const label = button.textContent ?? '';

  /* Back from the progress page: what was sent is sent, so begin anew. */
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
  form.noValidate = true;
  const parts = makeParts(form);
  restore(form, parts);
  parts.pin?.begin();
  enhanceReply(form);
  countCharacters(form);
  form.addEventListener('input', (event) => {
    saveDraft(form, parts);
    const field = (event.target as Element).closest<HTMLElement>('[data-field]');
    if (field !== null) setError(field, '');
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!button.disabled) void submit(form, parts, button, label);
  });
}
