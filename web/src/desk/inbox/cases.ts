/*
 * The rows of a list: pages of them by their cursor, and a quiet look now and then
 * at what has changed.
 */
import { ref, shallowRef } from 'vue';
import { ask, client, Refusal, type CaseRow } from '../api';
import { sentence } from '../refusal';
import type { Filter } from './filter';
import { keyOf, merge } from './merge';

const PAGE = 50;
const MOST = 100; /* rows of one answer */
const ROUNDS = 5; /* pages without a row that are gone through at once: the server bounds what it looks at */

export type CaseQuery = { view: 'mine' | 'all' } & Filter;

export function useCases(tenant: string, query: () => CaseQuery) {
  const rows = shallowRef<CaseRow[]>([]);
  const gone = shallowRef<Set<string>>(new Set());
  const arrived = shallowRef<CaseRow[]>([]);
  const next = ref<string | null>(null);
  const loading = ref(true);
  const fault = ref('');
  let asked = 0;

  function fetchPage(limit: number, before?: string) {
    return ask(
      client.GET('/api/v1/{tenant}/cases', {
        params: { path: { tenant }, query: { ...query(), limit, ...(before === undefined ? {} : { before }) } },
      }),
    );
  }

  async function load(before?: string): Promise<void> {
    const mine = ++asked;
    loading.value = true;
    fault.value = '';
    try {
      const limit = before === undefined ? PAGE : MOST;
      let page = await fetchPage(limit, before);
      for (let round = 0; page.items.length === 0 && page.next !== null && round < ROUNDS; round++) page = await fetchPage(limit, page.next);
      if (mine !== asked) return;
      const known = new Set(rows.value.map(keyOf));
      rows.value = before === undefined ? page.items : [...rows.value, ...page.items.filter((row) => !known.has(keyOf(row)))];
      next.value = page.next;
      if (before === undefined) {
        arrived.value = [];
        gone.value = new Set();
      }
    } catch (error) {
      if (mine === asked) fault.value = sentence(error, tenant);
    } finally {
      if (mine === asked) loading.value = false;
    }
  }

  /* Says nothing when it fails: the list stays as it was. */
  async function look(): Promise<void> {
    const before = asked;
    if (loading.value || fault.value !== '') return;
    try {
      const page = await fetchPage(Math.min(MOST, Math.max(PAGE, rows.value.length)));
      if (before !== asked) return;
      const merged = merge(rows.value, page.items, page.next === null);
      rows.value = merged.rows;
      gone.value = merged.gone;
      arrived.value = merged.arrived;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401) fault.value = sentence(error, tenant);
    }
  }

  return { rows, gone, arrived, next, loading, fault, load, look };
}
