/*
 * The report form, better: keeps a draft, sends once by the JSON interface and
 * says at each field what the server found.  The form's hidden key goes along as
 * the Idempotency-Key, so pressing again after a lost answer is safe.
 */
import { readDraft, writeDraft } from './draft';
import {
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

interface Opened {
  tracking: string;
}

interface Parts {
  photos?: Photos;
  pin?: Pin;
}

const hiddenNames = new Set(['key', 'lang', 'via', 'area', 'qr', 'place']);
const SEND_MS = 20_000;

/* ---- the draft ---- */

function saveDraft(form: HTMLFormElement, parts: Parts, key?: string): void {
  const tenant = text(form, 'tenant');
  const kept = key ?? readDraft(tenant)?.key;
  writeDraft(tenant, {
    values: values(form),
    ...(parts.photos === undefined ? {} : { photos: parts.photos.kept() }),
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
  const tenant = text(form, 'tenant');
  const draft = readDraft(tenant);
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
  const key = form.querySelector<HTMLInputElement>('input[name=key]');
  if (draft.key !== undefined && key !== null) key.value = draft.key;
  if (restored) offerClear(form, tenant);
}

function offerClear(form: HTMLFormElement, tenant: string): void {
  const box = say(form, text(form, 'restored'), '', true);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'link';
  button.textContent = text(form, 'clear');
  button.addEventListener('click', () => {
    writeDraft(tenant, undefined);
    location.reload();
  });
  box.append(' ', button);
}

/* ---- sending ---- */

function bodyOf(form: HTMLFormElement, parts: Parts): string {
  const given = values(form);
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!hiddenNames.has(name)) fields[name] = value;
  }
  const place = readPlace(given.place ?? '');
  if (place !== undefined) fields.place = place;
  const photos = parts.photos?.kept() ?? [];
  if (parts.photos !== undefined && photos.length > 0) fields[parts.photos.name] = photos.map((one) => one.upload);
  return JSON.stringify({
    playbook: text(form, 'playbook'),
    /* the place a code stands for is smaller than the community named beside it */
    ...(given.qr !== undefined ? { qr: given.qr } : given.area === undefined ? {} : { area: given.area }),
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
  writeDraft(tenant, undefined);
  location.assign(`/${tenant}/progress/${opened.tracking}?lang=${langOf(form)}`);
}

function refused(form: HTMLFormElement, problem: Problem): void {
  const lang = langOf(form);
  if (problem.code === 'key-reused') {
    writeDraft(text(form, 'tenant'), undefined);
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
  const photos = form.querySelector<HTMLElement>('[data-photos]');
  const pin = form.querySelector<HTMLElement>('[data-pin]');
  const nearby = form.querySelector<HTMLElement>('[data-nearby]');
  const near =
    nearby === null || pin === null
      ? undefined
      : enhanceNearby(nearby, tenant, langOf(form), () => writeDraft(tenant, undefined));
  const look = () => near?.look(parts.pin?.place(), values(form).topic ?? '');
  const changed = () => {
    saveDraft(form, parts);
    look();
  };
  if (pin !== null) parts.pin = enhancePin(pin, form, changed);
  if (photos !== null) parts.photos = enhancePhotos(photos, tenant, changed, (point) => parts.pin?.offer(point));
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
  const ready = parts.photos === undefined || (await parts.photos.ready());
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
