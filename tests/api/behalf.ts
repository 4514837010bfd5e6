/*
 * What a unit or the reporter says on paper or by telephone is entered by staff for
 * them, later too: marked so, with the paper, and judged by when it happened.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { form, jpeg } from './lib/picture';
import { LAMP, act, clock, dispatched, look, newKey, organizationOf, report, staff, visitor } from './lib/world';

let desk: Client;
let handler: Client;
let unit: string;

const enter = (id: string, action: string, json: Record<string, unknown>, who = desk) =>
  who.call('actOnCase', { path: { case: id, action }, json, key: newKey() });

/* Inside each, because the clock has moved on and sessions with it. */
const signIn = async () => {
  desk = await staff('desk');
  handler = await staff('handler');
  unit = await organizationOf(handler);
};

describe('for a unit without an account', () => {
  beforeAll(signIn);

  it('is offered apart from what is one’s own, and done with the paper', async () => {
    const { case: id } = await dispatched(desk, handler);
    const seen = await look(desk, id);
    expect(seen.behalf.filter((one: any) => one.part === 1).map((one: any) => one.action)).toEqual(['sign', 'contact', 'done', 'refuse']);
    expect(seen.actions.some((one: any) => one.action === 'done')).toBe(false);
    expect((await look(handler, id)).behalf).toBeUndefined();
    const { type, body } = form([{ name: 'photo', file: 'a.jpg', bytes: jpeg() }]);
    const { upload } = await visitor().must('uploadPhoto', { headers: { 'Content-Type': type }, body });
    const fields = { answer: '已更换灯泡' };
    expect((await enter(id, 'done', { part: 1, fields })).status).toBe(403);
    expect((await enter(id, 'done', { part: 1, fields, on_behalf: { organization: id } })).status).toBe(403);
    expect((await enter(id, 'done', { part: 1, fields, on_behalf: { organization: unit }, paper: ['0'.repeat(26)] })).body.errors[0].pointer).toBe('/paper/0');
    expect((await enter(id, 'done', { part: 1, fields, on_behalf: { organization: unit }, paper: [upload] })).status).toBe(200);
    const done = (await look(desk, id)).timeline.find((one: any) => one.action === 'done');
    expect(done).toMatchObject({ on_behalf: true, by: { zh: expect.stringMatching(/（演示）（受理员 · .*代录）$/) } });
    expect(done.values.find((one: any) => one.name === 'paper').photos).toHaveLength(1);
    expect((await desk.call('getCasePhoto', { path: { case: id, photo: '1' } })).status).toBe(200);
  });

  it('is entered late and judged by when it happened, with both times told', async () => {
    const { case: id } = await dispatched(desk, handler);
    const { opened_at } = await look(desk, id);
    await clock().set(new Date(Date.parse(opened_at) + 8 * 3_600_000).toISOString());
    const opened = Date.parse((await look(desk, id)).opened_at);
    const at = new Date(opened + 1_800_000).toISOString();
    const late = (occurred_at: string) => enter(id, 'sign', { part: 1, on_behalf: { organization: unit }, occurred_at });
    expect((await late(new Date(opened - 1000).toISOString())).body.errors[0]).toMatchObject({ pointer: '/occurred_at', code: 'not-then' });
    expect((await late(new Date(opened + 86_400_000).toISOString())).status).toBe(422);
    expect((await late(at)).status).toBe(200);
    const seen = await look(desk, id);
    expect(seen.parts[0]).toMatchObject({ state: { name: 'signed' }, overdue: false });
    const signed = seen.timeline.at(-1);
    expect(Date.parse(signed.occurred_at)).toBe(Date.parse(at));
    expect(Date.parse(signed.at)).toBeGreaterThan(Date.parse(at));
    const held = await desk.must('getHeld', { path: { case: id } });
    const sent = held.spans.find((one: any) => one.part === 1 && one.state.name === 'sent');
    expect(Date.parse(sent.to)).toBe(Date.parse(at));
  });
});

describe('for the reporter', () => {
  beforeAll(signIn);

  it('is entered by the desk, and never by the reporter or a handler', async () => {
    const opened = await report({ ...LAMP, contact: '13812345678' });
    expect((await enter(opened.case, 'withdraw', { on_behalf: { reporter: true } }, handler)).status).toBe(404);
    const tracking = opened.tracking;
    const sent = await visitor().call('actOnProgress', {
      path: { tracking, action: 'add' },
      json: { fields: { more: 'x' }, on_behalf: { reporter: true } },
      key: newKey(),
    });
    expect(sent.status).toBe(403);
    expect((await enter(opened.case, 'withdraw', { on_behalf: { reporter: true }, fields: { remark: '来电说不用办了' } })).status).toBe(200);
    const progress = await visitor().must('getProgress', { path: { tracking } });
    expect(progress.steps.at(-1).by.zh).toMatch(/^居民（受理员代录）$/);
  });

  it('is told to nobody who only follows', async () => {
    const opened = await report(LAMP);
    const { tracking } = await visitor().must('followCase', { path: { case: opened.case } });
    await act(desk, opened.case, 'withdraw', { remark: '不想让邻居知道' }, { on_behalf: { reporter: true } });
    const seen = await visitor().call('getProgress', { path: { tracking } });
    expect(JSON.stringify(seen.body)).not.toContain('不想让邻居知道');
  });
});
