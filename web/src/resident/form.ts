/*
 * What every enhanced form shares: its controls, what was typed, and what is
 * said at a field or above the form.
 */
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
