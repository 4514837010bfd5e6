/*
 * The report form, better: counts characters, keeps a draft, sends once by the
 * JSON interface and says at each field what the server found.  The form's
 * hidden key goes along as the Idempotency-Key, so pressing again after a lost
 * answer is safe.
 */
import { readDraft, writeDraft } from './draft';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Problem {
  code: string;
  zh: string;
  en: string;
  errors?: { pointer: string; zh: string; en: string }[];
}

interface Opened {
  tracking: string;
}

const hiddenNames = new Set(['key', 'lang', 'via', 'area']);

function text(form: HTMLFormElement, name: string): string {
  return form.dataset[name] ?? '';
}

function controls(form: HTMLFormElement): Control[] {
  return Array.from(form.elements).filter(
    (element): element is Control =>
      (element instanceof HTMLInputElement ||
        element instanceof HTMLTextAreaElement ||
        element instanceof HTMLSelectElement) &&
      element.name !== '',
  );
}

function values(form: HTMLFormElement): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && value.trim() !== '') found[name] = value;
  }
  return found;
}

/* ---- what is said to the person ---- */

function fieldOf(form: HTMLFormElement, name: string): HTMLElement | null {
  return form.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`);
}

function setError(field: HTMLElement, message: string): void {
  const place = field.querySelector<HTMLElement>('.error');
  if (place === null) return;
  place.textContent = message;
  place.hidden = message === '';
  field.classList.toggle('has-error', message !== '');
  for (const control of field.querySelectorAll('input, textarea, select')) {
    if (message !== '') control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  }
}

function clearErrors(form: HTMLFormElement): void {
  form.querySelector('#problem')?.remove();
  for (const field of form.querySelectorAll<HTMLElement>('[data-field]')) setError(field, '');
}

function say(form: HTMLFormElement, title: string, detail = '', calm = false): HTMLElement {
  form.querySelector('#problem')?.remove();
  const box = document.createElement('div');
  box.id = 'problem';
  box.className = calm ? 'alert alert-calm' : 'alert';
  box.setAttribute('role', calm ? 'status' : 'alert');
  box.tabIndex = -1;
  const heading = document.createElement('strong');
  heading.textContent = title;
  box.append(heading);
  if (detail !== '') {
    const line = document.createElement('p');
    line.textContent = detail;
    box.append(line);
  }
  form.prepend(box);
  return box;
}

/* Shows messages by field name; what has no place is told above the form. */
function showErrors(form: HTMLFormElement, title: string, messages: Map<string, string>): void {
  const homeless: string[] = [];
  for (const [name, message] of messages) {
    const field = fieldOf(form, name);
    if (field?.querySelector('.error')) setError(field, message);
    else homeless.push(message);
  }
  const box = say(form, title, homeless.join(' '));
  const first = form.querySelector<HTMLElement>(
    '.has-error input:not([type=hidden]), .has-error textarea, .has-error select',
  );
  (first ?? box).focus();
}

/* ---- before sending ---- */

function missing(form: HTMLFormElement): Map<string, string> {
  const given = values(form);
  const found = new Map<string, string>();
  for (const control of controls(form)) {
    if (control.required && given[control.name] === undefined) {
      found.set(control.name, text(form, 'required'));
    }
  }
  return found;
}

function countCharacters(form: HTMLFormElement): void {
  for (const area of form.querySelectorAll<HTMLTextAreaElement>('textarea[maxlength]')) {
    const count = document.createElement('p');
    count.className = 'count';
    const show = () => {
      const left = area.maxLength - area.value.length;
      count.textContent = text(form, 'left').replace('{n}', String(left));
    };
    area.after(count);
    area.addEventListener('input', show);
    show();
  }
}

function restore(form: HTMLFormElement, tenant: string): void {
  const draft = readDraft(tenant);
  if (draft === undefined) return;
  let restored = false;
  for (const control of controls(form)) {
    const value = draft.values[control.name];
    if (value === undefined || (control.type === 'hidden' && hiddenNames.has(control.name))) continue;
    if (control instanceof HTMLInputElement && control.type === 'radio') {
      const chosen = form.querySelector(`input[name="${CSS.escape(control.name)}"]:checked`);
      if (chosen !== null || control.value !== value) continue;
      control.checked = true;
    } else if (control.value === '') {
      control.value = value;
      if (control.value !== value) continue;
    } else {
      continue;
    }
    restored = true;
  }
  const key = form.querySelector<HTMLInputElement>('input[name=key]');
  if (draft.key !== undefined && key !== null) key.value = draft.key;
  if (restored && form.querySelector('#problem') === null) say(form, text(form, 'restored'), '', true);
}

/* ---- sending ---- */

function bodyOf(form: HTMLFormElement): string {
  const given = values(form);
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!hiddenNames.has(name)) fields[name] = value;
  }
  return JSON.stringify({ playbook: text(form, 'playbook'), area: given.area, via: given.via, fields });
}

async function send(form: HTMLFormElement, tenant: string, key: string): Promise<Response> {
  return fetch(`/api/v1/${tenant}/cases`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
      'Accept-Language': text(form, 'lang'),
    },
    body: bodyOf(form),
    signal: AbortSignal.timeout(20_000),
  });
}

function delivered(form: HTMLFormElement, tenant: string, opened: Opened): void {
  writeDraft(tenant, undefined);
  location.assign(`/${tenant}/progress/${opened.tracking}?lang=${text(form, 'lang')}`);
}

function refused(form: HTMLFormElement, tenant: string, problem: Problem): void {
  const lang = text(form, 'lang') === 'en' ? 'en' : 'zh';
  if (problem.code === 'key-reused') {
    writeDraft(tenant, undefined);
    say(form, text(form, 'againTitle'), text(form, 'reused'), true).focus();
    return;
  }
  const messages = new Map<string, string>();
  for (const error of problem.errors ?? []) {
    messages.set(error.pointer.replace(/^\/(body\/)?(fields\/)?/, ''), error[lang]);
  }
  showErrors(form, messages.size > 0 ? text(form, 'fix') : problem[lang], messages);
}

async function deliver(form: HTMLFormElement, tenant: string): Promise<boolean> {
  const key = form.querySelector<HTMLInputElement>('input[name=key]')?.value ?? '';
  writeDraft(tenant, { values: values(form), key });
  try {
    const response = await send(form, tenant, key);
    const answer: unknown = await response.json();
    if (response.ok) {
      delivered(form, tenant, answer as Opened);
      return true;
    }
    refused(form, tenant, answer as Problem);
    return (answer as Problem).code === 'key-reused';
  } catch {
    say(form, text(form, 'offline')).focus();
    return false;
  }
}

export function enhanceReport(form: HTMLFormElement): void {
  const tenant = text(form, 'tenant');
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]');
  if (button === null) return;
  const label = button.textContent;

  /* Back from the progress page: what was sent is sent, so begin anew. */
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
  form.noValidate = true;
  restore(form, tenant);
  countCharacters(form);
  form.addEventListener('input', (event) => {
    const key = readDraft(tenant)?.key;
    writeDraft(tenant, { values: values(form), ...(key === undefined ? {} : { key }) });
    const field = (event.target as Element).closest<HTMLElement>('[data-field]');
    if (field !== null) setError(field, '');
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (button.disabled) return;
    clearErrors(form);
    const absent = missing(form);
    if (absent.size > 0) {
      showErrors(form, text(form, 'fix'), absent);
      return;
    }
    button.disabled = true;
    button.textContent = text(form, 'sending');
    void deliver(form, tenant).then((done) => {
      button.textContent = label;
      button.disabled = done;
    });
  });
}
