/*
 * Upper orders: a platform's columns kept, rows taken in once, answered apart from their
 * cases, and the sheet that goes back; what a pasted text speaks of.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { COMMUNITY, act, look, report, staff, visitor } from './lib/world';

let desk: Client;
let handler: Client;

const SPEC = {
  label: { zh: '12345 热线', en: '12345 hotline' },
  playbook: 'service-request',
  via: 'hotline',
  read: [
    { column: '工单编号', as: 'number' },
    { column: '办理时限', as: 'deadline' },
    { column: '诉求内容', as: 'field:description' },
  ],
  write: [
    { column: '工单编号', as: 'number' },
    { column: '办理结果', as: 'reply' },
    { column: '办结时间', as: 'replied_at' },
    { column: '状态', as: 'state' },
  ],
};
const put = (client: Client, source = 'h12345', json: unknown = SPEC) => client.call('putOrderSource', { path: { source }, json });
const row = (number: string, more: Record<string, unknown> = {}) => ({
  source: 'h12345',
  number,
  deadline: '2026-09-09T18:00:00+08:00',
  area: COMMUNITY,
  fields: { topic: 'other', description: `${number}：来电人反映楼道堆放杂物。` },
  ...more,
});
const take = (json: unknown) => desk.must('takeOrder', { json });
const listed = async (query: Record<string, string | number> = {}) => (await desk.must('listOrders', { query })).items;

beforeAll(async () => {
  desk = await staff('desk');
  handler = await staff('handler');
  expect((await put(desk)).status).toBe(200);
});

describe('upper orders', () => {
  it('keep what a platform calls its columns', async () => {
    const { items } = await desk.must('listOrderSources');
    expect(items).toEqual([{ source: 'h12345', spec: SPEC }]);
    expect((await handler.call('listOrderSources')).status).toBe(403);
    const wrong = { ...SPEC, read: [{ column: '内容', as: 'field:nothing' }] };
    expect((await put(desk, 'other', wrong)).body.errors[0].pointer).toBe('/read/0/as');
    expect((await put(desk, 'other', { ...SPEC, playbook: 'no-such' })).status).toBe(422);
  });

  it('are taken in once, and found by the number upstairs', async () => {
    const first = await take(row('SZ2026090700017'));
    expect(first).toMatchObject({ known: false });
    expect(await take(row('SZ2026090700017'))).toEqual({ ...first, known: true });
    expect((await desk.call('takeOrder', { json: row('x', { source: 'nobody' }) })).status).toBe(422);
    expect((await desk.call('takeOrder', { json: row('x', { area: '440399' }) })).status).toBe(422);
    expect(await listed({ number: 'SZ2026090700017' })).toMatchObject([{ external: 'SZ2026090700017', case: first.case, overdue: false, replied_at: null }]);
    const seen = await look(desk, first.case);
    expect(seen.orders).toEqual([{ source: 'h12345', external: 'SZ2026090700017', due_at: '2026-09-09T18:00:00+08:00', replied_at: null }]);
    expect((await desk.call('listOrders', { query: { before: 'x' } })).status).toBe(422);
  });

  it('wait by the deadline that was given, and are answered apart though merged', async () => {
    const late = await take(row('SZ-late', { deadline: '2026-09-01T12:00:00+08:00' }));
    await take(row('SZ-none', { deadline: undefined }));
    const waiting = await listed({ limit: 100 });
    expect(waiting[0]).toMatchObject({ external: 'SZ-late', overdue: true });
    expect(waiting.at(-1)).toMatchObject({ external: 'SZ-none', due_at: null });

    const main = await report();
    await desk.must('mergeCase', { path: { case: late.case }, json: { into: main.case } });
    await act(desk, main.case, 'solve_here', { answer: '杂物已清理，楼道已恢复畅通。' });
    const one = { query: { source: 'h12345', number: 'SZ-late' } };
    const found = await desk.must('getOrder', one);
    expect(found).toMatchObject({ order: { through: main.number, replied_at: null }, proposed: '杂物已清理，楼道已恢复畅通。' });
    expect((await handler.call('getOrder', one)).status).toBe(403);

    const json = { source: 'h12345', number: 'SZ-late', text: '=已清理，请核销。' };
    expect((await handler.call('replyToOrder', { json })).status).toBe(404);
    await desk.must('replyToOrder', { json });
    expect((await listed({ limit: 100 })).some((order: any) => order.external === 'SZ-late')).toBe(false);
    expect((await listed({ view: 'replied' }))[0]).toMatchObject({ external: 'SZ-late', reply: '=已清理，请核销。', overdue: true });
    expect((await look(desk, late.case)).timeline.map((step: any) => step.action)).toContain('order_reply');
    expect((await desk.call('replyToOrder', { json: { ...json, text: ' ' } })).status).toBe(422);
    expect((await desk.call('replyToOrder', { json: { ...json, number: 'none' } })).status).toBe(404);
  });

  it('go back in their own columns', async () => {
    await take(row('SZ-back'));
    await desk.must('replyToOrder', { json: { source: 'h12345', number: 'SZ-back', text: '已办结，“双随机”抽查' } });
    const csv = await desk.call('exportOrders', { query: { source: 'h12345' } });
    const lines = csv.text.replace('\ufeff', '').trim().split('\r\n');
    expect(lines[0]).toBe('"工单编号","办理结果","办结时间","状态"');
    expect(lines.find((line) => line.startsWith('"SZ-back"'))).toContain('"已办结，“双随机”抽查"');
    expect(csv.text).toContain(`"'=已清理`);
    const xlsx = await desk.call('exportOrders', { query: { source: 'h12345', format: 'xlsx', from: '2026-09-01', to: '2026-09-30' } });
    expect(xlsx.text.startsWith('PK')).toBe(true);
    expect((await desk.call('exportOrders', { query: { source: 'none' } })).status).toBe(404);
    expect((await visitor().call('exportOrders', { query: { source: 'h12345' } })).status).toBe(401);
  });
});

describe('a pasted text', () => {
  it('is read for places and classes', async () => {
    const found = await desk.must('propose', { json: { text: '马家龙社区三栋楼下暴露垃圾没人管' } });
    expect(found.areas[0]).toMatchObject({ area: { code: COMMUNITY } });
    expect(found.classes.length).toBeGreaterThan(0);
    expect((await visitor().call('propose', { json: { text: 'x' } })).status).toBe(401);
    expect((await desk.must('propose', { json: { text: '你好' } })).areas).toEqual([]);
  });
});
