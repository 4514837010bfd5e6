/*
 * One-time links: a unit without an account works on its part, and on nothing else.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { form, jpeg } from './lib/picture';
import { CLASS, LAMP, act, dispatched, look, newKey, organizationOf, report, staff, visitor } from './lib/world';

let desk: Client;
let handler: Client;
let checker: Client;

const PHONE = '13812345678';
const wordOf = (url: string) => url.split('/').at(-1)!;
const make = async (id: string, json: Record<string, unknown> = {}, part = '1'): Promise<any> =>
  desk.must('makePass', { path: { case: id, part }, json });
const linked = async (): Promise<{ id: string; pass: string }> => {
  const opened = await report({ ...LAMP, contact: PHONE });
  await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
  return { id: opened.case, pass: wordOf((await make(opened.case)).url) };
};
const see = (pass: string) => visitor().must('seePass', { path: { pass } });
const doIt = (pass: string, action: string, fields: Record<string, unknown> = {}, key = newKey()) =>
  visitor().call('actOnPass', { path: { pass, action }, json: { fields }, key });

beforeAll(async () => {
  desk = await staff('desk');
  handler = await staff('handler');
  checker = await staff('checker');
});

describe('a one-time link', () => {
  it('is given out by the desk, printed again, and called back', async () => {
    const { case: id } = await dispatched(desk, handler);
    const made = await make(id, { days: 7 });
    expect(made).toMatchObject({ part: 1, ended_at: null });
    expect(Date.parse(made.until) - Date.parse(made.made_at)).toBe(7 * 86_400_000);
    const path = { case: id, part: '1' };
    expect((await desk.must('getPass', { path })).url).toBe(made.url);
    expect((await handler.call('getPass', { path })).status).toBe(403);
    const other = await staff('desk', 'xifeng');
    expect((await other.call('getPass', { path })).status).toBe(404);
    expect((await other.call('makePass', { path, json: {} })).status).toBe(404);
    expect((await desk.call('makePass', { path: { ...path, part: '9' }, json: {} })).status).toBe(404);
    expect((await desk.call('endPass', { path })).status).toBe(204);
    expect((await desk.must('getPass', { path })).url).toBeNull();
    expect((await desk.call('endPass', { path })).status).toBe(409);
    expect((await visitor().call('seePass', { path: { pass: wordOf(made.url) } })).status).toBe(404);
    expect((await look(desk, id)).timeline.map((one: any) => one.action)).toEqual(expect.arrayContaining(['pass', 'pass_end']));
  });

  it('ends when another one is made, and a key makes one only once', async () => {
    const { case: id } = await dispatched(desk, handler);
    const key = newKey();
    const first = await desk.must('makePass', { path: { case: id, part: '1' }, json: {}, key });
    expect((await desk.must('makePass', { path: { case: id, part: '1' }, json: {}, key })).url).toBe(first.url);
    const second = await make(id);
    expect(second.url).not.toBe(first.url);
    expect((await visitor().call('seePass', { path: { pass: wordOf(first.url) } })).status).toBe(404);
    expect((await see(wordOf(second.url))).closed).toBe(false);
  });

  it('shows what the work needs, and no person', async () => {
    const { id, pass } = await linked();
    await act(desk, id, 'note', { note: '内部：此户敏感' });
    const seen = await see(pass);
    expect(seen.part).toMatchObject({ part: 1, state: { name: 'sent' } });
    expect(seen.fields.find((one: any) => one.name === 'description').text.zh).toBe(LAMP.description);
    expect(seen.fields.find((one: any) => one.name === 'contact')).toMatchObject({ masked: true });
    const text = JSON.stringify(seen);
    expect(text).not.toContain(PHONE);
    expect(text).not.toContain('此户敏感');
    expect(text).not.toContain(id);
    expect(seen.actions.map((one: any) => one.action)).toEqual(['sign', 'contact', 'done', 'refuse']);
    expect(seen.actions.every((one: any) => one.part === 1)).toBe(true);
  });

  it('shows the telephone when it is asked for, which is history', async () => {
    const { id, pass } = await linked();
    const shown = await visitor().must('revealOnPass', { path: { pass }, json: { field: 'contact' } });
    expect(shown.text).toBe(PHONE);
    expect((await visitor().call('revealOnPass', { path: { pass }, json: { field: 'note' } })).status).toBe(404);
    expect((await look(desk, id)).timeline.at(-1)).toMatchObject({ action: 'reveal', by: { zh: expect.stringContaining('通过办理链接') } });
  });

  it('does the part of its owner, once each, with photos, until the part ends', async () => {
    const { id, pass } = await linked();
    const key = newKey();
    expect((await doIt(pass, 'sign', {}, key)).body).toMatchObject({ replayed: false });
    expect((await doIt(pass, 'sign', {}, key)).body).toMatchObject({ replayed: true });
    expect((await doIt(pass, 'sign')).status).toBe(409);
    expect((await doIt(pass, 'take_back', { reason: 'x' })).status).toBe(403);
    expect((await doIt(pass, 'note', { note: 'x' })).status).toBe(422);
    expect((await doIt(pass, 'contact')).status).toBe(200);
    expect((await doIt(pass, 'done')).body.errors[0]).toMatchObject({ pointer: '/fields/answer', code: 'required' });
    const { type, body } = form([{ name: 'photo', file: 'a.jpg', bytes: jpeg() }]);
    const { upload } = await visitor().must('uploadPhoto', { headers: { 'Content-Type': type }, body });
    expect((await doIt(pass, 'done', { answer: '已更换灯泡', evidence: [upload] })).status).toBe(200);
    const seen = await look(desk, id);
    expect(seen.state.name).toBe('checking');
    const done = seen.timeline.find((one: any) => one.action === 'done');
    expect(done.by.zh).toMatch(/承办人（通过办理链接）$/);
    expect(done.values.map((one: any) => one.name)).toEqual(expect.arrayContaining(['answer', 'evidence']));
    const over = await see(pass);
    expect(over).toMatchObject({ closed: true, fields: [], steps: [], actions: [] });
    expect((await doIt(pass, 'refuse', { reason: 'x' })).status).toBe(409);
    expect((await visitor().call('revealOnPass', { path: { pass }, json: { field: 'contact' } })).status).toBe(403);
    expect((await desk.call('makePass', { path: { case: id, part: '1' }, json: {} })).status).toBe(409);
  });

  it('refuses with a reason, and works again after a failed check', async () => {
    const { id, pass } = await linked();
    await doIt(pass, 'done', { answer: '已处理' });
    await act(checker, id, 'fail', { reason: '灯还是不亮' });
    const seen = await see(pass);
    expect(seen.closed).toBe(false);
    expect(JSON.stringify(seen.steps)).toContain('灯还是不亮');
    expect((await doIt(pass, 'refuse', { reason: '不属于本单位职责' })).status).toBe(200);
    expect((await look(desk, id)).state.name).toBe('received');
  });

  it('serves the photos of its case and no others', async () => {
    const { type, body } = form([{ name: 'photo', file: 'a.jpg', bytes: jpeg() }]);
    const { upload } = await visitor().must('uploadPhoto', { headers: { 'Content-Type': type }, body });
    const opened = await visitor().must('openCase', {
      json: { playbook: 'service-request', area: '440305001007', fields: { ...LAMP, photos: [upload] } },
    });
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    const pass = wordOf((await make(opened.case)).url);
    expect((await visitor().call('getPassPhoto', { path: { pass, photo: '1' } })).status).toBe(200);
    expect((await visitor().call('getPassPhoto', { path: { pass, photo: '2' } })).status).toBe(404);
    expect((await visitor().call('getPassPhoto', { path: { pass: '0'.repeat(26), photo: '1' } })).status).toBe(404);
  });

  it('opens nothing that it is not for', async () => {
    const none = '0'.repeat(26);
    expect((await visitor().call('seePass', { path: { pass: none } })).status).toBe(404);
    expect((await doIt(none, 'sign')).status).toBe(404);
    expect((await visitor().call('revealOnPass', { path: { pass: none }, json: { field: 'contact' } })).status).toBe(404);
    const { id, pass } = await linked();
    expect((await visitor().call('getProgress', { path: { tracking: pass } })).status).toBe(404);
    expect((await visitor().call('getCase', { path: { case: id } })).status).toBe(401);
  });
});

describe('the page of a link', () => {
  const page = (pass: string, lang = 'zh') => visitor().call('pagePass', { path: { pass }, query: { lang } });
  const send = (pass: string, fields: Record<string, string>) =>
    visitor().call('submitPass', { path: { pass }, form: { key: newKey(), lang: 'zh', ...fields } });

  it('is read and answered without script, in both languages', async () => {
    const { id, pass } = await linked();
    expect((await page(pass)).text).toContain(LAMP.description);
    expect((await page(pass)).text).not.toContain(PHONE);
    expect((await page(pass, 'en')).text).toContain('This task is your organization');
    expect((await send(pass, { action: 'reveal', field: 'contact' })).text).toContain(PHONE);
    const refused = await send(pass, { action: 'done', answer: '' });
    expect(refused.status).toBe(422);
    const sent = await send(pass, { action: 'done', answer: '已修好' });
    expect([sent.status, sent.headers.location]).toEqual([303, `/nanshan/pass/${pass}?lang=zh`]);
    expect((await look(desk, id)).state.name).toBe('checking');
    expect((await page(pass)).text).toContain('这项任务已经结束');
  });

  it('says when it is over', async () => {
    const gone = await page('0'.repeat(26));
    expect([gone.status, gone.text.includes('已失效')]).toEqual([404, true]);
    expect((await send('0'.repeat(26), { action: 'sign' })).status).toBe(404);
  });
});
