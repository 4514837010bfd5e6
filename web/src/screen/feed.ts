/*
 * What the wall shows, and since when.  One reading takes the place of the one before;
 * the stream only says that it is time for another.  While no reading comes the last one
 * stays, and says of what time it is.
 */
import createClient from 'openapi-fetch';
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, type Ref } from 'vue';
import type { components, paths } from '../../.cache/api';

type Schemas = components['schemas'];
export type Overview = Schemas['Overview'];
export type OverviewPlace = Overview['places'][number];
export type OverviewRun = Overview['runs'][number];
export type OverviewEvent = Overview['events'][number];

export interface Address {
  tenant: string;
  area: string;
  key: string;
  by: 'street' | 'community' | 'grid' | undefined;
}

const EVERY = 30_000; /* ms between readings */
const LEAST = 5_000; /* and at least, however much happens */
const STALE = 90_000; /* without a reading */
const PATIENCE = 15_000; /* with one that does not come */

export const client = createClient<paths>({ baseUrl: location.origin });

export type Trouble = '' | 'sign_in' | 'ended' | 'forbidden' | 'nowhere';

export interface Feed {
  seen: Ref<Overview | undefined>;
  trouble: Ref<Trouble>;
  now: Ref<number>; /* the server's clock, as far as one can tell here */
  isStale: Ref<boolean>;
  isLive: Ref<boolean>;
}

function troubleOf(status: number, address: Address): Trouble {
  if (status === 401) return 'sign_in';
  if (status === 403) return 'forbidden';
  return status === 404 ? (address.key === '' ? 'nowhere' : 'ended') : '';
}

export function useFeed(address: Address): Feed {
  const seen = shallowRef<Overview>();
  const trouble = ref<Trouble>('');
  const tick = ref(performance.now());
  const heard = ref<number>();
  const isLive = ref(false);
  let source: EventSource | undefined;
  let soon: ReturnType<typeof setTimeout> | undefined;
  let beat: ReturnType<typeof setInterval> | undefined;
  let asked = -EVERY;
  let isBusy = false;

  async function read(): Promise<void> {
    const { tenant, area, key, by } = address;
    const query = { family: 'whistle', ...(by === undefined ? {} : { by }) };
    const signal = AbortSignal.timeout(PATIENCE);
    const answer =
      key === ''
        ? await client.GET('/api/v1/{tenant}/overview', { params: { path: { tenant }, query: { ...query, ...(area === '' ? {} : { area }) } }, signal })
        : await client.GET('/api/v1/{tenant}/screens/{key}/overview', { params: { path: { tenant, key }, query }, signal });
    trouble.value = answer.response.ok ? '' : troubleOf(answer.response.status, address);
    if (answer.data === undefined) return;
    seen.value = answer.data;
    heard.value = performance.now();
  }

  async function look(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    asked = performance.now();
    try {
      await read();
    } catch {
      /* the server is away: what was read stays, and says of what time it is */
    } finally {
      isBusy = false;
    }
  }

  function hurry(): void {
    if (soon !== undefined) return;
    soon = setTimeout(() => {
      soon = undefined;
      void look();
    }, Math.max(500, asked + LEAST - performance.now()));
  }

  function listen(): void {
    if (source !== undefined && source.readyState !== EventSource.CLOSED) return;
    source?.close();
    source = new EventSource(`/api/v1/${address.tenant}/stream`);
    source.addEventListener('case', hurry);
    source.addEventListener('reset', hurry);
    source.onopen = hurry;
  }

  function onBeat(): void {
    tick.value = performance.now();
    listen();
    isLive.value = source?.readyState === EventSource.OPEN;
    if (tick.value - asked >= EVERY) void look();
  }

  onMounted(() => {
    listen();
    void look();
    beat = setInterval(onBeat, 1000);
    window.addEventListener('online', hurry);
  });
  onBeforeUnmount(() => {
    source?.close();
    clearTimeout(soon);
    clearInterval(beat);
    window.removeEventListener('online', hurry);
  });

  const now = computed(() =>
    seen.value === undefined || heard.value === undefined ? Date.now() : Date.parse(seen.value.as_of) + Math.max(0, tick.value - heard.value),
  );
  const isStale = computed(() => heard.value !== undefined && tick.value - heard.value > STALE);
  return { seen, trouble, now, isStale, isLive };
}
