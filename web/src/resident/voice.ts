/*
 * A button beside a control of recordings: pressed once it listens and counts, pressed again what
 * was said goes the way of a chosen file.
 */
import { canRecord, clockOf, record, type Recording } from '../kit/record';

export function enhanceVoice(root: HTMLElement, before: HTMLElement, take: (files: File[]) => void): void {
  if (!canRecord()) return;
  const words = root.dataset;
  const says = root.querySelector<HTMLElement>('[data-photos-say]')!;
  const button = document.createElement('button');
  let running: Recording | undefined;
  let seconds = 0;
  const show = (text: string) => {
    button.textContent = text;
    button.setAttribute('aria-pressed', String(running !== undefined));
    button.disabled = false;
  };

  const begin = async () => {
    button.disabled = true;
    try {
      running = await record((passed) => {
        seconds = passed;
        if (running !== undefined) show((words.stop ?? '').replace('{time}', clockOf(seconds)));
      });
    } catch {
      says.textContent = words.refused ?? '';
      says.classList.remove('sr');
      return show(words.voice ?? '');
    }
    show((words.stop ?? '').replace('{time}', clockOf(0)));
    button.focus();
    const said = await running.said;
    running = undefined;
    show(words.voice ?? '');
    if (said !== null) take([new File([said], `${words.voice ?? ''} ${clockOf(seconds)}`, { type: said.type })]);
  };

  button.type = 'button';
  button.className = 'photo-add voice-add';
  show(words.voice ?? '');
  button.addEventListener('click', () => (running === undefined ? void begin() : running.stop()));
  before.before(button);
}
