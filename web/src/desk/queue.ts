/*
 * The list one came from, so that a case can be left for the next one without
 * going back.  It lives as long as the page.
 */
import { ref } from 'vue';

export interface Queue {
  /* The list it came from with its filter, and the cases in its order. */
  from: 'mine' | 'all' | 'waiting' | 'revisit';
  query: string;
  cases: string[];
}

export const queue = ref<Queue>();

export interface Neighbours {
  at: number;
  of: number;
  before: string | undefined;
  after: string | undefined;
}

export function neighbours(cases: readonly string[], id: string): Neighbours | undefined {
  const at = cases.indexOf(id);
  if (at < 0) return undefined;
  return { at: at + 1, of: cases.length, before: cases[at - 1], after: cases[at + 1] };
}
