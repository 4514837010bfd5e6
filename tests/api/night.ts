/*
 * The service request's fifth version: what cannot wait at night, more time for a task, clocks
 * and numbers of the office's own tables, and open cases of the fourth version that go on by it.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { CLASS, COMMUNITY, LAMP, act, adopt, clock, look, newKey, organizationOf, report, staff, visitor } from './lib/world';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (moment: number) => `${new Date(moment + 8 * HOUR).toISOString().slice(0, 19)}+08:00`;
const day = (moment: number) => at(moment).slice(0, 10);
const now = async () => Date.parse((await visitor().must('getTally')).as_of);
/* A Wednesday far from holidays, later than all that the suites before set the clock to. */
const MIDNIGHT = Date.parse('2027-08-11T00:00:00+08:00');
const open = async (client: Client, fields: Record<string, unknown>): Promise<string> =>
  (await client.must('openCase', { json: { playbook: 'service-request', area: COMMUNITY, fields } })).case;
const line = (stage: string, more: Record<string, unknown>) => ({ table: 'service', edition: '街道甲表', since: '2026-01-01', stage, ...more });

describe('what cannot wait', () => {
  const BURST = { topic: 'water', description: '楼道水管爆了', cannot_wait: true };

  beforeAll(async () => {
    await clock().set(at(MIDNIGHT - 12 * HOUR));
    const admin = await staff('admin');
    const { person } = await admin.must('addPerson', { json: { name: '夜班值守', login: 'night.five', password: 'a-long-password' } });
    await (await staff('desk')).must('putRoster', {
      json: {
        from: day(MIDNIGHT - DAY),
        to: day(MIDNIGHT),
        area: COMMUNITY,
        rows: [{ post: 'duty_officer', person, since: at(MIDNIGHT - 4 * HOUR), until: at(MIDNIGHT + 10 * HOUR) }],
      },
    });
  });

  it('goes to who is on duty at night, who takes it over and hands it to the desk in the morning', async () => {
    await clock().set(at(MIDNIGHT - HOUR));
    const id = await open(visitor(), BURST);
    const seen = await look(await staff('desk'), id);
    expect([seen.state.name, seen.owner.post, seen.owner.area.code]).toEqual(['night', 'duty_officer', COMMUNITY]);
    expect(Date.parse(seen.due_at)).toBe(MIDNIGHT - HOUR + 15 * 60_000);
    const waits = await open(visitor(), { ...BURST, cannot_wait: false });
    expect((await look(await staff('desk'), waits)).state.name).not.toBe('night');

    const guard = await visitor().signIn('night.five', 'a-long-password');
    expect((await guard.must('getInbox', { query: { reading: 'unit', limit: 100 } })).items.map((one: any) => one.row.case)).toContain(id);
    await act(guard, id, 'take_over', { note: '十分钟到' });
    await clock().set(at(MIDNIGHT + 8 * HOUR));
    const morning = await visitor().signIn('night.five', 'a-long-password');
    await act(morning, id, 'hand_to_desk', { note: '已关总阀' });
    const handed = await look(await staff('desk'), id);
    expect([handed.state.name, handed.owner.post]).toEqual(['received', 'desk']);
  });

  it('goes to the desk by day, with half an hour', async () => {
    await clock().set(at(MIDNIGHT + 10 * HOUR));
    const seen = await look(await staff('desk'), await open(await staff('desk'), { ...BURST, kind: 'enquiry' }));
    expect([seen.state.name, Date.parse(seen.due_at)]).toEqual(['received', MIDNIGHT + 10.5 * HOUR]);
  });
});

