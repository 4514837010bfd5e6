/*
 * What was done and not yet sent.  Everything pressed in the field is first put
 * here, then sent in the order it was pressed, each with one key (Idempotency-Key)
 * for as long as nobody knows whether it arrived: the server does a key once.
 * What the server refuses stays, is shown, and waits for a decision; only what comes
 * after it in the same case waits with it.
 *
 * Knows neither the browser's store nor the network: `Box` and `Wire` are given.
 */
import type { Problem } from '../desk/api';
import { newKey } from '../kit/key';

export const LOCAL = 'local-'; /* begins the name of a photo that is only here */
const UPLOAD_MS = 20 * 3_600_000; /* an upload is forgotten by the server after a day */
const KEY_MS = 30 * 24 * 3_600_000; /* a key by the server after forty */
const SENT_MS = 12 * 3_600_000; /* how long what was sent is still listed */

export interface Words {
  zh: string;
  en: string;
}

export interface Refused {
  status: number;
  code: string;
  zh: string;
  en: string;
  errors: { pointer: string; code: string; zh: string; en: string }[];
}

export interface Item {
  /* Also its Idempotency-Key, until another is needed. */
  id: string;
  key: string;
  tenant: string;
  account: string; /* who did it; nobody else sends it */
  at: number;
  kind: 'act' | 'report';
  /* Of an act: what it is done to; the case of the report `after` makes, until that is known. */
  case?: string;
  after?: string;
  action?: string;
  part?: number;
  rev?: number;
  confirmed?: boolean;
  /* The body of a report, or the fields of an act. */
  body: Record<string, unknown>;
  /* How it is named to people: what, and about what. */
  what: Words;
  about: Words;
  /* Said already in the report's words: where the case does not offer it, nothing is lost. */
  mild?: boolean;
  files: Record<string, { token: string; at: number }>;
  state: 'waiting' | 'held' | 'sent';
  tried: number;
  refused?: Refused;
  sent?: { at: number; case: string; number: string; rev?: number; mild: boolean };
}

/* What is kept of it: in order of time, surviving the page. */
export interface Box {
  list(): Promise<Item[]>;
  put(item: Item): Promise<void>;
  drop(id: string): Promise<void>;
  file(name: string): Promise<Blob | undefined>;
  dropFile(name: string): Promise<void>;
}

/* Status 0: nobody answered. */
export interface Reply {
  status: number;
  body?: { case?: string; number?: string; rev?: number; upload?: string } | undefined;
  problem?: Problem | undefined;
}

export interface Wire {
  upload(item: Item, file: Blob): Promise<Reply>;
  post(item: Item, files: Record<string, string>): Promise<Reply>;
}

/* What an item waits behind: the held one before it. */
export function heldBefore(item: Item, items: readonly Item[]): Item | undefined {
  return items.find((one) => one.state === 'held' && (one.id === item.after || (one.case !== undefined && one.case === item.case)));
}

/* Why a round ended: all that could go went, nobody answered, who it is must sign in again. */
export type Ended = 'done' | 'away' | 'signed-out';

export type NewItem = Omit<Item, 'id' | 'key' | 'files' | 'state' | 'tried'>;

export function newItem(given: NewItem): Item {
  const id = newKey(given.at);
  return { ...given, id, key: id, files: {}, state: 'waiting', tried: 0 };
}

/* The photos of a body that are only on this device. */
export function filesOf(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith(LOCAL) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(filesOf);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(filesOf);
  return [];
}

/* The body with what the server calls its photos. */
export function named(value: unknown, names: Record<string, string>): unknown {
  if (typeof value === 'string') return names[value] ?? value;
  if (Array.isArray(value)) return value.map((one) => named(one, names));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, named(one, names)]));
  }
  return value;
}

const AGAIN = new Set([408, 425, 429, 502, 503, 504]); /* not now; the same may go later */

function refusedBy(reply: Reply): Refused {
  const { problem } = reply;
  return {
    status: reply.status,
    code: problem?.code ?? String(reply.status),
    zh: problem?.zh ?? `服务器答复：${reply.status}`,
    en: problem?.en ?? `The server answered ${reply.status}`,
    errors: problem?.errors ?? [],
  };
}

async function hold(box: Box, item: Item, refused: Refused): Promise<'held'> {
  await box.put({ ...item, state: 'held', tried: item.tried + 1, refused });
  return 'held';
}

/* Photos go first, and what the server called them is remembered: a lost answer costs at
 * most one photo sent twice, which the server forgets. */
