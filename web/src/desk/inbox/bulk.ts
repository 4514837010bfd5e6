/*
 * One action for several cases: what each would allow, what was asked for, and doing it one
 * after the other.  Each is a request of its own, with the `rev` that was looked at: who is
 * overtaken in one case is overtaken in that one only.
 */
import { inOrder } from '../action/order';
import { ask, client, Refusal, type Action, type Case, type CaseRow, type Texts } from '../api';
import type { Value } from '../field';
import { newKey } from '../../kit/key';
import { keyOf } from './merge';

const TOGETHER = 6; /* requests at once while looking */

export interface Looked {
  key: string;
  row: CaseRow;
  found: Case | undefined; /* not when it could not be read */
}

export interface Offer {
  name: string;
  action: Action;
  fits: number;
}

/* What comes from a camera belongs to one case. */
const OWN = ['photo', 'document', 'signature', 'point'];

export function isForMany(action: Action): boolean {
  return action.needs.every((field) => !OWN.includes(field.type));
}

export function actionsOf(one: Looked): Action[] {
  return (one.found?.actions ?? []).filter((action) => action.part === undefined || action.part === one.row.part);
}

export function actionFor(one: Looked, name: string): Action | undefined {
  const all = actionsOf(one).filter((action) => action.action === name);
  return all.find((action) => action.part !== undefined) ?? all[0];
}

/* Every action that some case allows, in the desk's order, with how many do. */
export function offersOf(all: readonly Looked[]): Offer[] {
  const found = new Map<string, Offer>();
  for (const one of all) {
    for (const name of new Set(actionsOf(one).map((action) => action.action))) {
      const action = actionFor(one, name)!;
      if (!isForMany(action)) continue;
      const offer = found.get(name);
      if (offer === undefined) found.set(name, { name, action, fits: 1 });
      else offer.fits += 1;
    }
  }
  const { buttons, words, more } = inOrder([...found.values()].map((offer) => offer.action));
  return [...buttons, ...words, ...more].map((action) => found.get(action.action)!);
}

export async function lookAt(tenant: string, rows: readonly CaseRow[], each: () => void): Promise<Looked[]> {
  const all: Looked[] = rows.map((row) => ({ key: keyOf(row), row, found: undefined }));
  const waiting = [...all];
  async function some(): Promise<void> {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      try {
        one.found = await ask(client.GET('/api/v1/{tenant}/cases/{case}', { params: { path: { tenant, case: one.row.case } } }));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
      each();
    }
  }
  await Promise.all(Array.from({ length: TOGETHER }, some));
  return all;
}

/* Whom one might be given to, and why; undefined where nothing but a guess speaks for anybody. */
export interface Proposed {
  id: string;
  name: string;
  why: Texts;
}

async function proposedFor(tenant: string, one: Looked, className: string | undefined): Promise<Proposed | undefined> {
  try {
    const query = className === undefined ? {} : { class: className };
    const { items } = await ask(client.GET('/api/v1/{tenant}/cases/{case}/proposal', { params: { path: { tenant, case: one.row.case }, query } }));
    for (const { organization, barred, reasons } of items) {
      const reason = reasons.find(({ why }) => why !== 'appointed');
      if (!barred && reason !== undefined) return { id: organization.id, name: organization.name, why: reason.text };
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; /* only a help */
  }
  return undefined;
}

/* Of each, as if it were of a class where one is given. */
export async function proposalsOf(tenant: string, all: readonly Looked[], className: string | undefined): Promise<Map<string, Proposed>> {
  const found = new Map<string, Proposed>();
  const waiting = [...all];
  async function some(): Promise<void> {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const proposed = await proposedFor(tenant, one, className);
      if (proposed !== undefined) found.set(one.key, proposed);
    }
  }
  await Promise.all(Array.from({ length: TOGETHER }, some));
  return found;
}

export async function actOn(tenant: string, one: Looked, action: Action, fields: Record<string, Value>): Promise<void> {
  await ask(
    client.POST('/api/v1/{tenant}/cases/{case}/actions/{action}', {
      params: { path: { tenant, case: one.row.case, action: action.action }, header: { 'Idempotency-Key': newKey() } },
      body: { rev: one.found!.rev, fields, ...(action.part === undefined ? {} : { part: action.part }) },
    }),
  );
}

/* Takes back one's own last step, where that can be; whether it was. */
export async function takeBack(tenant: string, id: string, action: Action): Promise<boolean> {
  const now = await ask(client.GET('/api/v1/{tenant}/cases/{case}', { params: { path: { tenant, case: id } } }));
  if (now.undo === undefined || now.undo.label.zh !== action.label.zh) return false;
  await ask(
    client.POST('/api/v1/{tenant}/cases/{case}/undo', {
      params: { path: { tenant, case: id }, header: { 'Idempotency-Key': newKey() } },
      body: { rev: now.rev },
    }),
  );
  return true;
}
