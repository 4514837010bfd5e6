/*
 * Lists: found by words, narrowed by what was chosen, in public and at the desk.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { CLASS, COMMUNITY, LAMP, act, organizationOf, report, staff, visitor, type Opened } from './lib/world';

let desk: Client;
let handler: Client;
let opened: Opened;
let sent: Opened;

const ids = (page: any): string[] => page.items.map((one: any) => one.case);
const all = async (query: Record<string, unknown>, client = desk): Promise<string[]> =>
  ids(await client.must('listCases', { query: { view: 'all', limit: 100, ...query } }));

beforeAll(async () => {
  desk = await staff('desk');
  handler = await staff('handler');
  opened = await report({ ...LAMP, description: '地下车库内涝，井盖ＮＯ．７７丢失', spot: '5栋', contact: '13812345678' });
  sent = await report({ ...LAMP, description: '下水管道破裂，污水外溢' });
  await act(desk, sent.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
});

describe('words', () => {
  it.each(['内涝', '井盖', '地下车库', 'no.77', 'NO 77', '车库 5栋'])('%s find what was written, as soon as it was', async (q) => {
    expect(await all({ q, after: opened.cursor })).toContain(opened.case);
  });

  it('find a case by its number, alone', async () => {
    expect(await all({ q: opened.number, after: opened.cursor })).toEqual([opened.case]);
  });

  it('find nothing else, and nobody by telephone number', async () => {
    expect(await all({ q: '下水', after: sent.cursor })).not.toContain(opened.case);
    expect(await all({ q: '13812345678', after: sent.cursor })).toEqual([]);
    expect(await all({ q: '库地' })).toEqual([]);
  });

  it('are asked of what waits for me, too', async () => {
    const mine = await desk.must('listCases', { query: { q: '内涝', after: opened.cursor } });
    expect(ids(mine)).toContain(opened.case);
    expect(ids(await handler.must('listCases', { query: { q: '下水', after: sent.cursor } }))).toContain(sent.case);
    expect(await all({ q: '内涝' }, handler)).not.toContain(opened.case);
    expect(await all({ q: '内涝' }, await staff('desk', 'xifeng').catch(() => staff('desk', 'yuexiu')))).toEqual([]);
  });

  it('of one character are refused with a sentence', async () => {
    for (const q of ['灯', '，', '灯 盖']) {
      const answer = await desk.call('listCases', { query: { view: 'all', q } });
      expect([q, answer.status, answer.body.code]).toEqual([q, 422, 'invalid']);
      expect(answer.body.errors).toMatchObject([{ pointer: '/parameters/q', code: 'no-words' }]);
    }
  });
});

describe('what was chosen', () => {
  it('narrows the list', async () => {
    const unit = await organizationOf(handler);
    for (const [query, has, not] of [
      [{ state: 'received' }, opened, sent],
      [{ state: 'handling' }, sent, opened],
      [{ organization: unit }, sent, opened],
      [{ organization: unit, state: 'open', area: COMMUNITY, playbook: 'service-request' }, sent, opened],
    ] as const) {
      const found = await all(query);
      expect([query, found.includes(has.case), found.includes(not.case)]).toEqual([query, true, false]);
    }
    expect(await all({ choice: 'topic.lamp' })).toContain(sent.case);
    expect(await all({ choice: 'topic.road' })).not.toContain(sent.case);
    expect(await all({ asked: 'any' })).not.toContain(sent.case);
    expect(await all({ overdue: 'no', level: 'normal', opened_from: '2026-01-01', opened_to: '2099-12-31' })).toContain(sent.case);
    for (const query of [
      { state: 'ended' },
      { overdue: 'yes' },
      { level: 'emergency' },
      { class: 'event:9999' },
      { topic: 'nothing' },
      { playbook: 'another' },
      { opened_to: '2026-01-01' },
      { opened_from: '2099-01-01' },
    ])
      expect([query, (await all(query)).includes(sent.case)]).toEqual([query, false]);
  });

  it('keeps to the pages', async () => {
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await desk.must('listCases', {
        query: { view: 'all', state: 'open', limit: 2, ...(before === undefined ? {} : { before }) },
      });
      seen.push(...ids(page));
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 100)).toEqual(await all({ state: 'open' }));
  });

  it('is refused when it means nothing', async () => {
    for (const query of [{ area: '99' }, { opened_from: '2026-02-30' }, { level: 'high' }, { before: 'x' }, { organization: '1' }]) {
      const answer = await desk.call('listCases', { query: { view: 'all', ...query } });
      expect([query, answer.status >= 400 && answer.status < 500]).toEqual([query, true]);
    }
  });
});

describe('in public', () => {
  const shown = async (query: Record<string, unknown>) =>
    ids(await visitor().must('listPublicCases', { query: { limit: 100, ...query } }));

  it('lists are narrowed and come in pages', async () => {
    expect(await shown({ state: 'open', area: COMMUNITY })).toContain(sent.case);
    expect(await shown({ state: 'closed' })).not.toContain(sent.case);
    expect(await shown({ topic: 'nothing' })).toEqual([]);
    const first = await visitor().must('listPublicCases', { query: { limit: 1 } });
    const second = await visitor().must('listPublicCases', { query: { limit: 1, before: first.next } });
    expect([...ids(first), ...ids(second)]).toEqual((await shown({})).slice(0, 2));
    expect(JSON.stringify(second)).not.toContain('内涝');
  });

  it('a cursor that is none is refused', async () => {
    expect((await visitor().call('listPublicCases', { query: { before: 'x' } })).status).toBe(422);
  });
});
