/*
 * What was reported from this browser: the link is all a resident has, so the
 * browser keeps it for them, and shows it on the first page.
 */
export interface Kept {
  tenant: string;
  tracking: string;
  number: string;
  title: string;
  at: number;
}

const PLACE = 'linli.mine';
const MOST = 20;

export function readMine(): Kept[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
    return Array.isArray(kept) ? (kept as Kept[]).filter((one) => /^[0-9A-Z]{26}$/.test(one.tracking)) : [];
  } catch {
    return [];
  }
}

function write(kept: Kept[]): boolean {
  try {
    localStorage.setItem(PLACE, JSON.stringify(kept.slice(0, MOST)));
    return true;
  } catch {
    return false;
  }
}

/* Newest first; false when the browser refuses. */
export function keep(one: Kept): boolean {
  const others = readMine().filter((other) => other.tracking !== one.tracking);
  const before = readMine().find((other) => other.tracking === one.tracking);
  return write([{ ...one, at: before?.at ?? one.at }, ...others].sort((a, b) => b.at - a.at));
}

export function forget(tracking: string): void {
  write(readMine().filter((one) => one.tracking !== tracking));
}

function row(section: HTMLElement, one: Kept): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  const number = document.createElement('span');
  const button = document.createElement('button');
  item.className = 'case';
  link.href = `/${one.tenant}/progress/${one.tracking}?lang=${section.dataset.lang ?? 'zh'}`;
  link.append(one.title);
  number.className = 'note';
  number.textContent = one.number;
  link.append(number);
  button.type = 'button';
  button.className = 'link note';
  button.textContent = section.dataset.forget ?? '';
  button.setAttribute('aria-label', `${section.dataset.forget ?? ''} ${one.number}`);
  button.addEventListener('click', () => {
    forget(one.tracking);
    showMine(section);
  });
  item.append(link, button);
  void tellNews(section, one, link);
  return item;
}

/* Whether there is something they were told and have not seen; on a district's page only. */
async function tellNews(section: HTMLElement, one: Kept, link: HTMLElement): Promise<void> {
  if (section.dataset.tenant === undefined || section.dataset.news === undefined) return;
  const response = await fetch(`/api/v1/${one.tenant}/progress/${one.tracking}`).catch(() => undefined);
  if (response?.ok !== true) return;
  const { messages } = (await response.json()) as { messages: { seen: boolean }[] };
  if (!messages.some((message) => !message.seen)) return;
  const badge = document.createElement('span');
  badge.className = 'badge';
  badge.textContent = section.dataset.news;
  link.append(badge);
}

export function showMine(section: HTMLElement): void {
  const { tenant } = section.dataset;
  const kept = readMine().filter((one) => tenant === undefined || one.tenant === tenant);
  section.hidden = kept.length === 0;
  section.querySelector('ul')?.replaceChildren(...kept.map((one) => row(section, one)));
}
