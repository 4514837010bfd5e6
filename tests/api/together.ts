/* Cases beneath a case: signing up for an activity, by residents and at the desk. */
import { describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { COMMUNITY, act, clock, look, newKey, report, staff, visitor } from './lib/world';

const SERIES = { series: '周六书法班', place: COMMUNITY, kind: 'club' };

async function series(desk: Client): Promise<string> {
  return (await desk.must('addRow', { path: { register: 'series' }, json: { fields: SERIES } })).row;
}

/* An activity open for sign-up. */
async function activity(desk: Client, places: number): Promise<string> {
  const fields = { series: await series(desk), title: '写春联', starts_at: '2029-09-12T09:30:00+08:00', places };
  const { case: id } = await desk.must('openCase', { json: { playbook: 'activity', area: COMMUNITY, via: 'desk', fields } });
  await act(desk, id, 'hand_in', { remind_at: '2029-09-11T09:30:00+08:00' });
  await act(await staff('checker'), id, 'announce', { remind_at: '2029-09-11T09:30:00+08:00' });
  return id;
}

const sign = (who: string, parent: string | undefined, key = newKey()) =>
  visitor().call('openCase', { key, json: { playbook: 'sign-up', ...(parent === undefined ? {} : { parent }), fields: { who } } });

const states = async (desk: Client, id: string) => {
  await clock().sync();
  return (await desk.must('listBeneath', { path: { case: id } })).items.map((one: any) => [one.line, one.state.name]);
};

describe('beneath a case', () => {
  it('takes who comes first, lets the others wait, and moves up when somebody cancels', async () => {
    const desk = await staff('desk');
    const id = await activity(desk, 2);
    const all = [];
    for (const who of ['甲', '乙', '丙', '丁']) all.push(await sign(who, id));
    expect(all.map((one) => one.body.state.name)).toEqual(['in', 'in', 'waiting', 'waiting']);
    await visitor().must('actOnProgress', { path: { tracking: all[0]!.body.tracking, action: 'cancel' }, json: {} });
    expect(await states(desk, id)).toEqual([['甲', 'cancelled'], ['乙', 'in'], ['丙', 'in'], ['丁', 'waiting']]);
    const { fields } = await look(desk, id);
    expect(Object.fromEntries(fields.map((one: any) => [one.name, one.text.zh]))).toMatchObject({ free: '0', waiting: '1' });
  });

  it('gives the last place to one of many who ask at once', async () => {
    const desk = await staff('desk');
    const id = await activity(desk, 3);
    const all = await Promise.all(Array.from({ length: 12 }, (_, i) => sign(`第${i}`, id)));
    expect(all.map((one) => one.status)).toEqual(Array(12).fill(201));
    expect(all.filter((one) => one.body.state.name === 'in').length).toBe(3);
  });

  it('is opened once when it is sent twice, and not without the case above, nor beneath another', async () => {
    const desk = await staff('desk');
    const id = await activity(desk, 5), key = newKey();
    const [one, two] = [await sign('甲', id, key), await sign('甲', id, key)];
    expect([one.status, two.status, two.body.case, two.body.replayed]).toEqual([201, 201, one.body.case, true]);
    const none = await sign('乙', undefined);
    expect([none.status, none.body.errors[0].pointer]).toEqual([422, '/parent']);
    const lamp = await sign('乙', (await report()).case);
    expect([lamp.status, lamp.body.errors[0].pointer]).toEqual([422, '/parent']);
    await act(desk, id, 'call_off', { reason: '下大雨' });
    expect((await sign('丙', id)).status).toBe(409);
    expect(await states(desk, id)).toEqual([['甲', 'off']]);
  });

  it('is listed for who sees the case above, with what one press does', async () => {
    const desk = await staff('desk');
    const id = await activity(desk, 5);
    await sign('甲', id);
    await act(desk, id, 'begin', { door_code: 4827 });
    await clock().sync();
    const [one] = (await desk.must('listBeneath', { path: { case: id } })).items;
    expect(one.actions.map((each: any) => each.name)).toContain('arrive');
    expect((await visitor().call('listBeneath', { path: { case: id } })).status).toBe(401);
    expect((await (await staff('desk', 'xifeng')).call('listBeneath', { path: { case: id } })).status).toBe(404);
    const kinds = (await desk.must('listPlaybooks')).items;
    expect(kinds.find((each: any) => each.playbook === 'sign-up').under).toBe('activity');
  });

  it('shows residents what they sign up for, and nothing that is not public', async () => {
    const desk = await staff('desk');
    const id = await activity(desk, 5);
    const page = await (await fetch(`${visitor().base}/nanshan/report?playbook=sign-up&under=${id}&lang=zh`)).text();
    expect(page).toContain('周六书法班');
    expect(page).not.toContain('写春联'); // a text, and not public by itself
    expect((await fetch(`${visitor().base}/nanshan/report?playbook=sign-up&under=${(await report()).case}`)).status).toBe(404);
    expect((await fetch(`${visitor().base}/nanshan/report?playbook=sign-up`)).status).toBe(404);
  });
});

describe('the daily bulletin', () => {
  const AREA = '440305001';

  it('is drafted from the day, changed, checked by somebody else, and then kept as it is', async () => {
    const desk = await staff('desk');
    const other = await staff('chief');
    const came = await report();
    await clock().sync();
    const draft = await desk.must('getBriefing', { query: { kind: 'daily', area: AREA } });
    expect(draft.text.zh).toMatch(/每日通报（\d+月\d+日）\n\n一、要求\n/);
    for (const section of ['二、情况', '三、成效', '四、感谢']) expect(draft.text.zh).toContain(section);
    expect(draft.text.zh).toContain(came.number);
    expect(draft.text.en).toContain('Thanks');
    const json = { kind: 'daily', area: AREA, since: draft.since, until: draft.until, text: `${draft.text.zh}  明天查消防通道。` };
    const kept = await desk.must('saveReport', { json });
    expect([kept.kind, kept.signed_by]).toEqual(['daily', null]);
    const at = { path: { report: kept.report } };
    expect((await desk.call('signReport', at)).status).toBe(403); // not who wrote it
    const checked = await other.must('signReport', at);
    expect(checked.signed_by).not.toBeNull();
    expect(checked.text).toContain('明天查消防通道');
    expect((await other.call('signReport', at)).status).toBe(409);
    expect((await desk.call('getReportPaper', at)).status).toBe(404);
    const { items } = await desk.must('listReports', { query: { kind: 'daily', area: AREA } });
    expect(items[0].report).toBe(kept.report);
  });

  it('names no unit, no person and nothing that is not public', async () => {
    const desk = await staff('desk');
    const secret = await visitor().must('openCase', {
      json: { playbook: 'service-request', area: COMMUNITY, fields: { kind: 'report', description: '有人冒领补贴', topic: 'other' } },
    });
    await clock().sync();
    const { text } = await desk.must('getBriefing', { query: { kind: 'daily', area: AREA } });
    const organizations = (await desk.must('listOrganizations')).items;
    for (const one of [secret.number, '有人冒领', '路灯已经三天', ...organizations.map((unit: any) => unit.name)]) {
      expect(text.zh).not.toContain(one);
      expect(text.en).not.toContain(one);
    }
  });
});
