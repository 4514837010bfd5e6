/*
 * What lies on the phone: one IndexedDB with four drawers.
 *   kept    answers of the server, by address, for where there is no network
 *   files   photos that are only here
 *   outbox  what was done and not yet sent (outbox.ts)
 *   self    who is signed in, and when the server last said so
 * `kept` and `self` go at sign-out and when the session ends; what is in the outbox
 * stays until it is sent or given up by whom it belongs to.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Me } from '../desk/api';
import type { Box, Item } from './outbox';

export interface Kept {
  url: string;
  at: number;
  type: string;
  body: Blob;
}

export interface Self {
  me: Me;
  at: number;
}

interface Schema extends DBSchema {
  kept: { key: string; value: Kept };
  files: { key: string; value: Blob };
  outbox: { key: string; value: Item };
  self: { key: string; value: Self };
}

/* What a form or a view holds is watched, and the store takes no such thing. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

let opening: Promise<IDBPDatabase<Schema>> | undefined;

function store(): Promise<IDBPDatabase<Schema>> {
  opening ??= openDB<Schema>('linli-field', 1, {
    upgrade(db) {
      db.createObjectStore('kept', { keyPath: 'url' });
      db.createObjectStore('files');
      db.createObjectStore('outbox', { keyPath: 'id' });
      db.createObjectStore('self');
    },
  });
  return opening;
}

export async function keep(one: Kept): Promise<void> {
  await (await store()).put('kept', one);
}

export async function kept(url: string): Promise<Kept | undefined> {
  return (await store()).get('kept', url);
}

/* All that begin with an address. */
export async function keptUnder(url: string): Promise<Kept[]> {
  return (await store()).getAll('kept', IDBKeyRange.bound(url, `${url}\uffff`));
}

export async function readSelf(): Promise<Self | undefined> {
  return (await store()).get('self', 'self');
}

export async function writeSelf(self: Self): Promise<void> {
  await (await store()).put('self', plain(self), 'self');
}

/* Everything that was only shown. */
export async function wipe(): Promise<void> {
  const db = await store();
  await Promise.all([db.clear('kept'), db.clear('self')]);
}

/* What was kept before `at` and not looked at since. */
export async function dropOlder(at: number): Promise<void> {
  const db = await store();
  for (const one of await db.getAll('kept')) if (one.at < at) await db.delete('kept', one.url);
}

export async function putFile(name: string, file: Blob): Promise<void> {
  await (await store()).put('files', file, name);
}

/* Photos that nothing waiting names: of forms that were left. */
export async function dropIdleFiles(used: ReadonlySet<string>): Promise<void> {
  const db = await store();
  for (const name of await db.getAllKeys('files')) if (!used.has(name)) await db.delete('files', name);
}

export async function weight(): Promise<{ kept: number; files: number }> {
  const db = await store();
  const sum = (blobs: Blob[]) => blobs.reduce((all, one) => all + one.size, 0);
  return { kept: sum((await db.getAll('kept')).map((one) => one.body)), files: sum(await db.getAll('files')) };
}

/* Ids are keys of version 7: their order is that of time. */
export const box: Box = {
  list: async () => (await (await store()).getAll('outbox')).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
  put: async (item) => void (await (await store()).put('outbox', plain(item))),
  drop: async (id) => (await store()).delete('outbox', id),
  file: async (name) => (await store()).get('files', name),
  dropFile: async (name) => (await store()).delete('files', name),
};
