/*
 * Looks again when the server says that something changed (SSE), and now and then
 * while it cannot say so.  One stream serves all views of a page, and only while
 * somebody looks: a browser has few connections to one server, and hidden pages
 * would use them up.  Who comes back looks again at once.
 */
import { onBeforeUnmount, onMounted } from 'vue';

const PAUSE = 20_000; /* ms between looks without a stream */
const GATHER = 400; /* ms in which what changes together is looked at once */

/* Which case changed; nothing is said when it may be any. */
type Listener = (id: string | undefined) => void;

const listeners = new Set<Listener>();
let source: EventSource | undefined;
let at = '';

function tell(id: string | undefined): void {
  for (const listener of listeners) listener(id);
}

function close(): void {
  source?.close();
  source = undefined;
}

function open(tenant: string): void {
  if (document.hidden) return;
  if (source !== undefined && at === tenant && source.readyState !== EventSource.CLOSED) return;
  close();
  at = tenant;
  source = new EventSource(`/api/v1/${tenant}/stream`);
  source.addEventListener('case', (event) => tell((JSON.parse(event.data as string) as { case: string }).case));
  source.addEventListener('reset', () => tell(undefined));
}

/* `look` is called when something changed: any case, or only the one that is meant. */
export function useLive(tenant: string, look: () => Promise<void>, only?: string): void {
  let isBusy = false;
  let isMissed = false;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;

  async function once(): Promise<void> {
    if (document.hidden) return;
    if (isBusy) {
      isMissed = true;
      return;
    }
    isBusy = true;
    try {
      await look();
    } finally {
      isBusy = false;
      if (isMissed) {
        isMissed = false;
        soon();
      }
    }
  }

  function soon(): void {
    clearTimeout(gathering);
    gathering = setTimeout(() => void once(), GATHER);
  }

  const listener: Listener = (id) => {
    if (only === undefined || id === undefined || id === only) soon();
  };

  function onVisible(): void {
    if (document.hidden) return close();
    open(tenant);
    soon();
  }

  function onTick(): void {
    open(tenant);
    if (source?.readyState !== EventSource.OPEN) void once();
  }

  onMounted(() => {
    listeners.add(listener);
    open(tenant);
    timer = setInterval(onTick, PAUSE);
    document.addEventListener('visibilitychange', onVisible);
  });
  onBeforeUnmount(() => {
    listeners.delete(listener);
    clearInterval(timer);
    clearTimeout(gathering);
    document.removeEventListener('visibilitychange', onVisible);
    if (listeners.size === 0) close();
  });
}
