/*
 * The progress page, kept fresh: while it is looked at it asks every twenty
 * seconds whether something changed, and only then takes the new page from the
 * server.  There is one renderer, and it is not here.  What somebody is writing
 * is never taken away from them.
 */
import { enhanceAct } from './act';
import { keep } from './mine';

const EVERY_MS = 20_000;
const TOLD_MS = 6_000;

interface Stand {
  state: { name: string };
  steps: { at: string }[];
}
type Progress = Stand & { through?: Stand };

function offerCopy(page: HTMLElement): void {
  const button = page.querySelector<HTMLButtonElement>('button[data-copy]');
  const clipboard: Clipboard | undefined = navigator.clipboard;
  const label = button?.querySelector('span');
  if (button === null || label == null || clipboard === undefined) return;
  const before = label.textContent;
  button.hidden = false;
  button.addEventListener('click', () => {
    void clipboard.writeText(button.dataset.copy ?? '').then(() => {
      label.textContent = button.dataset.copied ?? before;
      setTimeout(() => (label.textContent = before), TOLD_MS);
    });
  });
}

function offerShare(page: HTMLElement): void {
  const button = page.querySelector<HTMLButtonElement>('button[data-share]');
  if (button === null || typeof navigator.share !== 'function') return;
  button.hidden = false;
  button.addEventListener('click', () => {
    void navigator.share({ title: document.title, url: button.dataset.share ?? '' }).catch(() => undefined);
  });
}

function remember(page: HTMLElement): void {
  const { tenant = '', tracking = '', number = '', title = '' } = page.dataset;
  const note = page.querySelector<HTMLElement>('[data-kept]');
  const kept = keep({ tenant, tracking, number, title, at: Date.now() });
  if (note !== null) note.hidden = !kept;
}

/* Pressing twice sends once, also where the key would have caught it. */
export function guardForms(page: HTMLElement): void {
  for (const form of page.querySelectorAll<HTMLFormElement>('form[data-act]')) {
    if (form.querySelector('[data-photos]') !== null) {
      enhanceAct(form, page);
      continue;
    }
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent === 'true') event.preventDefault();
      form.dataset.sent = 'true';
    });
    form.addEventListener('input', () => (form.dataset.touched = 'true'));
  }
}

function enhance(page: HTMLElement): void {
  offerCopy(page);
  offerShare(page);
  remember(page);
  guardForms(page);
}

function changed(page: HTMLElement, progress: Progress): boolean {
  const { state, steps, last } = page.dataset;
  /* a merged one stands where the one stands that answers for it */
  const now = [...progress.steps, ...(progress.through?.steps ?? [])].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return (progress.through ?? progress).state.name !== state || String(now.length) !== steps || now.at(-1)?.at !== last;
}

function isWriting(page: HTMLElement): boolean {
  return page.querySelector('form[data-touched=true]') !== null;
}

async function replace(page: HTMLElement, live: HTMLElement): Promise<void> {
  const response = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  const next = fresh.querySelector<HTMLElement>('[data-island=progress]');
  if (next === null) return;
  if (isWriting(page)) {
    for (const part of page.querySelectorAll<HTMLElement>('[data-live]')) {
      const other = next.querySelector(`[data-live="${part.dataset.live ?? ''}"]`);
      if (other !== null) part.replaceWith(document.importNode(other, true));
    }
  } else {
    page.replaceChildren(...Array.from(next.childNodes, (node) => document.importNode(node, true)));
  }
  document.title = fresh.title;
  const writing = isWriting(page);
  Object.assign(page.dataset, { ...next.dataset });
  if (!writing) enhance(page);
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
  enhance(page);
  if (new URLSearchParams(location.search).has('before')) return; // earlier steps do not change
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
