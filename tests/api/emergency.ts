/*
 * A declared emergency: the one list of who came, for those on it, until its end.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { staff, visitor } from './lib/world';

const PLACE = '440305001003'; // in the street, without turns of the demonstration data
const HOUR = 3_600_000;

describe('a declared emergency', () => {
  let admin: Client;
  let chief: Client;
  let desk: Client;
  let leader: Client;
  let officer: Client;
  let now: number;
  const person: Record<string, string> = {};
  const time = (hours: number) => new Date(now + hours * HOUR).toISOString().replace(/\.\d+Z$/, 'Z');
  const words = { area: PLACE, basis: '街道防汛应急预案（演示）', reason: '暴雨橙色预警' };
  const declare = (client: Client, more: Record<string, unknown> = {}) => client.call('declareEmergency', { json: { ...words, until: time(8), ...more } });
  const list = async (client: Client): Promise<any[]> => (await client.must('listEmergencies')).items;
  const tell = (client: Client, emergency: string, shift: string, more: Record<string, unknown> = {}) =>
    client.call('tellEmergency', { path: { emergency }, json: { shift, told: 'arrived', ...more } });
  const turnOf = (one: any, name: string) => one.items.find((turn: any) => turn.name === name);

  beforeAll(async () => {
    [admin, chief, desk] = await Promise.all([staff('admin'), staff('chief'), staff('desk')]);
    now = Date.parse((await desk.must('getInbox', { query: {} })).as_of);
    for (const login of ['storm.leader', 'storm.officer']) {
      person[login] = (await admin.must('addPerson', { json: { name: `防汛${login}`, login, password: 'a-long-password' } })).person;
    }
    [leader, officer] = [await visitor().signIn('storm.leader', 'a-long-password'), await visitor().signIn('storm.officer', 'a-long-password')];
    const day = new Date(now + 8 * HOUR).toISOString().slice(0, 10);
    const next = new Date(now + 32 * HOUR).toISOString().slice(0, 10);
    const turn = (login: string, post: string, since: number, until: number) => ({ post, person: person[login]!, since: time(since), until: time(until) });
    const rows = [turn('storm.leader', 'duty_leader', 0, 12), turn('storm.officer', 'duty_officer', 1, 6), turn('storm.officer', 'duty_standby', 10, 12)];
    await desk.must('putRoster', { json: { area: PLACE, from: day, to: next, rows } });
  });

  it('does not exist until the leader on duty or the chief of the street declares one, with its end', async () => {
    for (const client of [desk, admin, officer, leader, chief]) expect(await list(client)).toEqual([]);
    for (const client of [desk, admin, officer]) expect((await declare(client)).status).toBe(403);
    expect((await (await staff('lane')).call('declareEmergency', { json: { ...words, until: time(8) } })).status).toBe(403);
    expect((await visitor().call('listEmergencies')).status).toBe(401);
    const refused = async (more: Record<string, unknown>) => {
      const { status, body } = await declare(chief, more);
      return [status, body.errors?.[0]?.pointer];
    };
    expect(await refused({ until: time(-1) })).toEqual([422, '/until']);
    expect(await refused({ until: time(15 * 24) })).toEqual([422, '/until']);
    expect(await refused({ basis: '无' })).toEqual([422, '/basis']);
    expect(await refused({ reason: '  ' })).toEqual([422, '/reason']);
    expect((await declare(chief, { area: '99' })).status).toBe(404);
  });

  it('opens the list to those on it alone, who tell it themselves or have their leader tell it', async () => {
    const declared = await declare(leader);
    expect(declared.status).toBe(201);
    const { emergency } = declared.body;
    expect(declared.body).toMatchObject({ ...words, area: { code: PLACE }, runs: true, ends: true, declared_by: '防汛storm.leader' });
    expect(Date.parse(declared.body.erase_at) - Date.parse(declared.body.until)).toBe(30 * 24 * HOUR);
    expect((await declare(chief)).status).toBe(409);
    // the turn that begins after its end is not on it
    expect(declared.body.items.filter((turn: any) => turn.name === '防汛storm.officer')).toHaveLength(1);
    for (const client of [desk, admin]) expect(await list(client)).toEqual([]);
    expect((await list(chief))[0]).toMatchObject({ emergency, ends: true });
    const [seen] = await list(officer);
    const mine = turnOf(seen, '防汛storm.officer');
    const theirs = turnOf(seen, '防汛storm.leader');
    expect([seen.ends, mine.mine, mine.tells, mine.emergency_arrived_at, theirs.tells]).toEqual([false, true, true, null, false]);
    expect((await tell(officer, emergency, theirs.shift)).status).toBe(403);
    expect((await tell(desk, emergency, mine.shift)).status).toBe(404);
    expect((await tell(chief, emergency, mine.shift)).status).toBe(403);
    expect((await tell(officer, emergency, '0000000000001')).status).toBe(404);
    expect((await tell(officer, emergency, mine.shift, { at: time(-2) })).status).toBe(422);
    expect((await tell(officer, emergency, mine.shift, { at: time(5) })).status).toBe(422);
    const told = await tell(officer, emergency, mine.shift);
    expect(told.status).toBe(200);
    expect(turnOf(told.body, '防汛storm.officer').emergency_arrived_at).not.toBeNull();
    const left = await tell(leader, emergency, mine.shift, { told: 'left' });
    expect(turnOf(left.body, '防汛storm.officer').emergency_left_at).not.toBeNull();
    const back = await tell(officer, emergency, mine.shift, { told: 'nothing' });
    expect(turnOf(back.body, '防汛storm.officer')).toMatchObject({ emergency_arrived_at: null, emergency_left_at: null });
  });

  it('is ended early by who may declare one, and then nothing is told any more', async () => {
    const [seen] = await list(officer);
    const end = (client: Client, emergency = seen.emergency) => client.call('endEmergency', { path: { emergency } });
    expect((await end(officer)).status).toBe(403);
    expect((await end(desk)).status).toBe(404);
    expect((await end(chief, '0000000000001')).status).toBe(404);
    const over = await end(chief);
    expect([over.status, over.body.runs, over.body.ends]).toEqual([200, false, false]);
    expect(Date.parse(over.body.erase_at)).toBeLessThan(Date.parse(seen.erase_at));
    expect((await end(chief)).status).toBe(409);
    expect(over.body.items.some((turn: any) => turn.tells)).toBe(false);
    expect((await tell(leader, seen.emergency, turnOf(seen, '防汛storm.leader').shift)).status).toBe(409);
  });
});
