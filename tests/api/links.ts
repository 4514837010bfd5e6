/*
 * Matters that belong together: linked, merged and taken apart again; many merged in
 * one gesture; the reporter of a merged one is told the other one's outcome.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { CLASS, LAMP, act, clock, look, newKey, organizationOf, report, staff, visitor } from './lib/world';

let desk: Client;
let handler: Client;

beforeAll(async () => {
  desk = await staff('desk');
  handler = await staff('handler');
});

const at = (id: string) => ({ path: { case: id } });
const links = async (client: Client, id: string) => (await client.must('listLinks', at(id))).items;
/* Due rows run by themselves; how far they are is asked for. */
async function finished(job: string): Promise<any> {
  for (;;) {
    const now = await desk.must('getJob', { path: { job } });
    if (now.over) return now;
    await clock().sync();
  }
}

describe('links', () => {
  it('are seen from both sides, and stay in both timelines when they are taken back', async () => {
    const [a, b] = [await report(), await report()];
    await desk.must('linkCase', { ...at(a.case), json: { to: b.case, kind: 'follows' } });
    expect(await links(desk, a.case)).toMatchObject([{ kind: { name: 'follows' }, way: 'to', case: b.case, until: null }]);
    expect(await links(desk, b.case)).toMatchObject([{ kind: { name: 'follows' }, way: 'from', case: a.case }]);
    expect((await desk.call('linkCase', { ...at(a.case), json: { to: b.case, kind: 'follows' } })).body.code).toBe('already-exists');
    await desk.must('unlinkCase', { ...at(b.case), json: { to: a.case, kind: 'follows', way: 'from' } });
    expect((await desk.call('unlinkCase', { ...at(a.case), json: { to: b.case, kind: 'follows' } })).status).toBe(404);
    expect((await links(desk, a.case))[0].until).not.toBeNull();
    for (const one of [a, b]) {
      const steps = (await look(desk, one.case)).timeline.filter((step: any) => step.action === 'link');
      expect(steps).toHaveLength(2);
    }
  });

  it('are for those who see both ends', async () => {
    const [a, b] = [await report(), await report()];
    await act(desk, a.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    expect((await handler.call('linkCase', { ...at(a.case), json: { to: b.case, kind: 'related' } })).status).toBe(404);
    await desk.must('linkCase', { ...at(a.case), json: { to: b.case, kind: 'related' } });
    expect(await links(handler, a.case)).toEqual([]);
    expect((await visitor().call('listLinks', at(a.case))).status).toBe(401);
    expect((await (await staff('desk', 'xifeng')).call('listLinks', at(a.case))).status).toBe(404);
  });
});

describe('merging', () => {
  it('answers a reporter through the other case, and can be undone', async () => {
    const [main, other] = [await report(), await report({ ...LAMP, description: '同一盏路灯又有人反映了' })];
    const before = await look(desk, other.case);
    expect((await handler.call('mergeCase', { ...at(other.case), json: { into: main.case } })).status).toBe(404);
    const call = { ...at(other.case), json: { into: main.case }, key: newKey() };
    await desk.must('mergeCase', call);
    expect(await desk.must('mergeCase', call)).toMatchObject({ replayed: true });
    const merged = await look(desk, other.case);
    expect(merged).toMatchObject({ actions: [], due_at: null, through: { case: main.case, number: main.number, closed: false } });
    expect((await look(desk, main.case)).merged).toBe(1);
    expect((await desk.call('actOnCase', { path: { case: other.case, action: 'decline' }, json: { fields: { reason: 'x' } } })).body.code).toBe('not-now');
    const mine = await desk.must('listCases', { query: { view: 'mine', limit: 100 } });
    expect(mine.items.some((one: any) => one.case === other.case)).toBe(false);

    await act(desk, main.case, 'reply', { reply: '抢修队已经到场。' });
    const progress = await visitor().must('getProgress', { path: { tracking: other.tracking } });
    expect(progress).toMatchObject({ number: other.number, through: { number: main.number, closed: false } });
    expect(JSON.stringify(progress.through.steps)).toContain('抢修队已经到场');
    expect(JSON.stringify(progress)).not.toContain(LAMP.description);
    expect((await visitor().must('pageProgress', { path: { tracking: other.tracking } })) ?? '').toBeDefined();

    await desk.must('unmergeCase', at(other.case));
    expect((await desk.call('unmergeCase', at(other.case))).status).toBe(409);
    expect(await look(desk, other.case)).toMatchObject({ state: before.state, due_at: before.due_at, owner: before.owner });
    expect((await visitor().must('getProgress', { path: { tracking: other.tracking } })).through).toBeUndefined();
  });

  it('takes many in one gesture, and says of each whether it could', async () => {
    const main = await report();
    const cases: string[] = [];
    for (let i = 0; i < 12; i++) cases.push((await report()).case);
    await act(desk, cases[3]!, 'decline', { reason: '不属于本街道' });
    expect((await handler.call('mergeCases', { json: { into: main.case, cases } })).status).toBe(404);
    const job = await desk.must('mergeCases', { json: { into: main.case, cases } });
    expect(job).toMatchObject({ total: 12, stopped: false });
    expect((await handler.call('getJob', { path: { job: job.job } })).status).toBe(404);
    expect(await finished(job.job)).toMatchObject({ done: 11, waiting: 0, refused: 1 });
    expect((await look(desk, main.case)).merged).toBe(11);
    expect((await desk.call('stopJob', { path: { job: job.job } })).status).toBe(409);
  });

  it('can be stopped', async () => {
    const main = await report();
    const job = await desk.must('mergeCases', { json: { into: main.case, cases: Array(2000).fill(main.case) } });
    const answer = await desk.call('stopJob', { path: { job: job.job } });
    expect([200, 409]).toContain(answer.status);
    expect(await finished(job.job)).toMatchObject({ over: true, done: 0 });
  });
});

describe('what is like what', () => {
  const MAIN = { topic: 'water', description: '学府路口自来水管爆裂，水已经漫到人行道上', spot: '学府路口' };
  const names = (one: any) => one.reasons.map((reason: any) => reason.name).sort();
  const similar = async (id: string, limit?: number) => (await desk.must('listSimilar', { ...at(id), query: { limit } })).items;

  it('is said with its reasons, the likeliest first', async () => {
    const first = await report({ ...MAIN, contact: '13911112222' });
    const same = await report({ ...MAIN, description: '自来水管爆裂了，路口全是水，没法走', contact: '13933334444' });
    const other = await report({ ...LAMP, contact: '+86 139-1111-2222' });
    const far = await report({ topic: 'noise', description: '夜里两点还在施工，太吵了' });
    const all = await similar(first.case);
    const of = (id: string) => all.find((one: any) => one.case === id);
    expect(names(of(same.case))).toEqual(['area', 'class', 'time', 'words']);
    expect(JSON.stringify(of(same.case).reasons)).toContain('自来水管爆裂');
    expect(names(of(other.case))).toContain('caller');
    expect(of(far.case)).toBeUndefined();
    expect(JSON.stringify(all)).not.toContain('1111');
    expect((await handler.call('listSimilar', at(first.case))).status).toBe(404);
    expect((await similar(first.case, 2000)).length).toBeGreaterThanOrEqual(all.length);
  });

  it('is said while a call is entered, and when a matter comes back', async () => {
    const closed = await report({ ...MAIN, contact: '13955556666' });
    await act(desk, closed.case, 'solve_here', { answer: '已经关阀抢修。' });
    await act(desk, closed.case, 'confirm', {}).catch(() => undefined);
    const json = { playbook: 'service-request', area: '440305001007', fields: { ...MAIN, contact: '13955556666' } };
    const { items } = await desk.must('findSimilar', { json });
    const again = items.find((one: any) => one.case === closed.case);
    expect(again.closed).toBe(true);
    expect(names(again)).toEqual(expect.arrayContaining(['again', 'caller', 'class', 'words']));
    expect((await desk.call('findSimilar', { json: { ...json, area: '440399' } })).status).toBe(422);
    expect((await visitor().call('findSimilar', { json })).status).toBe(401);
    const calls = await desk.must('findCaller', { json: { phone: '139-5555-6666' } });
    expect(calls.more).toBe(false);
    expect(calls.items[0]).toMatchObject({ case: closed.case, closed: true, playbook: 'service-request' });
    expect(await desk.must('findCaller', { json: { phone: '12' } })).toEqual({ more: false, items: [] });
    expect((await desk.must('findCaller', { json: { phone: '13900009999' } })).items).toEqual([]);
    expect((await handler.call('findCaller', { json: { phone: '13955556666' } })).status).toBe(403);
  });
});
