/*
 * What opens of itself: let run by the administrator for one community, opened once at its
 * time, told of afterwards, and stopped.
 */
import { describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { COMMUNITY, act, adopt, clock, look, staff, visitor } from './lib/world';

const PATH = { playbook: 'whistle-daily', rhythm: 'monthly' };

describe('open cases of an earlier version', () => {
  const path = { playbook: 'change' };
  const open = async (desk: Client, fields: Record<string, unknown>) =>
    (await desk.must('openCase', { json: { playbook: 'change', via: 'hotline', area: COMMUNITY, fields: { words: '换版以前提的', ...fields } } })).case as string;
  const versions = async (admin: Client) => (await admin.must('listVersions')).items.find((one: any) => one.playbook === 'change');
  const ended = async (admin: Client, job: string): Promise<any> => {
    const seen = await admin.must('getJob', { path: { job } });
    if (seen.over) return seen;
    await clock().sync();
    return ended(admin, job);
  };

  it('are counted before anything is done; where there are none, none go on', async () => {
    await adopt('tests/lib/change.yaml');
    const admin = await staff('admin');
    const plan = await admin.must('migratePlaybook', { path, json: { preview: true } });
    expect(plan).toMatchObject({ version: 1, waiting: 0, fits: 0, more: false, states: [], stays: [] });
    expect((await admin.call('migratePlaybook', { path, json: { preview: false } })).status).toBe(409);
    expect((await admin.call('migratePlaybook', { path: { playbook: 'nothing' }, json: { preview: true } })).status).toBe(404);
    expect((await (await staff('desk')).call('migratePlaybook', { path, json: { preview: true } })).status).toBe(403);
    expect((await (await staff('desk')).call('listVersions')).status).toBe(403);
    expect(await versions(admin)).toEqual({ playbook: 'change', title: { zh: '换版小事', en: 'Changing things' }, version: 1, open: [] });
  });

  it('go on by the later one where they fit, and the others stay, with the reason', async () => {
    const admin = await staff('admin');
    const desk = await staff('desk');
    const fits = await open(desk, { size: 7, colour: 'red' });
    const odd = await open(desk, { size: 1 });
    const blue = await open(desk, { colour: 'blue' });
    const done = await open(desk, { size: 2 });
    await act(desk, odd, 'turn');
    await act(desk, done, 'close');
    await adopt('tests/lib/change_later.yaml');
    const { open: before, version } = await versions(admin);
    expect(version).toBe(2);
    expect(before).toMatchObject([{ version: 1, cases: 3 }]);
    expect(before[0].rule.zh).toBe('第 1 版未办结的可以转到本版继续办理；“fresh”转为“已开始”；“odd”在本版没有，处在其中的留在原版办理；填写的“size”改记为“规模”；其余同名的不变；时限按本版重新计算');
    const plan = await admin.must('migratePlaybook', { path, json: { preview: true } });
    expect(plan).toMatchObject({ version: 2, waiting: 3, fits: 1, more: false });
    expect(plan.states).toMatchObject([
      { version: 1, from: 'fresh', to: 'begun', to_label: { en: 'Begun' }, cases: 2, fits: 1 },
      { version: 1, from: 'odd', cases: 1, fits: 0 },
    ]);
    expect(plan.stays).toMatchObject([
      { case: odd, why: 'state', what: 'odd', label: { zh: '说不清' } },
      { case: blue, why: 'field', what: 'colour', label: { zh: '颜色' } },
    ]);
    expect((await look(desk, fits)).state.name).toBe('fresh');

    const { job } = await admin.must('migratePlaybook', { path, json: { preview: false } });
    expect(await ended(admin, job)).toMatchObject({ total: 1, done: 1, refused: 0, over: true });
    const seen = await look(desk, fits);
    expect(seen.state).toMatchObject({ name: 'begun', label: { zh: '已开始' } });
    expect(JSON.stringify(seen)).toContain('规模');
    expect(seen.actions.map((one: any) => one.action)).toContain('close');
    expect((await look(desk, odd)).state.name).toBe('odd');
    expect((await look(desk, blue)).state.name).toBe('fresh');
    expect((await versions(admin)).open).toMatchObject([{ version: 1, cases: 2 }, { version: 2, cases: 1 }]);
    expect((await admin.call('migratePlaybook', { path, json: { preview: false } })).status).toBe(409);
    await act(desk, fits, 'close');
    await act(desk, odd, 'close');
    expect((await look(desk, odd)).state.name).toBe('shut');
  });
});

describe('a rhythm', () => {
  it('opens nothing before it is let run, then one case where it was let, once', async () => {
    const admin = await staff('admin');
    const desk = await staff('desk');
    const seen = (all: any) => all.items.find((one: any) => one.playbook === PATH.playbook && one.name === PATH.rhythm);
    const before = seen(await desk.must('listRhythms'));
    expect(before).toMatchObject({ runs: false, next_at: null, past: [], label: { zh: '每月下沉' } });
    expect(before.rule.zh).toBe('每月1日（遇节假日顺延到上班第一天） 09:00，每个社区一件');

    const now = seen(await admin.must('setRhythm', { path: PATH, json: { runs: true, area: COMMUNITY } }));
    expect(now).toMatchObject({ runs: true, area: { code: COMMUNITY } });
    await clock().set(new Date(Date.parse(now.next_at) + 1000).toISOString());
    await clock().set(new Date(Date.parse(now.next_at) + 3_600_000).toISOString());
    const later = await staff('desk'); // sessions have run out by then
    const told = seen(await later.must('listRhythms'));
    expect(told.next_at).toBeNull();
    expect(told.past).toMatchObject([{ planned: 1, opened: 1, missed: 0 }]);
    const { items } = await later.must('listCases', { query: { view: 'all', playbook: PATH.playbook, limit: 100 } });
    const opened = await Promise.all(items.map((one: any) => look(later, one.case)));
    expect(opened.filter((one) => one.via === 'rhythm')).toHaveLength(1);
    const [one] = opened.filter((found) => found.via === 'rhythm');
    expect(one.community?.code ?? one.area?.code).toBe(COMMUNITY);

    expect(seen(await (await staff('admin')).must('setRhythm', { path: PATH, json: { runs: false } }))).toMatchObject({ runs: false, next_at: null });
  });

  it('is the administrator\'s, and must be there', async () => {
    const admin = await staff('admin');
    expect((await (await staff('desk')).call('setRhythm', { path: PATH, json: { runs: true } })).status).toBe(403);
    expect((await visitor().call('listRhythms')).status).toBe(401);
    expect((await admin.call('setRhythm', { path: { ...PATH, rhythm: 'hourly' }, json: { runs: true } })).status).toBe(404);
    expect((await admin.call('setRhythm', { path: { ...PATH, playbook: 'service-request' }, json: { runs: true } })).status).toBe(404);
    const nowhere = await admin.call('setRhythm', { path: PATH, json: { runs: true, area: '99' } });
    expect([nowhere.status, nowhere.body.errors[0].pointer]).toEqual([422, '/area']);
    expect((await admin.call('setRhythm', { path: PATH, json: {} })).status).toBe(422);
  });
});
