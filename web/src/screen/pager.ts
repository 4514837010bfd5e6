/*
 * Lists that are longer than the wall: page after page, at the wall's own pace.  The order is
 * the list's.
 */
import { computed, onBeforeUnmount, onMounted, ref, type ComputedRef, type Ref } from 'vue';

const TURN = 12_000;

export interface Pager<T> {
  shown: ComputedRef<T[]>;
  page: ComputedRef<number>; /* from 1 */
  pages: ComputedRef<number>;
}

export function usePager<T>(items: () => T[], most: Ref<number> | number): Pager<T> {
  const at = ref(0);
  const size = computed(() => Math.max(1, typeof most === 'number' ? most : most.value));
  const pages = computed(() => Math.max(1, Math.ceil(items().length / size.value)));
  const page = computed(() => (at.value % pages.value) + 1);
  let timer: ReturnType<typeof setInterval> | undefined;
  onMounted(() => {
    timer = setInterval(() => {
      at.value = (at.value + 1) % pages.value;
    }, TURN);
  });
  onBeforeUnmount(() => clearInterval(timer));
  return { shown: computed(() => items().slice((page.value - 1) * size.value, page.value * size.value)), page, pages };
}
