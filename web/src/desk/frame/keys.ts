/*
 * Keys that are no text: they work wherever nobody types and no dialog is open.  After
 * `g` one letter more says where to go (DeskApp), and no other key is listened to.
 */
import { onBeforeUnmount, onMounted } from 'vue';

const PAUSE = 1500; /* ms in which the letter after `g` is waited for */

let leads = 0; /* until when `g` waits for its letter */

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === 'checkbox') return false;
  return target.closest('input, textarea, select, [role=listbox], dialog, [role=dialog]') !== null;
}

function isFree(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  return !isTyping(event.target) && document.querySelector('dialog[open], .el-overlay:not([style*="display: none"])') === null;
}

export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  function onKey(event: KeyboardEvent): void {
    const does = keys[event.key];
    if (does === undefined || leads > event.timeStamp || !isFree(event)) return;
    event.preventDefault();
    does(event);
  }
  onMounted(() => document.addEventListener('keydown', onKey));
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey));
}

/* `g` and a letter. */
export function useLeader(places: Record<string, () => void>): void {
  function onKey(event: KeyboardEvent): void {
    if (!isFree(event) || event.key === 'Shift') return;
    if (leads > event.timeStamp) {
      const does = places[event.key];
      setTimeout(() => (leads = 0)); /* the others' listeners run first */
      if (does === undefined) return;
      event.preventDefault();
      does();
    } else if (event.key === 'g') {
      event.preventDefault();
      leads = event.timeStamp + PAUSE;
    }
  }
  onMounted(() => document.addEventListener('keydown', onKey));
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey));
}
