/*
 * What every enhanced form shares: its controls, what was typed, and what is
 * said at a field or above the form.
 */
import { amountOf } from '../kit/amount';

export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export interface Problem {
  code: string;
  zh: string;
  en: string;
  errors?: { pointer: string; zh: string; en: string }[];
}

export const text = (form: HTMLElement, name: string) => form.dataset[name] ?? '';
export const langOf = (form: HTMLElement): 'zh' | 'en' => (form.dataset.lang === 'en' ? 'en' : 'zh');

export function controls(form: HTMLFormElement): Control[] {
  return Array.from(form.elements).filter(
    (element): element is Control =>
      (element instanceof HTMLInputElement ||
        element instanceof HTMLTextAreaElement ||
        element instanceof HTMLSelectElement) &&
      element.name !== '',
  );
}

export function values(form: HTMLFormElement): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && value.trim() !== '') found[name] = value;
  }
  return found;
}

/* The same as the JSON interface takes them: numbers, amounts and lists are what they are. */
export function answers(form: HTMLFormElement): Record<string, unknown> {
  const found: Record<string, unknown> = values(form);
  for (const stars of form.querySelectorAll<HTMLInputElement>('.stars input:checked')) found[stars.name] = Number(stars.value);
  for (const input of form.querySelectorAll<HTMLInputElement>('[data-kind=number], [data-kind=amount]')) {
    if (found[input.name] !== undefined) found[input.name] = amountOf(input.value, Number(input.dataset.places ?? 0)) ?? input.value;
  }
  /* a browser knows no zones; what is meant is China's time */
  for (const input of form.querySelectorAll<HTMLInputElement>('[data-kind=moment]')) {
    if (found[input.name] !== undefined) found[input.name] = `${input.value.slice(0, 16)}:00+08:00`;
  }
  for (const input of form.querySelectorAll<HTMLInputElement>('[data-kind=check]:checked')) found[input.name] = true;
  for (const list of form.querySelectorAll<HTMLElement>('[data-kind=list]')) {
    const ticked = Array.from(list.querySelectorAll<HTMLInputElement>('input:checked'));
    for (const one of ticked) delete found[one.name];
    const name = list.closest<HTMLElement>('[data-field]')?.dataset.field;
    if (name !== undefined && ticked.length > 0) found[name] = ticked.map((one) => one.dataset.item);
  }
  return found;
}

function fieldOf(form: HTMLFormElement, name: string): HTMLElement | null {
  return form.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`);
}

export function setError(field: HTMLElement, message: string): void {
  const place = field.querySelector<HTMLElement>('.error');
  if (place === null) return;
  place.textContent = message;
  place.hidden = message === '';
  field.classList.toggle('has-error', message !== '');
  for (const control of field.querySelectorAll('input:not([type=hidden]), textarea, select')) {
    if (message !== '') control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  }
}

export function clearErrors(form: HTMLFormElement): void {
  form.querySelector('#problem')?.remove();
  for (const field of form.querySelectorAll<HTMLElement>('[data-field]')) setError(field, '');
}

/* Above the form; `calm` is news, not a fault. */
export function say(form: HTMLFormElement, title: string, detail = '', calm = false): HTMLElement {
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
export function showErrors(form: HTMLFormElement, title: string, messages: Map<string, string>): void {
  const homeless: string[] = [];
  for (const [name, message] of messages) {
    const field = fieldOf(form, name);
    if (field?.querySelector('.error')) {
      setError(field, message);
      const folded = field.closest('details');
      if (folded !== null) folded.open = true;
    } else {
      homeless.push(message);
    }
  }
  const box = say(form, title, homeless.join(' '));
  const first = form.querySelector<HTMLElement>(
    '.has-error input:not([type=hidden]), .has-error textarea, .has-error select',
  );
  (first ?? box).focus();
}

/* "/body/fields/contact" -> contact. */
export const fieldOfPointer = (pointer: string) => pointer.replace(/^\/(body\/)?(fields\/)?/, '').replace(/\/.*$/, '');

export function missing(form: HTMLFormElement): Map<string, string> {
  const given = values(form);
  const found = new Map<string, string>();
  for (const control of controls(form)) {
    if (control.required && given[control.name] === undefined) found.set(control.name, text(form, 'required'));
    else if (control.dataset.like !== undefined && typeof answers(form)[control.name] === 'string') found.set(control.name, control.dataset.like);
  }
  for (const files of form.querySelectorAll<HTMLElement>('[data-needed=true]')) {
    if (files.querySelector('li') === null) found.set(files.dataset.name ?? '', text(form, 'required'));
  }
  return found;
}

export function countCharacters(form: HTMLFormElement): void {
  for (const area of form.querySelectorAll<HTMLTextAreaElement>('textarea[maxlength]')) {
    const count = document.createElement('p');
    count.className = 'count';
    const show = () => {
      const left = area.maxLength - area.value.length;
      count.textContent = text(form, 'left').replace('{n}', String(left));
      count.hidden = left > area.maxLength / 2 && left > 200;
    };
    area.after(count);
    area.addEventListener('input', show);
    show();
  }
}
