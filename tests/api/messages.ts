/*
 * Messages that leave the house: to whom they go, when, how often, and what becomes of those that
 * nobody takes.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { COMMUNITY, act, clock, gateway, look, staff, visitor } from './lib/world';

const MINUTE = 60_000;
const PHONE = '138-0013-8000';

let desk: Client;
let admin: Client;
let now: number;

const enter = async (): Promise<void> => {
  desk = await staff('desk');
  admin = await staff('admin');
};
/* A session does not outlive the night. */
const later = async (ms: number): Promise<void> => {
  now += ms;
  await clock().set(new Date(now).toISOString());
  if (ms > 60 * MINUTE) await enter();
};
/* The time of day at UTC+8, today or tomorrow. */
const until = (hour: number): Promise<void> => later((hour * 60 * MINUTE - ((now + 8 * 60 * MINUTE) % (24 * 60 * MINUTE)) + 24 * 60 * MINUTE) % (24 * 60 * MINUTE));
const switched = (on: boolean, quiet = { from: '21:00', to: '08:00' }) => admin.must('putSettings', { json: { messages: { on, quiet } } });
/* A posting put up: its reporter is told. */
async function told(more: Record<string, unknown> = { answer_by: 'message' }): Promise<{ case: string; number: string; tracking: string }> {
  const opened = await visitor().must('openCase', {
    json: { playbook: 'posting', area: COMMUNITY, fields: { sort: 'letting', heading: '两居室出租', details: '朝南，有阳台', contact: PHONE, ...more } },
  });
  const day = new Date(now + 20 * 24 * 60 * MINUTE).toISOString().slice(0, 10);
  await act(desk, opened.case, 'put_up', { until: day });
  return opened as { case: string; number: string; tracking: string };
}

