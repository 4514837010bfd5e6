/*
 * When the outbox is sent: as something is put in, when the network comes back, when
 * the page is looked at again, and now and then.  One page at a time does it.
 */
import { computed, ref } from 'vue';
import { lang } from '../desk/texts';
import type { Problem } from '../desk/api';
import { isAway } from './line';
import { again, drop, filesOf, flush, named, newItem, tidy, type Item, type NewItem, type Reply, type Wire } from './outbox';
import { ended, me } from './session';
import { box, dropIdleFiles } from './store';

const PAUSE = 30_000;

export const items = ref<Item[]>([]);
export const isSending = ref(false);
/* Raised when something was sent: views look again. */
export const sentCount = ref(0);

const isMine = (one: Item) => one.account === me.value?.account && one.tenant === me.value?.tenant;
export const mine = computed(() => items.value.filter(isMine));
export const unsent = computed(() => mine.value.filter((one) => one.state !== 'sent'));
export const held = computed(() => mine.value.filter((one) => one.state === 'held'));
/* Of somebody else who used this phone: how many, not what. */
export const others = computed(() => items.value.filter((one) => !isMine(one) && one.state !== 'sent').length);

async function post(url: string, init: RequestInit): Promise<Reply> {
  try {
    const response = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(60_000), ...init });
    const body = (await response.json().catch(() => undefined)) as (Reply['body'] & Problem) | undefined;
    isAway.value = false;
    return response.ok ? { status: response.status, body } : { status: response.status, problem: body };
  } catch {
    isAway.value = true;
    return { status: 0 };
  }
}

const api = (item: Item, path: string) => `${location.origin}/api/v1/${item.tenant}/${path}`;

const wire: Wire = {
  upload(item, file) {
    const isDocument = file instanceof File && file.name === 'document';
    const form = new FormData();
    form.append(isDocument ? 'document' : 'photo', file, isDocument ? 'document' : 'photo');
    return post(api(item, isDocument ? 'uploads/documents' : 'uploads'), { body: form });
  },
  post(item, files) {
    const given = named(item.body, files);
    const body =
      item.kind === 'report'
        ? given
        : {
            fields: given,
            ...(item.rev === undefined ? {} : { rev: item.rev }),
            ...(item.part === undefined ? {} : { part: item.part }),
            ...(item.confirmed ? { confirmed: true } : {}),
          };
    return post(api(item, item.kind === 'report' ? 'cases' : `cases/${item.case}/actions/${item.action}`), {
      headers: { 'Content-Type': 'application/json', 'Accept-Language': lang.value, 'Idempotency-Key': item.key },
      body: JSON.stringify(body),
    });
  },
};

export async function look(): Promise<void> {
  items.value = await box.list();
}

async function round(): Promise<void> {
  const whose = me.value;
  if (whose === undefined) return;
  isSending.value = true;
  const before = items.value.filter((one) => one.state === 'sent').length;
  try {
    const how = await flush(box, wire, { tenant: whose.tenant, account: whose.account }, Date.now);
    if (how === 'signed-out') await ended();
  } finally {
    isSending.value = false;
    await look();
    if (items.value.filter((one) => one.state === 'sent').length !== before) sentCount.value += 1;
  }
}

/* Pages of one browser take turns; where they cannot, keys still keep it to once. */
export async function sendAll(): Promise<void> {
  if (isSending.value || me.value === undefined) return;
  if (navigator.locks === undefined) return round();
  await navigator.locks.request('linli-outbox', { ifAvailable: true }, (lock) => (lock === null ? undefined : round()));
}

export async function putIn(...given: NewItem[]): Promise<Item[]> {
  const made = given.map(newItem);
  for (const [index, item] of made.entries()) {
    if (item.after === 'first' && made[0] !== undefined && index > 0) item.after = made[0].id;
    await box.put(item);
  }
  await look();
  void sendAll();
  return made;
}

export async function tryAgain(item: Item, change: Parameters<typeof again>[2] = {}): Promise<void> {
  await again(box, item, change);
  await look();
  void sendAll();
}

/* What was pressed after it in the same matter is asked of the server now. */
export async function giveUp(item: Item): Promise<void> {
  await drop(box, item);
  await look();
  void sendAll();
}

/* Everything that somebody else left on this phone. */
export async function dropOthers(): Promise<void> {
  for (const one of items.value) if (!isMine(one)) await drop(box, one);
  await look();
}

export async function begin(): Promise<void> {
  await tidy(box, Date.now());
  await look();
  await dropIdleFiles(new Set(items.value.flatMap((one) => filesOf(one.body))));
  const wake = () => {
    if (!document.hidden) void sendAll();
  };
  window.addEventListener('online', wake);
  window.addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', wake);
  setInterval(wake, PAUSE);
  wake();
}
