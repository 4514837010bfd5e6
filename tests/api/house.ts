/*
 * What the server says of itself, and the plain lists.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, clock, report, staff, visitor } from './lib/world';

describe('the house', () => {
  it('is alive and ready, with nothing parked and nobody behind', async () => {
    expect(await visitor().must('healthz')).toMatchObject({ status: 'ok' });
    await report();
    await clock().sync();
    expect(await visitor().must('readyz')).toMatchObject({ status: 'ready', parked: 0, behind: 0 });
  });

  it('serves five districts with their streets', async () => {
    const { items } = await visitor().must('listTenants');
    expect(items.map((one: any) => one.tenant).sort()).toEqual(['baoan', 'longgang', 'nanshan', 'xifeng', 'yakeshi']);
    const nanshan = items.find((one: any) => one.tenant === 'nanshan');
    expect(nanshan.streets.map((one: any) => one.name)).toContain('南头街道');
  });

  it('lists streets and communities by kind and parent', async () => {
    const streets = await visitor().must('listAreas', { query: { kind: 'street' } });
    const street = streets.items.find((one: any) => one.name === '南头街道');
    const communities = await visitor().must('listAreas', { query: { kind: 'community', parent: street.code } });
    expect(communities.items.find((one: any) => one.code === COMMUNITY).name).toMatch(/马家龙/);
    expect(communities.items.every((one: any) => one.parent === street.code)).toBe(true);
  });

  it('describes its programme, so that forms can be made from it', async () => {
    const playbook = await visitor().must('getPlaybook', { path: { playbook: 'service-request' } });
    expect(playbook.open.required).toEqual(['topic', 'description']);
    expect(playbook.fields.find((one: any) => one.name === 'contact')).toMatchObject({ type: 'phone', personal: true });
    expect(playbook.fields.find((one: any) => one.name === 'topic').options.map((one: any) => one.name)).toContain('lamp');
  });

  it('lists the programmes one may open', async () => {
    const names = async (who: string) => (await (await staff(who)).must('listPlaybooks')).items.map((one: any) => one.playbook);
    expect(await names('desk')).toEqual(expect.arrayContaining(['service-request', 'whistle-assembly', 'whistle-emergency']));
    expect(await names('checker')).not.toContain('whistle-assembly');
    const all = await (await staff('checker')).must('listPlaybooks', { query: { which: 'all' } });
    expect(all.items.map((one: any) => one.playbook)).toContain('whistle-assembly');
    const whistle = await visitor().must('getPlaybook', { path: { playbook: 'whistle-assembly' } });
    expect(whistle.open.via).toContain('desk');
  });

  it('says how much each form asks, by who issued it', async () => {
    const { issuers, twice } = await (await staff('handler')).must('getBurden');
    const forms = issuers.flatMap((one: any) => one.forms);
    expect(forms.find((one: any) => one.name === 'service-request')).toMatchObject({ kind: 'playbook' });
    const shops = forms.find((one: any) => one.kind === 'register' && one.name === 'shops');
    expect(shops.asked).toBeGreaterThan(shops.needed);
    for (const one of forms) expect([one.name, one.needed <= one.asked && one.prefilled <= one.asked && one.twice <= one.asked]).toEqual([one.name, true]);
    for (const one of issuers) expect(one.asked).toBe(one.forms.reduce((sum: number, form: any) => sum + form.asked, 0));
    for (const one of twice) expect(one.within || one.forms.length > 1).toBe(true);
    expect((await visitor().call('getBurden')).status).toBe(401);
  });

  it('streams what changes, from where one was', async () => {
    const first = await visitor().call('stream');
    expect(first.text).toMatch(/^retry: \d+\nevent: ready\nid: \w{77}\n/);
    const forged = await visitor().call('stream', { headers: { 'Last-Event-ID': 'forged' } });
    expect([forged.status, forged.body.code]).toEqual([422, 'invalid']);
  });

  it('tells staff who they are and whom work can be sent to', async () => {
    const desk = await staff('desk');
    expect((await desk.must('getMe')).posts.map((one: any) => one.post)).toContain('desk');
    expect((await desk.must('listOrganizations')).items.length).toBeGreaterThanOrEqual(2);
  });
});
