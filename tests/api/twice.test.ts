/*
 * Every programme shipped: opened twice with one key, its first step sent twice with one key, and
 * pressed by two at once.  Programmes are found and their forms filled from what they ask, so that
 * one that is added is tried, too; a line in GIVEN helps where a form alone does not say enough.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from './lib/client';
import { form as parts, jpeg } from './lib/picture';
import { CLASS, COMMUNITY, closeHouse, newKey, openHouse, organizationOf, staff, visitor } from './lib/world';

const ROOT = fileURLToPath(new URL('../../playbooks', import.meta.url));
/* Nobody opens these by themselves: beneath an activity that is announced (together.ts), by a survey. */
const OTHERWISE = ['sign-up', 'survey-answer'];
const PROGRAMMES = readdirSync(ROOT)
  .filter((name) => /^[a-z-]+\.yaml$/.test(name))
  .map((name) => name.replace('.yaml', ''))
  .filter((name) => !OTHERWISE.includes(name));
const LOGINS = ['desk', 'checker2', 'both', 'handler', 'checker', 'grid', 'team', 'dispatcher'];

/* What a programme's checks want beside what its form says. */
const GIVEN: Record<string, Record<string, unknown>> = {
  'shared-box': { kind: 'restock' }, // what is taken is done at once
};

const clients = new Map<string, Promise<Client>>();
const as = (login: string) => {
  if (!clients.has(login)) clients.set(login, staff(login));
  return clients.get(login)!;
};

let made = 0;

async function photo(): Promise<string> {
  const { type, body } = parts([{ name: 'photo', file: 'a.jpg', bytes: jpeg() }]);
  return (await visitor().must('uploadPhoto', { headers: { 'Content-Type': type }, body })).upload;
}

async function row(register: string): Promise<string> {
  const desk = await as('desk');
  const form = await desk.must('getRegister', { path: { register } });
  const flags = form.fields.filter((one: any) => one.type === 'bool').map((one: any) => one.name);
  const fields = await filled(form.fields, [...new Set([...form.required, ...flags])]);
  return (await desk.must('addRow', { path: { register }, json: { fields } })).row;
}

async function value(field: any): Promise<unknown> {
  const unit = async () => organizationOf(await as('handler'));
  const some: Record<string, () => unknown> = {
    text: () => `试一试${++made}`,
    choice: () => field.options[0].name,
    area: () => COMMUNITY,
    phone: () => '13800138000',
    organization: async () => (field.many ? [await unit()] : unit()),
    integer: () => 1,
    bool: () => true,
    code: () => (field.schemes.includes('part') ? CLASS : 'event:0102'),
    date: () => '2026-12-31',
    scale: () => 1,
    subject: () => row(field.register),
    money: () => 10000,
    quantity: () => 10,
    checklist: () => [field.options[0].name],
    period: () => '2026',
    datetime: () => `2026-12-${10 + (++made % 18)}T09:30:00+08:00`,
    external_no: () => `X-${++made}`,
    photos: async () => [await photo()],
  };
  if (!some[field.type]) throw new Error(`no ${field.type} is invented`);
  return some[field.type]!();
}

async function filled(fields: any[], names: string[], given: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const name of names) all[name] = name in given ? given[name] : await value(fields.find((one) => one.name === name));
  return all;
}

const told: string[] = [];