describe('messages out of the house', () => {
  beforeAll(async () => {
    await enter();
    const made = await desk.must('openCase', { json: { playbook: 'posting', area: COMMUNITY, via: 'desk', fields: { sort: 'lost', heading: '寻猫', details: '橘猫', contact: PHONE } } });
    now = Date.parse((await look(desk, made.case)).opened_at);
    await until(10);
    gateway().take();
  });
  afterAll(async () => {
    gateway().answer(202);
    await switched(false);
  });

  it('stay on their pages until the office sends them', async () => {
    expect((await admin.must('getSettings')).messages).toEqual({ on: false, quiet: { from: '21:00', to: '08:00' } });
    await told();
    await later(30 * MINUTE);
    expect(gateway().take()).toEqual([]);
    const wrong = await admin.call('putSettings', { json: { messages: { on: true, quiet: { from: '21:00', to: '8' } } } });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '/messages/quiet/to']);
  });

  it('go once, signed, when the step can no longer be undone', async () => {
    await switched(true);
    const { number } = await told();
    await later(9 * MINUTE);
    expect(gateway().take()).toEqual([]);
    await later(2 * MINUTE);
    const [sent, ...more] = gateway().take();
    expect(more).toEqual([]);
    expect(sent?.signed).toBe(true);
    expect(sent?.body).toMatchObject({ id: sent?.id, tenant: 'nanshan', to: '13800138000', number, urgent: false, text: { zh: '您的张贴已上栏', en: 'Your posting is up' }, title: { zh: '便民张贴栏' } });
    expect(Object.keys(sent?.body ?? {}).sort()).toEqual(['id', 'number', 'tenant', 'text', 'title', 'to', 'told_at', 'urgent']);
    await later(60 * MINUTE);
    expect(gateway().take()).toEqual([]);
  });

  it('tell who reported a lamp, too', async () => {
    const { case: id, number } = await desk.must('openCase', {
      json: { playbook: 'service-request', area: COMMUNITY, via: 'hotline', fields: { topic: 'lamp', description: '楼下的路灯不亮', contact: PHONE, answer_by: 'message' } },
    });
    await act(desk, id, 'decline', { reason: '已在小区改造中安排' });
    await later(11 * MINUTE);
    expect(gateway().take().map((one) => [one.body.number, one.body.text.zh])).toEqual([[number, '您反映的事没有受理，原因写在这里']]);
  });

  it('go to nobody who did not choose them, has read them, or was told by a slip', async () => {
    await told({});
    await told({ answer_by: 'none' });
    const read = await told();
    await visitor().must('markSeen', { path: { tracking: read.tracking }, json: { upto: 1 } });
    const slip = await told();
    await desk.must('undoAction', { path: { case: slip.case }, json: { rev: (await look(desk, slip.case)).rev } });
    await later(30 * MINUTE);
    expect(gateway().take()).toEqual([]);
  });

  it('wait for the morning, but not in an emergency', async () => {
    await until(22);
    await told();
    await later(30 * MINUTE);
    expect(gateway().take()).toEqual([]);
    const chief = await staff('chief');
    const { emergency } = await chief.must('declareEmergency', { json: { area: COMMUNITY, basis: '深三防〔2026〕9号', reason: '暴雨', until: new Date(now + 120 * MINUTE).toISOString() } });
    const urgent = await told();
    await later(MINUTE);
    const sent = gateway().take();
    expect(sent.map((one) => [one.body.number, one.body.urgent])).toEqual([[urgent.number, true]]);
    await chief.must('endEmergency', { path: { emergency } });
    await until(7);
    expect(gateway().take()).toEqual([]);
    await until(8);
    expect(gateway().take().map((one) => one.body.urgent)).toEqual([false]);
  });

  it('are tried again under the same id, and given up in the end', async () => {
    await until(9);
    gateway().answer(500);
    await told();
    await later(11 * MINUTE);
    const [first] = gateway().take();
    await later(MINUTE / 2);
    expect(gateway().take()).toEqual([]);
    gateway().answer(307);
    await later(MINUTE);
    const again = gateway().take();
    expect(again.map((one) => [one.id, one.signed])).toEqual([[first?.id, true]]);
    gateway().answer(202);
    await later(6 * MINUTE);
    expect(gateway().take().map((one) => one.id)).toEqual([first?.id]);
    await later(60 * MINUTE);
    expect(gateway().take()).toEqual([]);
    expect((await admin.must('listDeliveries')).items).toEqual([]);
  });

  it('that no gateway takes are seen by the administrator, who has them tried again', async () => {
    gateway().answer(400);
    const { number } = await told();
    await later(11 * MINUTE);
    const [sent] = gateway().take();
    const { gateway: there, items } = await admin.must('listDeliveries');
    expect([there, items]).toEqual([true, [expect.objectContaining({ number, tries: 1, answer: 400, delivery: sent?.id })]]);
    expect(JSON.stringify(items)).not.toContain('13800138000');
    await later(24 * 60 * MINUTE);
    expect(gateway().take()).toEqual([]);
    expect((await desk.call('retryDelivery', { path: { delivery: items[0].delivery } })).status).toBe(403);
    expect((await admin.call('retryDelivery', { path: { delivery: '0000000000000' } })).status).toBe(404);
    expect((await visitor().call('listDeliveries')).status).toBe(401);
    gateway().answer(200);
    expect((await admin.must('retryDelivery', { path: { delivery: items[0].delivery } })).items).toEqual([]);
    await later(MINUTE);
    expect(gateway().take().map((one) => one.id)).toEqual([sent?.id]);
  });

  it('tell the holder of a passbook before points expire, and after', async () => {
    const make = async (fields: Record<string, unknown>) => desk.must('addRow', { path: { register: 'passbooks' }, json: { fields: { place: COMMUNITY, since: '2026-09-01', ...fields } } });
    const [asked, silent] = [await make({ label: '李叔', phone: PHONE, answer_by: 'message' }), await make({ label: '何姨', phone: PHONE })];
    const checker = await staff('checker');
    const rule = (await desk.must('addRow', { path: { register: 'earning-rules' }, json: { fields: { label: '清扫', place: COMMUNITY, rate: 10, cap: 50 } } })).row;
    for (const { row } of [asked, silent]) {
      const { case: id } = await desk.must('openCase', { json: { playbook: 'good-deed', area: COMMUNITY, via: 'desk', fields: { passbook: row, rule, what: '清扫楼道', begins: new Date(now - 180 * MINUTE).toISOString(), hours: 20 } } });
      await act(desk, id, 'hand_in');
      await act(checker, id, 'confirm', { good: false });
    }
    const page = async () => {
      const { holder_code: code } = await desk.must('getRow', { path: { register: 'passbooks', row: silent.row } });
      return (await visitor().call('submitCheck', { form: { lang: 'zh', number: silent.code, code } })).text;
    };
    expect(await page()).not.toContain('三十天内到期');
    await later(701 * 24 * 60 * MINUTE);
    await later(MINUTE);
    expect(gateway().take().map((one) => [one.body.number, one.body.text.zh.includes('三十天内到期')])).toEqual([[asked.code, true]]);
    expect(await page()).toContain('三十天内到期');
    await later(30 * 24 * 60 * MINUTE);
    await later(MINUTE);
    expect(gateway().take().map((one) => one.body.text.zh.includes('已经到期'))).toEqual([true]);
    const after = await page();
    expect([after.includes('已经到期作废'), /积分 <strong>0<\/strong>/.test(after), after.includes('到期作废')]).toEqual([true, true, true]);
  });
});
