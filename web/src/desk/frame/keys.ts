/*
 * Keys that are no text: they work wherever nobody types and no dialog is open.
 */
import { onBeforeUnmount, onMounted } from 'vue';

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [role=listbox], dialog, [role=dialog]') !== null;
}

export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  function onKey(event: KeyboardEvent): void {
    const does = keys[event.key];
    if (does === undefined || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector('dialog[open], .el-overlay:not([style*="display: none"])')) return;
    event.preventDefault();
    does(event);
  }
  onMounted(() => document.addEventListener('keydown', onKey));
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey));
}