async function upload(box: Box, wire: Wire, item: Item, now: number): Promise<Item | Ended | 'held'> {
  let at = item;
  for (const name of filesOf(item.body)) {
    const known = at.files[name];
    if (known !== undefined && now - known.at < UPLOAD_MS) continue;
    const file = await box.file(name);
    if (file === undefined) return hold(box, at, { status: 0, code: 'photo-gone', zh: '照片已不在本机，请去掉或重拍。', en: 'The photo is no longer on this device: leave it out or take it again.', errors: [] });
    const reply = await wire.upload(at, file);
    if (reply.status === 0 || AGAIN.has(reply.status)) return 'away';
    if (reply.status === 401) return 'signed-out';
    if (reply.body?.upload === undefined) return hold(box, at, refusedBy(reply));
    at = { ...at, files: { ...at.files, [name]: { token: reply.body.upload, at: now } } };
    await box.put(at);
  }
  return at;
}

/* What waits for this one learns what came of it. */
async function follow(box: Box, item: Item, reply: Reply): Promise<void> {
  for (const next of await box.list()) {
    if (next.state === 'sent' || next.id === item.id) continue;
    if (item.kind === 'report' && next.after === item.id) {
      const { after: _, ...rest } = next;
      await box.put({ ...rest, ...(reply.body?.case === undefined ? {} : { case: reply.body.case }) });
    } else if (item.kind === 'act' && next.case === item.case && next.rev === item.rev && next.state === 'waiting' && reply.body?.rev !== undefined) {
      await box.put({ ...next, rev: reply.body.rev });
    }
  }
}

async function sendOne(box: Box, wire: Wire, item: Item, now: number): Promise<Ended | 'held'> {
  if (now - item.at > KEY_MS && item.tried > 0) {
    return hold(box, item, { status: 0, code: 'too-old', zh: '放得太久，服务器可能已不记得是否办过，请先看看现在的情况。', en: 'It lay so long that the server may have forgotten whether it was done: look first how things stand.', errors: [] });
  }
  const ready = await upload(box, wire, item, now);
  if (typeof ready === 'string') return ready;
  const tried = { ...ready, tried: ready.tried + 1 };
  await box.put(tried);
  const reply = await wire.post(tried, Object.fromEntries(Object.entries(ready.files).map(([name, one]) => [name, one.token])));
  if (reply.status === 0 || AGAIN.has(reply.status)) return 'away';
  if (reply.status === 401) return 'signed-out';
  const isOk = reply.status >= 200 && reply.status < 300;
  const isMild = item.mild === true && (reply.status === 403 || reply.status === 404 || reply.status === 409);
  if (!isOk && !isMild) return hold(box, ready, refusedBy(reply));
  if (isOk) await follow(box, item, reply);
  await box.put({
    ...tried,
    body: {},
    files: {},
    state: 'sent',
    sent: { at: now, case: reply.body?.case ?? item.case ?? '', number: reply.body?.number ?? '', ...(reply.body?.rev === undefined ? {} : { rev: reply.body.rev }), mild: isMild },
  });
  for (const name of filesOf(item.body)) await box.dropFile(name);
  return 'done';
}

/* One round.  The list is read anew before each: what was sent may have changed what waits. */
export async function flush(box: Box, wire: Wire, whose: { tenant: string; account: string }, now: () => number): Promise<Ended> {
  const seen = new Set<string>();
  for (;;) {
    const items = (await box.list()).filter((one) => one.tenant === whose.tenant && one.account === whose.account);
    const stopped = new Set(items.filter((one) => one.state === 'held').flatMap((one) => [one.id, ...(one.case === undefined ? [] : [one.case])]));
    const next = items.find((one) => {
      if (one.state !== 'waiting' || seen.has(one.id)) return false;
      const waits = one.after ?? one.case;
      if (waits !== undefined && stopped.has(waits)) {
        stopped.add(one.id);
        return false;
      }
      return one.after === undefined;
    });
    if (next === undefined) return 'done';
    seen.add(next.id);
    const ended = await sendOne(box, wire, next, now());
    if (ended === 'away' || ended === 'signed-out') return ended;
  }
}

/* What was sent long enough ago is no longer listed. */
export async function tidy(box: Box, now: number): Promise<void> {
  for (const item of await box.list()) {
    if (item.state === 'sent' && now - (item.sent?.at ?? 0) > SENT_MS) await box.drop(item.id);
  }
}

/* A held one goes again as it was decided: from what the case is now, under another key.
 * What was pressed after it, from where it leads, comes along. */
export async function again(box: Box, item: Item, change: { rev?: number; confirmed?: boolean; body?: Record<string, unknown> }): Promise<void> {
  const { refused: _, ...rest } = item;
  await box.put({ ...rest, ...change, key: newKey(), state: 'waiting', tried: 0 });
  if (change.rev === undefined) return;
  for (const next of await box.list()) {
    if (next.id !== item.id && next.state === 'waiting' && next.case === item.case && next.rev === item.rev) await box.put({ ...next, rev: change.rev });
  }
}

/* Given up, with what was only meant to follow it and its photos. */
export async function drop(box: Box, item: Item): Promise<void> {
  for (const one of await box.list()) if (one.after === item.id && one.state !== 'sent') await drop(box, one);
  for (const name of filesOf(item.body)) await box.dropFile(name);
  await box.drop(item.id);
}
