/*
 * How an area stands: numbers and places, nobody's words; and the link by which a computer on
 * a wall sees the same, and nothing else, until it is ended.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { CLASS, COMMUNITY, act, dispatched, newKey, organizationOf, report, staff, visitor } from './lib/world';

const STREET = '440305001';
const WORDS = '大屏不该出现的一句话';
const POINT = { lon: 113.93437, lat: 22.53981, crs: 'cgcs2000' };

let desk: Client;
let handler: Client;
const overview = (client: Client, query: Record<string, string> = {}): Promise<any> => client.must('getOverview', { query });
const at = (seen: any, code: string) => seen.places.find((one: any) => one.area.code === code);

beforeAll(async () => {
  desk = await staff('desk');
  handler = await staff('handler');
});

describe('an overview', () => {
  it('counts by place, in the order of places, and what is in none of them besides', async () => {
    const before = await overview(desk);
    await report();
    const seen = await overview(desk);
    expect(seen.area.code).toBe(STREET);
    expect(at(seen, COMMUNITY).open - at(before, COMMUNITY).open).toBe(1);
    expect([seen.open - before.open, seen.opened - before.opened]).toEqual([1, 1]);
    const inside = await overview(desk, { area: COMMUNITY });
    expect([inside.open, inside.rest.open > 0]).toEqual([at(seen, COMMUNITY).open, true]);
    const codes = seen.places.map((one: any) => one.area.code);
    expect(codes).toEqual([...codes].sort());
    expect(seen.places.reduce((sum: number, one: any) => sum + one.open, seen.rest.open)).toBe(seen.open);
    expect(seen.places.reduce((sum: number, one: any) => sum + one.overdue, seen.rest.overdue)).toBe(seen.overdue);
    expect(seen.events.every((one: any) => ['street', 'community'].includes(one.area.kind))).toBe(true);
  });

  it('tells what came in and what was done today, by class and community, in nobody’s words', async () => {
    const before = await overview(desk);
    const one = await visitor().must('openCase', {
      json: { playbook: 'service-request', area: COMMUNITY, fields: { topic: 'lamp', description: WORDS, spot: '七单元', contact: '13800138000', place: POINT } as any },
      key: newKey(),
    });
    await act(desk, one.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    const two = await report();
    await act(desk, two.case, 'decline', { reason: '演练' });
    const seen = await overview(desk);
    const came = seen.events.find((event: any) => event.number === one.number && !event.done);
    expect([came.about.zh, came.area.code]).toEqual(['路灯', COMMUNITY]);
    expect(seen.events.find((event: any) => event.number === two.number && event.done)).toBeDefined();
    expect(seen.closed - before.closed).toBe(1);
    expect(seen.events.map((event: any) => event.at)).toEqual(seen.events.map((event: any) => event.at).sort().reverse());
    expect(seen.dots[0]).toEqual({ lon: 113.934, lat: 22.54, overdue: false });
    for (const said of [WORDS, '七单元', '13800138000', one.case]) expect(JSON.stringify(seen)).not.toContain(said);
    expect(JSON.stringify(seen)).not.toMatch(/"(person|account|name_of|summary|by)"/);
  });

  it('follows a family of programmes while a part of it is under way', async () => {
    const whistle = await desk.must('openCase', {
      json: { playbook: 'whistle-assembly', area: COMMUNITY, via: 'desk', fields: { matter: WORDS, grounds: 'joint', finish_by: '2026-12-01' } },
      key: newKey(),
    });
    const running = async () => (await overview(desk, { family: 'whistle' })).runs.find((run: any) => run.number === whistle.number);
    expect(await running()).toBeUndefined();
    await act(desk, whistle.case, 'blow', { lead: await organizationOf(handler), demand: WORDS });
    const run = await running();
    expect([run.title.zh, run.area.code, run.overdue]).toEqual(['集结哨', COMMUNITY, false]);
    expect(run.due_at).toMatch(/^2026-/);
    expect(run.parts.length).toBeGreaterThan(0);
    expect((await overview(desk)).runs).toEqual([]);
    expect(JSON.stringify(run)).not.toContain(WORDS);
  });

  it('is divided as is asked for, and shown to whoever holds a post there', async () => {
    const grids = await overview(desk, { area: COMMUNITY });
    expect(grids.places.every((one: any) => one.area.kind === 'grid')).toBe(true);
    const district = await overview(await staff('auditor'), { area: STREET, by: 'community' });
    expect(district.places.length).toBeGreaterThan(5);
    expect((await handler.call('getOverview')).status).toBe(403);
    expect((await desk.call('getOverview', { query: { area: '440305' } })).status).toBe(403);
    expect((await desk.call('getOverview', { query: { area: '99' } })).status).toBe(404);
    expect((await visitor().call('getOverview')).status).toBe(401);
  });

  it('counts as overdue what is late, or has a part that is', async () => {
    const sent = await dispatched(desk, handler);
    const { due_at, parts } = (await desk.must('getCase', { path: { case: sent.case } })) as any;
    const seen = await overview(desk);
    expect(Date.parse(due_at ?? parts[0].due_at)).toBeGreaterThan(Date.parse(seen.as_of));
    const { overdue } = await desk.must('getInbox', { query: {} });
    expect(seen.overdue).toBeLessThanOrEqual(overdue);
  });
});

describe('a screen', () => {
  it('is let in by its link, sees one area, and nothing once the link has ended', async () => {
    const admin = await staff('admin');
    const made = await admin.must('makeScreen', { json: { name: '指挥大厅', area: STREET } });
    expect(made.path).toBe(`/screen/#/nanshan/${STREET}?key=${made.key}`);
    expect((await admin.must('listScreens')).items).toContainEqual(made);
    const { as_of: _, ...seen } = await visitor().must('seeScreen', { path: { key: made.key }, query: { family: 'whistle' } });
    const { as_of: __, ...own } = await overview(desk, { family: 'whistle' });
    expect(seen).toEqual(own);
    for (const id of ['getInbox', 'listCases', 'getOverview']) expect((await visitor().call(id, { query: {} })).status).toBe(401);
    const forged = made.key.slice(0, -2) + (made.key.endsWith('00') ? '44' : '00');
    expect((await visitor().call('seeScreen', { path: { key: forged } })).status).toBe(404);
    expect((await visitor('xifeng').call('seeScreen', { path: { key: made.key } })).status).toBe(404);
    const ended = await admin.must('endScreen', { path: { screen: made.screen } });
    expect([ended.key, ended.path]).toEqual([undefined, undefined]);
    expect((await visitor().call('seeScreen', { path: { key: made.key } })).status).toBe(404);
    expect((await admin.call('endScreen', { path: { screen: made.screen } })).status).toBe(409);
    expect((await admin.must('listScreens')).items).not.toContainEqual(expect.objectContaining({ screen: made.screen }));
  });

  it('is an administrator’s to give, inside the own area', async () => {
    const admin = await staff('admin');
    expect((await desk.call('makeScreen', { json: { name: '大厅', area: STREET } })).status).toBe(403);
    expect((await admin.call('makeScreen', { json: { name: ' ', area: STREET } })).status).toBe(422);
    expect((await admin.call('makeScreen', { json: { name: '大厅', area: '99' } })).body.errors[0].pointer).toBe('/area');
    expect((await admin.call('endScreen', { path: { screen: '0000000000000' } })).status).toBe(404);
    expect((await visitor().call('listScreens')).status).toBe(401);
  });
});
