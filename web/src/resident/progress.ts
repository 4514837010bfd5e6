/*
 * The progress page, kept fresh: while it is looked at it asks every twenty
 * seconds whether something changed, and only then takes the new page from the
 * server.  There is one renderer, and it is not here.
 */
const EVERY_MS = 20_000;
const TOLD_MS = 6_000;

interface Progress {
  state: { label: { zh: string; en: string } };
  closed: boolean;
  steps: unknown[];
}

function offerCopy(page: HTMLElement): void {
  const button = page.querySelector<HTMLButtonElement>('button[data-copy]');
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (button === null || clipboard === undefined) return;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener('click', () => {
    void clipboard.writeText(button.dataset.copy ?? '').then(() => {
      button.textContent = button.dataset.copied ?? label;
      setTimeout(() => (button.textContent = label), TOLD_MS);
    });
  });
}

function changed(page: HTMLElement, progress: Progress): boolean {
  const lang = document.documentElement.lang === 'en' ? 'en' : 'zh';
  return (
    progress.state.label[lang] !== page.dataset.state ||
    progress.steps.length !== page.querySelectorAll('.steps > li').length
  );
}

async function replace(page: HTMLElement, live: HTMLElement): Promise<void> {
  const response = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  const next = fresh.querySelector<HTMLElement>('[data-island=progress]');
  if (next === null) return;
  document.title = fresh.title;
  page.replaceChildren(...Array.from(next.childNodes, (node) => document.importNode(node, true)));
  Object.assign(page.dataset, { ...next.dataset });
  offerCopy(page);
  live.textContent = page.dataset.updated ?? '';
  setTimeout(() => (live.textContent = ''), TOLD_MS);
}

async function look(page: HTMLElement, live: HTMLElement): Promise<void> {
  const { tenant, tracking } = page.dataset;
  try {
    const response = await fetch(`/api/v1/${tenant}/progress/${tracking}`);
    if (response.ok && changed(page, (await response.json()) as Progress)) await replace(page, live);
  } catch {
    return; // offline: the next round asks again
  }
}

export function enhanceProgress(page: HTMLElement): void {
  const live = document.createElement('p');
  live.setAttribute('role', 'status');
  live.className = 'live';
  page.after(live);
  offerCopy(page);
  const round = () => {
    if (page.dataset.closed === 'true') return;
    if (document.visibilityState === 'visible') void look(page, live);
    setTimeout(round, EVERY_MS);
  };
  setTimeout(round, EVERY_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && page.dataset.closed !== 'true') void look(page, live);
  });
}