/* Opened by whoever may; sent twice with one key it is one case. */
async function opened(playbook: string): Promise<{ case: string; tracking: string }> {
  const form = await (await as('desk')).must('getPlaybook', { path: { playbook } });
  const given = GIVEN[playbook] ?? {};
  const names = [...new Set([...form.open.required, ...Object.keys(given).filter((name) => form.open.fields.includes(name))])];
  const fields = await filled(form.fields, names, given);
  const json = { playbook, area: COMMUNITY, fields };
  for (const client of [...(await Promise.all(LOGINS.map(as))), visitor()]) {
    const key = newKey();
    const via = client.cookie === undefined ? {} : { via: form.open.via.includes('desk') ? 'desk' : form.open.via[0] };
    const sent = { ...json, ...via };
    const first = await client.call('openCase', { key, json: sent });
    if (first.status !== 201) {
      told.push(`${first.status} ${first.text.slice(0, 300)}`);
      continue;
    }
    const second = await client.call('openCase', { key, json: sent });
    expect([second.status, second.body.case, second.body.replayed]).toEqual([201, first.body.case, true]);
    return first.body;
  }
  throw new Error(`nobody opens ${playbook}:\n${told.splice(0).join('\n')}`);
}

interface Step {
  action: string;
  press: (key: string) => Promise<Answer>;
}

const ASIDE = ['note', 'urge', 'ask', 'instruct', 'supervise']; // of any programme, and no step of it

/* The steps that somebody may take now and whose forms can be filled: of staff, then of who brought it. */
async function steps(playbook: string, one: { case: string; tracking: string }): Promise<Step[]> {
  const form = await (await as('desk')).must('getPlaybook', { path: { playbook } });
  const all: Step[] = [];
  const add = async (offer: any, press: (json: Record<string, unknown>, key: string) => Promise<Answer>) => {
    const action = form.actions.find((some: any) => some.name === offer.action);
    const cannot = action.needs.filter((name: string) => form.fields.find((some: any) => some.name === name).type === 'person');
    if (ASIDE.includes(offer.action) || cannot.length > 0) return;
    const fields = await filled(form.fields, action.needs, GIVEN[playbook]);
    all.push({ action: offer.action, press: (key) => press({ fields, confirmed: true, ...(offer.part ? { part: offer.part } : {}) }, key) });
  };
  for (const client of await Promise.all(LOGINS.map(as))) {
    const seen = await client.call('getCase', { path: { case: one.case } });
    for (const offer of seen.status === 200 ? seen.body.actions : []) {
      await add(offer, (json, key) =>
        client.call('actOnCase', { path: { case: one.case, action: offer.action }, key, json: { ...json, rev: seen.body.rev } }),
      );
    }
  }
  const progress = await visitor().must('getProgress', { path: { tracking: one.tracking } });
  const asks = (offer: any) => form.actions.find((some: any) => some.name === offer.action).needs.length;
  for (const offer of [...progress.actions].sort((a, b) => asks(a) - asks(b))) {
    await add(offer, (json, key) =>
      visitor().call('actOnProgress', { path: { tracking: one.tracking, action: offer.action }, key, json }),
    );
  }
  return all;
}

async function twice(playbook: string): Promise<void> {
  for (const { action, press } of await steps(playbook, await opened(playbook))) {
    const key = newKey();
    const first = await press(key);
    if (first.status !== 200) {
      told.push(`${action}: ${first.status} ${first.text.slice(0, 300)}`);
      continue;
    }
    const second = await press(key);
    expect([second.status, second.body.replayed, second.body.rev]).toEqual([200, true, first.body.rev]);
    await atOnce(playbook, action);
    return;
  }
  throw new Error(`${playbook} has no step to try:\n${told.splice(0).join('\n')}`);
}

/* Two press it at the same moment, each for themselves: what the first did, the second is told. */
async function atOnce(playbook: string, action: string): Promise<void> {
  const step = (await steps(playbook, await opened(playbook))).find((one) => one.action === action)!;
  const [one, two] = await Promise.all([step.press(newKey()), step.press(newKey())]);
  expect([one.status, two.status].sort()).toEqual([200, 409]);
  expect(['stale', 'not-now']).toContain((one.status === 409 ? one : two).body.code);
}

beforeAll(() => openHouse());
afterAll(closeHouse);

describe('twice', () => {
  it.each(PROGRAMMES)('%s is opened once, done once, and by one of two', async (playbook) => {
    told.length = 0;
    await twice(playbook);
  });
});
