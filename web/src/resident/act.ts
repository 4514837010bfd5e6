/*
 * What a reporter does later, where it takes photos or documents: they are sent as on
 * the report form, and the rest follows by the JSON interface.  Forms without files
 * need nothing of this.
 */
import {
  answers,
  clearErrors,
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
import { enhancePhotos, type Photos } from './photos';

const SEND_MS = 20_000;
const hiddenNames = new Set(['action', 'key', 'lang']);

function fieldsOf(form: HTMLFormElement, files: Photos[]): Record<string, unknown> {
  const fields = answers(form);
  for (const name of hiddenNames) delete fields[name];
  for (const one of files) {
    const kept = one.kept();
    if (kept.length > 0) fields[one.name] = kept.map((file) => file.upload);
  }
  return fields;
}

function refused(form: HTMLFormElement, problem: Problem): void {
  const lang = langOf(form);
  const messages = new Map<string, string>();
  for (const error of problem.errors ?? []) messages.set(fieldOfPointer(error.pointer), error[lang]);
  showErrors(form, messages.size > 0 ? text(form, 'fix') : problem[lang], messages);
}

/* True when it was done, and the page is on its way. */
async function send(form: HTMLFormElement, page: HTMLElement, files: Photos[]): Promise<boolean> {
  const { tenant = '', tracking = '', door = 'progress' } = page.dataset;
  const hidden = values(form);
  try {
    const response = await fetch(`/api/v1/${tenant}/${door}/${tracking}/actions/${hidden.action ?? ''}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': hidden.key ?? '',
        'Accept-Language': langOf(form),
      },
      body: JSON.stringify({ fields: fieldsOf(form, files) }),
      signal: AbortSignal.timeout(SEND_MS),
    });
    if (response.ok) {
      location.assign(`${page.dataset.page ?? `/${tenant}/progress/${tracking}`}?lang=${langOf(form)}`);
      return true;
    }
    refused(form, (await response.json()) as Problem);
  } catch {
    say(form, text(form, 'offline')).focus();
  }
  return false;
}

async function submit(form: HTMLFormElement, page: HTMLElement, files: Photos[], button: HTMLButtonElement): Promise<void> {
  const label = button.textContent;
  const absent = missing(form);
  clearErrors(form);
  if (absent.size > 0) {
    showErrors(form, text(form, 'fix'), absent);
    return;
  }
  button.disabled = true;
  button.textContent = text(form, 'waiting');
  const ready = (await Promise.all(files.map((one) => one.ready()))).every(Boolean);
  button.textContent = text(form, 'sending');
  const done = ready && (await send(form, page, files));
  if (!ready) say(form, text(form, 'unsent')).focus();
  button.textContent = label;
  button.disabled = done;
}

export function enhanceAct(form: HTMLFormElement, page: HTMLElement): void {
  const roots = Array.from(form.querySelectorAll<HTMLElement>('[data-photos]'));
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]');
  if (roots.length === 0 || button === null) return;
  const touched = () => (form.dataset.touched = 'true');
  const files = roots.map((root) => enhancePhotos(root, page.dataset.tenant ?? '', touched, () => undefined));
  form.noValidate = true;
  countCharacters(form);
  form.addEventListener('input', (event) => {
    touched();
    const field = (event.target as Element).closest<HTMLElement>('[data-field]');
    if (field !== null) setError(field, '');
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!button.disabled) void submit(form, page, files, button);
  });
}
