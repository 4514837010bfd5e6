/*
 * Looks again now and then at what may have changed, while somebody looks at the
 * page, and at once when they come back to it.
 */
import { onBeforeUnmount, onMounted } from 'vue';

const PAUSE = 20_000;

export function useLive(look: () => Promise<void>): void {
  let busy = false;
  let timer: ReturnType<typeof setInterval> | undefined;

  async function once(): Promise<void> {
    if (busy || document.hidden) return;
    busy = true;
    try {
      await look();
    } finally {
      busy = false;
    }
  }
  const back = () => void once();

  onMounted(() => {
    timer = setInterval(back, PAUSE);
    document.addEventListener('visibilitychange', back);
  });
  onBeforeUnmount(() => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', back);
  });
}
