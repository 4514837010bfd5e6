/*
 * Points of volunteers, the whole way: noted, confirmed, read by their holder, exchanged on the web,
 * fetched by a code; a certificate that anybody can check, and nobody can guess.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { COMMUNITY, act, look, newKey, staff, visitor } from './lib/world';

let desk: Client;
let checker: Client;
let passbook: { row: string; code: string; told: string };
let gift: string;
let rule: string;

const row = async (register: string, fields: Record<string, unknown>): Promise<any> =>
  desk.must('addRow', { path: { register }, json: { fields } });
const opened = async (playbook: string, fields: Record<string, unknown>): Promise<string> =>
  (await desk.must('openCase', { json: { playbook, area: COMMUNITY, via: 'desk', fields } })).case as string;
const hour = async (back: number): Promise<string> => {
  const now = Date.parse((await look(desk, await opened('stock-intake', { kind: 'count', gift, pieces: 0 }))).opened_at);
  return new Date(now - back * 3_600_000).toISOString();
};
const check = (form: Record<string, string>, client = visitor()) => client.call('submitCheck', { form: { lang: 'zh', ...form } });

describe('points of volunteers', () => {
  beforeAll(async () => {
    desk = await staff('desk');
    checker = await staff('checker');
    const made = await row('passbooks', { label: '马阿姨', place: COMMUNITY, since: '2026-09-01' });
    const seen = await desk.must('getRow', { path: { register: 'passbooks', row: made.row } });
    passbook = { row: made.row, code: made.code, told: seen.holder_code };
    rule = (await row('earning-rules', { label: '上门陪伴', place: COMMUNITY, rate: 10, cap: 50 })).row;
    gift = (await row('gifts', { label: '洗衣液', place: COMMUNITY, price: 20, limit: 2, least: 1 })).row;
  });

  it('shows the code of a row only where its register has statements', async () => {
    expect(passbook.told).toMatch(/^[0-9]{8}$/);
    expect((await desk.must('getRow', { path: { register: 'gifts', row: gift } })).holder_code).toBeUndefined();
  });

  it('counts a service once, by the rule of its row', async () => {
    const begins = await hour(30);
    const id = await opened('good-deed', { passbook: passbook.row, rule, what: '上门陪伴', begins, hours: 40 });
    const again = await desk.call('openCase', { json: { playbook: 'good-deed', area: COMMUNITY, via: 'desk', fields: { passbook: passbook.row, rule, what: '又一次', begins, hours: 10 } } });
    expect(again.status).toBe(409);
    expect(JSON.stringify(again.body)).toContain((await look(desk, id)).number);
    await act(desk, id, 'hand_in');
    await act(checker, id, 'confirm', { good: false });
    const { items } = await desk.must('listCaseEntries', { path: { case: id } });
    expect(items.map((one: any) => [one.book.book, Math.max(...one.lines.map((line: any) => line.amount))])).toEqual([['hours', 40], ['points', 40]]);
  });

  it('is read by whoever has number and code, and by nobody else', async () => {
    const stock = await opened('stock-intake', { kind: 'intake', gift, pieces: 3 });
    await act(desk, stock, 'hand_in');
    await act(checker, stock, 'enter');
    expect((await visitor().call('pageCheck', { query: { number: passbook.code } })).text).toContain(`value="${passbook.code}"`);
    const page = await check({ number: passbook.code, code: passbook.told.replace(/^(.{4})/, '$1 ') });
    expect(page.status).toBe(200);
    expect(page.text).toContain('马阿姨');
    expect(page.text).toMatch(/积分 <strong>4<\/strong>/);
    expect(page.text).toContain('洗衣液');
    const wrong = await check({ number: passbook.code, code: passbook.told === '00000000' ? '00000001' : '00000000' });
    expect([wrong.status, wrong.text.includes('对不上')]).toEqual([422, true]);
    expect((await visitor('nowhere').call('pageCheck')).status).toBe(404);
  });

  it('exchanges points on the web, holds them, and hands out by the code', async () => {
    const form = { number: passbook.code, code: passbook.told, action: 'open', gift, pieces: '1' };
    const key = newKey();
    const held = await check({ ...form, key });
    expect(held.status).toBe(200);
    const told = held.text.match(/class="told">([0-9]{4} [0-9]{4})</)?.[1] ?? '';
    expect(told).not.toBe('');
    expect((await check({ ...form, key })).text).toContain(told);
    const { cases } = await desk.must('getRow', { path: { register: 'gifts', row: gift } });
    const id = cases.find((one: any) => /^N?DH/.test(one.number)).case as string;
    const before = await look(desk, id);
    const refused = await desk.call('actOnCase', { path: { case: id, action: 'hand_over_code' }, json: { rev: before.rev, fields: { pickup: '1' } }, key: newKey() });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    await act(desk, id, 'hand_over_code', { pickup: told.replace(' ', '') });
    expect((await look(desk, id)).state.name).toBe('handed');
    const none = await check({ ...form, key: newKey(), pieces: '2' });
    expect([none.status, none.text.includes('没有办成')]).toEqual([200, true]);
    expect((await check({ ...form, key: newKey(), pieces: '' })).status).toBe(422);
  });

  it('certifies hours that the ledger has, printed with a code that anybody checks', async () => {
    const id = await opened('service-certificate', { passbook: passbook.row, holder: '马秀英', hours: 40, purpose: '评优' });
    expect((await desk.call('makePaper', { path: { case: id }, json: { paper: 'certificate' }, key: newKey() })).status).toBe(409);
    await act(desk, id, 'hand_in');
    await act(checker, id, 'issue');
    const made = await desk.must('makePaper', { path: { case: id }, json: { paper: 'certificate' }, key: newKey() });
    const paper = await desk.call('pagePaper', { path: { case: id, no: made.no } });
    expect(paper.text).toContain('马秀英');
    const code = paper.text.match(/核验码：([0-9]{4} [0-9]{4})/)?.[1] ?? '';
    const { number } = await look(desk, id);
    const seen = await check({ number, code });
    expect([seen.status, seen.text.includes('已出具，有效'), seen.text.includes('马秀英')]).toEqual([200, true, false]);
    await act(checker, id, 'withdraw', { reason: '姓名写错' });
    expect((await check({ number, code })).text).toContain('已作废');
  });

  it('is not to be guessed', async () => {
    const guess = () =>
      visitor().call('submitCheck', { form: { number: passbook.code, code: '1234', lang: 'zh' }, headers: { 'X-Forwarded-For': '203.0.113.78' } });
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push((await guess()).status);
    expect(answers).toEqual([422, 422, 422, 422, 429]);
  });
});