describe('more time for a task', () => {
  let desk: Client;
  let handler: Client;
  let later: (days: number) => string;
  const asked = async (): Promise<string> => {
    const { case: id } = await report({ ...LAMP, answer_by: 'phone' });
    await act(desk, id, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    await act(handler, id, 'contact', {}, { part: 1 });
    return id;
  };

  beforeAll(async () => {
    const base = await now();
    later = (days) => day(base + days * DAY);
    [desk, handler] = [await staff('desk'), await staff('handler')];
  });

  it('is asked for by the unit and granted by somebody else, moves the deadline, and is said', async () => {
    const id = await asked();
    const before = (await look(handler, id)).parts[0].due_at as string;
    const refused = async (finish_by: string) => {
      const { rev } = await look(handler, id);
      return handler.call('actOnCase', { path: { case: id, action: 'ask_extension' }, json: { rev, part: 1, fields: { finish_by, more_time: '等材料' } } });
    };
    for (const wrong of [later(0), later(90)]) {
      const { status, body } = await refused(wrong);
      expect([status, body.errors[0].pointer]).toEqual([422, '/fields/finish_by']);
    }
    await act(handler, id, 'ask_extension', { finish_by: later(20), more_time: '等材料' }, { part: 1 });
    const { parts } = await look(handler, id);
    expect([parts[0].due_at, parts[1].kind.name ?? parts[1].kind, parts[1].state.name]).toEqual([before, 'extension', 'asked']);
    const { rev } = await look(handler, id);
    expect((await handler.call('actOnCase', { path: { case: id, action: 'grant_extension' }, json: { rev, part: 2, fields: {} } })).status).toBe(403);

    await act(await staff('dispatcher'), id, 'grant_extension', { opinion: '同意' }, { part: 2 });
    const seen = await look(desk, id);
    expect(seen.parts[0].due_at.slice(0, 10)).toBe(later(20));
    expect(seen.parts[1].state.name).toBe('granted');
    expect(seen.timeline.map((one: any) => one.action)).toEqual(expect.arrayContaining(['ask_extension', 'grant_extension']));
    const again = await refused(later(25));
    expect([again.status, again.body.code, again.body.detail]).toEqual([409, 'check-failed', expect.stringContaining('as often as it may')]);
  });

  it('is asked for by a link, too, and twice where the office says so', async () => {
    const admin = await staff('admin');
    const table = { table: 'extensions', edition: '街道甲表', since: '2026-01-01' };
    await admin.must('putDeadlines', { json: { rows: [{ ...table, number: 2 }] } });
    const id = await asked();
    const { url } = await desk.must('makePass', { path: { case: id, part: '1' }, json: {} });
    const pass = url.split('/').at(-1)!;
    for (const days of [15, 20]) {
      await visitor().must('actOnPass', { path: { pass, action: 'ask_extension' }, json: { fields: { finish_by: later(days), more_time: '等材料' } }, key: newKey() });
      const number = (await look(desk, id)).parts.length;
      await act(await staff(days === 15 ? 'dispatcher' : 'chief'), id, 'grant_extension', {}, { part: number });
      expect((await look(desk, id)).parts[0].due_at.slice(0, 10)).toBe(later(days));
    }
    await admin.must('putDeadlines', { json: { rows: [{ ...table, number: 1 }] } });
  });
});

describe('the clocks of its stages', () => {
  it('are those of the office\'s table where it says something, and the edition is told', async () => {
    await clock().set(at(MIDNIGHT + 7 * DAY + 10 * HOUR));
    await (await staff('admin')).must('putDeadlines', {
      json: { rows: [line('received', { length: '1h of work' }), line('sent', { length: '30m', class: 'part:01' })] },
    });
    const [desk, handler] = [await staff('desk'), await staff('handler')];
    const opened = await now();
    const { case: id } = await report({ ...LAMP, answer_by: 'phone', kind: 'enquiry' });
    const seen = await look(desk, id);
    expect(Date.parse(seen.due_at) - opened).toBe(HOUR);
    expect(JSON.stringify(seen)).toContain('街道甲表');
    await act(desk, id, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    const { parts } = await look(desk, id);
    expect(Date.parse(parts[0].due_at) - (await now())).toBe(HOUR / 2);
    await act(handler, id, 'sign', {}, { part: 1 });
    expect(Date.parse((await look(desk, id)).parts[0].due_at) - (await now())).toBe(DAY); // as the playbook says
    await (await staff('admin')).must('putDeadlines', { json: { rows: [line('nowhere', { length: '1h' })] } });
  });
});

describe('open cases of the fourth version', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const path = { playbook: 'service-request' };

  /* Both are adopted once more under later numbers, because the town's own stands at five. */
  async function adoptAs(file: string, version: number, from: number[]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'linli-version-'));
    const text = (await readFile(join(root, file), 'utf8'))
      .replace(/^version: \d+$/m, `version: ${version}`)
      .replace(/^migrate: .*$/m, `migrate: [${from.map((one) => `{from: ${one}}`).join(', ')}]`);
    await writeFile(join(folder, 'service-request.yaml'), text);
    await adopt(join(folder, 'service-request.yaml'));
    await rm(folder, { recursive: true });
  }

  it('go on by the newest, all of them, with what they have; the preview says so first', async () => {
    await adoptAs('tests/lib/service-request-4.yaml', 40, [3]);
    const [desk, handler, admin] = [await staff('desk'), await staff('handler'), await staff('admin')];
    const [waits, sent, contacted] = [await report(LAMP), await report(LAMP), await report(LAMP)].map((one) => one.case) as [string, string, string];
    for (const id of [sent, contacted]) await act(desk, id, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    await act(handler, contacted, 'contact', {}, { part: 1 });
    expect((await look(handler, contacted)).actions.map((one: any) => one.action)).not.toContain('ask_extension');
    const before = await Promise.all([waits, sent, contacted].map((id) => look(desk, id)));

    await adoptAs('playbooks/service-request.yaml', 50, [3, 4, 40]);
    const plan = await admin.must('migratePlaybook', { path, json: { preview: true } });
    const states = plan.states.filter((one: any) => one.version === 40);
    expect(states.map((one: any) => [one.from, one.to, one.cases, one.fits]).sort()).toEqual([['handling', 'handling', 2, 2], ['received', 'received', 1, 1]]);
    expect(plan.stays.filter((one: any) => one.version === 40)).toEqual([]);
    expect((await look(desk, contacted)).rev).toBe(before[2].rev);

    const { job } = await admin.must('migratePlaybook', { path, json: { preview: false } });
    await clock().sync();
    expect((await admin.must('getJob', { path: { job } })).over).toBe(true);
    const after = await Promise.all([waits, sent, contacted].map((id) => look(desk, id)));
    expect(after.map((one) => [one.state.name, one.due_at, one.parts.map((part: any) => [part.state.name, part.due_at])])).toEqual(
      before.map((one) => [one.state.name, one.due_at, one.parts.map((part: any) => [part.state.name, part.due_at])]),
    );
    await act(handler, contacted, 'ask_extension', { finish_by: day((await now()) + 20 * DAY), more_time: '等材料' }, { part: 1 });
    await act(handler, sent, 'done', { answer: '已换灯泡' }, { part: 1 });
    expect((await look(desk, sent)).state.name).toBe('checking');
  });
});
