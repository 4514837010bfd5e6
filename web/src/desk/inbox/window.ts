/*
 * A long list holds in the page only what is near the window: rows stand in chunks, and a
 * chunk that is far away is a row as high as the chunk was.
 */
import { nextTick, onBeforeUnmount, onMounted, shallowRef, watch } from 'vue';

export const CHUNK = 40; /* rows */
const NEAR = 1600; /* px above and below the window */
const GUESS = 62; /* px of a row nobody has seen yet */

export interface Chunk<Row> {
  key: string;
  rows: Row[];
  from: number; /* place of its first row in the list, from 0 */
}

export function chunksOf<Row>(rows: readonly Row[], from: number, name: string): Chunk<Row>[] {
  const chunks: Chunk<Row>[] = [];
  for (let at = 0; at < rows.length; at += CHUNK) chunks.push({ key: `${name}.${at / CHUNK}`, rows: rows.slice(at, at + CHUNK), from: from + at });
  return chunks;
}

/* Which chunks are far away, by key, with the height that stands for each. */
export function useWindow(table: () => HTMLElement | null | undefined, keys: () => readonly string[]) {
  const far = shallowRef<ReadonlyMap<string, number>>(new Map());
  let observer: IntersectionObserver | undefined;

  function see(entries: IntersectionObserverEntry[]): void {
    const next = new Map(far.value);
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const key = (target as HTMLElement).dataset.chunk ?? '';
      if (isIntersecting || target.contains(document.activeElement)) next.delete(key);
      else if (!next.has(key)) next.set(key, boundingClientRect.height);
    }
    far.value = next;
  }

  /* New chunks come below what is seen: they begin far away. */
  function watchAll(): void {
    observer?.disconnect();
    for (const chunk of table()?.querySelectorAll('[data-chunk]') ?? []) observer?.observe(chunk);
  }

  onMounted(() => {
    observer = new IntersectionObserver(see, { rootMargin: `${NEAR}px 0px` });
    watchAll();
  });
  onBeforeUnmount(() => observer?.disconnect());
  watch(() => keys().join(), async (_, before) => {
    const known = new Set(before === undefined ? [] : before.split(','));
    const next = new Map(far.value);
    for (const key of keys().slice(2)) if (!known.has(key)) next.set(key, CHUNK * GUESS);
    far.value = next;
    await nextTick();
    watchAll();
  });

  return { far };
}
