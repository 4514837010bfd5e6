/*
 * A programme switched off: offered nowhere, opened by nobody, on with what is open; and on
 * again.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, LAMP, act, look, staff, visitor } from './lib/world';

const TENANT = 'yakeshi'; // nobody else's tests are in a hurry here

describe('a programme that is off', () => {
  const use = async (on: boolean, playbook = 'wish') => (await staff('admin')).call('usePlaybook', { path: { playbook }, json: { on } });
  const wish = { playbook: 'wish', area: COMMUNITY, fields: { kind: 'thing', whose: 'elder', wish: '一把带扶手的椅子', contact: '13800138000' } };

  it('is offered nowhere and opens nothing, and is there again afterwards', async () => {
    const desk = await staff('desk');
    const listed = async (which: string) => (await desk.must('listPlaybooks', { query: { which } })).items.find((one: any) => one.playbook === 'wish');
    const home = async () => (await visitor().call('pageTenant')).text;
    expect(await listed('open')).toMatchObject({ playbook: 'wish' });
    expect((await listed('all')).off).toBeUndefined();
    expect(await home()).toContain('playbook=wish');

    const off = await use(false);
    expect([off.status, off.body.items.find((one: any) => one.playbook === 'wish').off]).toEqual([200, true]);
    expect(await listed('open')).toBeUndefined();
    expect(await listed('all')).toMatchObject({ off: true });
    expect(await home()).not.toContain('playbook=wish');
    const form = await visitor().call('pageReport', { query: { playbook: 'wish' } });
    expect([form.status, /已停用，目前不再新开/.test(form.text)]).toEqual([409, true]);
    const refused = await visitor().call('openCase', { json: wish });
    expect([refused.status, refused.body.code]).toEqual([409, 'check-failed']);
    expect(refused.body.errors[0].zh).toContain('已停用，目前不再新开');
    expect(refused.body.errors[0].en).toContain('is switched off');

    expect((await use(true)).status).toBe(200);
    expect(await listed('open')).toMatchObject({ playbook: 'wish' });
    expect((await visitor().call('pageReport', { query: { playbook: 'wish' } })).status).toBe(200);
  });

  it('lets what is open go on, and takes the open interface along', async () => {
    const admin = await staff('admin', TENANT);
    const desk = await staff('desk', TENANT);
    const area = (await visitor(TENANT).must('listAreas', { query: { kind: 'community' } })).items[0].code as string;
    const services = async () => (await visitor().call('open311Services', { path: { format: 'json' }, query: { jurisdiction_id: TENANT } })).body;
    const open = { playbook: 'service-request', area, fields: LAMP };
    const { case: id } = await visitor(TENANT).must('openCase', { json: open });
    expect((await services()).length).toBeGreaterThan(0);
    await admin.must('usePlaybook', { path: { playbook: 'service-request' }, json: { on: false } });
    expect(await services()).toEqual([]);
    expect((await visitor(TENANT).call('openCase', { json: open })).status).toBe(409);
    await act(desk, id, 'decline', { reason: '重复反映' });
    expect((await look(desk, id)).state.end ?? (await look(desk, id)).closed_at).toBeTruthy();
    await admin.must('usePlaybook', { path: { playbook: 'service-request' }, json: { on: true } });
    expect((await services()).length).toBeGreaterThan(0);
  });

  it('is for the administrator of all of it, and switched once', async () => {
    const call = { path: { playbook: 'wish' }, json: { on: false } };
    expect((await (await staff('desk')).call('usePlaybook', call)).status).toBe(403);
    expect((await visitor().call('usePlaybook', call)).status).toBe(401);
    expect((await use(true)).status).toBe(409);
    expect((await use(false, 'nothing')).status).toBe(404);
    expect((await (await staff('admin')).call('usePlaybook', { ...call, json: {} })).status).toBe(422);
  });
});
