/*
 * Reads a page to whoever asks, piece by piece, and marks the piece that is read.  The
 * voice is the browser's own; where there is none, no button is shown.
 */
const PIECES = 'h1, h2, h3, p, li, dt, dd, legend, label, summary, .alert strong';

/* What is read, in order: the innermost pieces that can be seen and say something. */
export function piecesOf(page: ParentNode): HTMLElement[] {
  const all = [...page.querySelectorAll<HTMLElement>(PIECES)];
  return all.filter((one) => {
    if (one.closest('[data-island="aloud"]') !== null || one.querySelector(PIECES) !== null) return false;
    return one.checkVisibility() && wordsOf(one) !== '';
  });
}

function wordsOf(piece: HTMLElement): string {
  return (piece.textContent ?? '').replace(/\s+/g, ' ').trim();
}

export function offerAloud(root: HTMLElement): void {
  const button = root.querySelector('button');
  const page = root.closest('main');
  if (!('speechSynthesis' in window) || button === null || page === null) return;
  const start = button.textContent ?? '';
  let pieces: HTMLElement[] = [];
  let at = -1;

  function mark(next: HTMLElement | undefined): void {
    for (const one of page?.querySelectorAll('.is-read') ?? []) one.classList.remove('is-read');
    next?.classList.add('is-read');
    next?.scrollIntoView({ block: 'center' });
  }

  function stop(): void {
    at = -1;
    mark(undefined);
    if (button !== null) button.textContent = start;
    speechSynthesis.cancel();
  }

  function read(index: number): void {
    const piece = pieces[index];
    if (piece === undefined) {
      stop();
      return;
    }
    const words = new SpeechSynthesisUtterance(wordsOf(piece));
    words.lang = document.documentElement.lang;
    words.rate = 0.9; // a little slower than the voice's own
    words.onend = () => { if (at === index) read(index + 1); };
    words.onerror = () => { if (at === index) stop(); };
    at = index;
    mark(piece);
    speechSynthesis.speak(words);
  }

  button.addEventListener('click', () => {
    if (at >= 0) {
      stop();
      return;
    }
    speechSynthesis.cancel();
    pieces = piecesOf(page);
    button.textContent = button.dataset.stop ?? '';
    read(0);
  });
  window.addEventListener('pagehide', () => speechSynthesis.cancel());
  root.hidden = false;
}
