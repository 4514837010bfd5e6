/*
 * What was reported nearby already, before it is reported once more: joining one
 * of these costs a tap.
 */
import { newKey } from '../kit/key';
import type { Place } from './place';

interface NearCase {
  case: string;
  number: string;
  kind: { label: { zh: string; en: string } } | null;
  topic?: { label: { zh: string; en: string } } | null;
  state: { label: { zh: string; en: string } };
  area: { name: string };
  meters: number;
  followers: number;
}

export interface Nearby {
  look(place: Place | undefined, topic: string): void;
}

/* Metres as people say them: to the ten. */
export const about = (metres: number) => Math.max(10, Math.round(metres / 10) * 10);

export function enhanceNearby(root: HTMLElement, tenant: string, lang: 'zh' | 'en', joined: () => void): Nearby {
  const list = root.querySelector('ul')!;
  const error = root.querySelector<HTMLElement>('.error')!;
  const words = root.dataset;
  let asked = '';
  let dismissed = false;

  const join = async (near: NearCase, button: HTMLButtonElement, key: string) => {
    button.disabled = true;
    error.hidden = true;
    try {
      const response = await fetch(`/api/v1/${tenant}/public/cases/${near.case}/followers`, {
        method: 'POST',
        headers: { 'Idempotency-Key': key },
      });
      if (!response.ok) throw new Error(String(response.status));
      const { tracking } = (await response.json()) as { tracking: string };
      joined();
      location.assign(`/${tenant}/progress/${tracking}?lang=${lang}`);
    } catch {
      button.disabled = false;
      error.textContent = words.failed ?? '';
      error.hidden = false;
    }
  };

  const row = (near: NearCase) => {
    const item = document.createElement('li');
    const title = document.createElement('span');
    const where = document.createElement('span');
    const badge = document.createElement('span');
    const button = document.createElement('button');
    const label = (near.topic ?? near.kind)?.label[lang] ?? near.number;
    const key = newKey();
    item.className = 'case';
    title.className = 'case-kind';
    title.textContent = label;
    badge.className = 'badge';
    badge.textContent = near.state.label[lang];
    button.type = 'button';
    button.className = 'button button-quiet';
    button.textContent = words.join ?? '';
    button.setAttribute('aria-label', `${words.join ?? ''}: ${label} ${near.number}`);
    button.addEventListener('click', () => void join(near, button, key));
    where.className = 'case-where';
    const line = near.followers > 0 ? words.line : words.alone;
    where.textContent = (line ?? '').replace('{m}', String(about(near.meters))).replace('{n}', String(near.followers));
    item.append(title, badge, button, where);
    return item;
  };

  const ask = async (query: string) => {
    const response = await fetch(`/api/v1/${tenant}/public/nearby?${query}`);
    if (!response.ok || query !== asked) return;
    const { items } = (await response.json()) as { items: NearCase[] };
    list.replaceChildren(...items.map(row));
    root.hidden = dismissed || items.length === 0;
  };

  root.querySelector('[data-nearby-none]')?.addEventListener('click', () => {
    dismissed = true;
    root.hidden = true;
    root.nextElementSibling?.querySelector<HTMLElement>('textarea, input')?.focus();
  });

  return {
    look(place, topic) {
      const query =
        place === undefined || topic === ''
          ? ''
          : new URLSearchParams({ lon: String(place.lon), lat: String(place.lat), topic }).toString();
      if (query === asked) return;
      asked = query;
      if (query === '') root.hidden = true;
      else void ask(query).catch(() => undefined);
    },
  };
}
