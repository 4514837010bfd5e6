/*
 * Rows somebody ticked, to do one thing to all of them.
 */
import { computed, shallowRef } from 'vue';
import type { CaseRow } from '../api';
import { keyOf } from './merge';

export const MOST_CHOSEN = 100;

export function useChosen(rows: () => readonly CaseRow[]) {
  const keys = shallowRef<ReadonlySet<string>>(new Set());
  /* In the order of the list; what has left it is no longer chosen. */
  const chosen = computed(() => (keys.value.size === 0 ? [] : rows().filter((row) => keys.value.has(keyOf(row)))));

  function toggle(key: string): void {
    const next = new Set(keys.value);
    if (!next.delete(key) && next.size < MOST_CHOSEN) next.add(key);
    keys.value = next;
  }

  /* All that are shown, as many as one gesture takes; pressed again, none. */
  function all(): void {
    const first = rows().slice(0, MOST_CHOSEN).map(keyOf);
    keys.value = first.every((key) => keys.value.has(key)) ? new Set() : new Set(first);
  }

  function none(): void {
    keys.value = new Set();
  }

  return { keys, chosen, toggle, all, none };
}
