/*
 * What residents do with a case that is there: act by tracking code, find what is
 * near, follow it; each sees theirs and nothing else.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { form, jpeg } from './lib/picture';
import { COMMUNITY, act, look, newKey, organizationOf, staff, visitor, type Opened } from './lib/world';

const PLACE = { lon: 113.93, lat: 22.53, crs: 'gcj02', accuracy: 8.4, how: 'pin' };
let desk: Client;
let handler: Client;

const open = async (fields: Record<string, unknown>, client: Client = visitor()): Promise<Opened> =>
  client.must('openCase', { json: { playbook: 'neighbour', area: COMMUNITY, fields: { kind: 'help', topic: 'lamp', note: '楼道灯坏了', ...fields } } });
const progress = (tracking: string) => visitor().must('getProgress', { path: { tracking } });
const party = (tracking: string, action: string, fields: Record<string, unknown> = {}, key = newKey()) =>
  visitor().call('actOnProgress', { path: { tracking, action }, json: { fields }, key });
const near = (query: Record<string, string | number>) => visitor().must('listNearby', { query: query as any });
const names = (actions: any[]) => actions.map((one) => one.action).sort();

beforeAll(async () => {
  desk = await staff('desk');
  handler = await staff('handler');
});

describe('the holder of a tracking code', () => {
  it('is offered what the playbook gives the reporter, and does it once', async () => {
    const opened = await open({ phone: '13800138000' });
    const seen = await progress(opened.tracking);
    expect(names(seen.actions)).toEqual(['add', 'urge']);
    expect(seen).toMatchObject({ followers: 0, place: null, photos: [] });
    const key = newKey();
    const added = await party(opened.tracking, 'add', { note: '今晚还是黑的' }, key);
    expect(added.body).toMatchObject({ case: opened.case, state: { name: 'near' }, replayed: false });
    expect(added.body.rev).toBeUndefined();
    expect((await party(opened.tracking, 'add', { note: '今晚还是黑的' }, key)).body).toMatchObject({ cursor: added.body.cursor, replayed: true });
    expect(JSON.stringify((await progress(opened.tracking)).steps)).toContain('今晚还是黑的');
    expect((await look(desk, opened.case)).timeline.at(-1).by.zh).toBe('居民');
  });

  it('opens a closed case again within fifteen days', async () => {
    const opened = await open({});
    await act(desk, opened.case, 'send', { unit: await organizationOf(handler) });
    await act(handler, opened.case, 'done', {}, { part: 1 });
    expect((await progress(opened.tracking)).closed).toBe(true);
    expect((await party(opened.tracking, 'rate', { stars: 2 })).status).toBe(200);
    expect((await party(opened.tracking, 'again')).body.state.name).toBe('out');
    expect((await progress(opened.tracking)).closed).toBe(false);
    expect((await look(handler, opened.case)).parts[0].state.name).toBe('sent');
  });

  it('may not do what is for others, nor anything with a code that is none', async () => {
    const opened = await open({});
    expect((await party(opened.tracking, 'grade', { how: 'hot' })).status).toBe(403);
    expect((await party(opened.tracking, 'nonsense')).status).toBe(404);
    expect((await party(opened.tracking, 'add', { note: 7 })).status).toBe(422);
    expect((await party('0'.repeat(26), 'add', { note: 'x' })).status).toBe(404);
  });
});

describe('a place', () => {
  it('is kept as it was given, and where it is', async () => {
    const opened = await open({ place: PLACE });
    const seen = await look(desk, opened.case);
    expect(seen.place).toMatchObject({ accuracy: 8, given: { crs: 'gcj02', lon: 113.93, lat: 22.53 } });
    expect(Math.abs(seen.place.lon - 113.93)).toBeGreaterThan(0.003);
    expect(seen.fields.find((one: any) => one.name === 'place').place).toEqual(seen.place);
    expect((await progress(opened.tracking)).place).toEqual(seen.place);
  });

  it('shows what is near to whoever is about to report it again', async () => {
    const opened = await open({ place: { lon: 114.01, lat: 22.61 } });
    const { items } = await near({ lon: 114.0105, lat: 22.61 });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ case: opened.case, number: opened.number, topic: { name: 'lamp' }, meters: 51, followers: 0 });
    expect((await near({ lon: 114.0105, lat: 22.61, topic: 'wages' })).items).toEqual([]);
    expect((await near({ lon: 114.0155, lat: 22.6071, crs: 'gcj02', topic: 'lamp' })).items).toHaveLength(1);
    expect((await visitor().call('listNearby', { query: { lon: 'x', lat: 1 } })).status).toBe(422);
  });
});

describe('where', () => {
  const openAt = (json: Record<string, unknown>) =>
    visitor().call('openCase', { json: { playbook: 'neighbour', fields: { note: '楼道灯坏了' }, ...json } });

  it('must be said: an area, a scanned code or a place', async () => {
    const pointers = async (json: Record<string, unknown>) =>
      (await openAt(json)).body.errors.map((one: any) => [one.pointer, one.code]);
    expect(await pointers({})).toEqual([['/area', 'required']]);
    expect(await pointers({ qr: '0000000000000000' })).toEqual([['/qr', 'no-such-place']]);
    expect(await pointers({ fields: { note: 'x', place: { lon: 2.35, lat: 48.85 } } })).toEqual([['/area', 'no-such-place']]);
    expect(await pointers({ area: COMMUNITY.slice(0, 9) })).toEqual([['/area', 'no-such-place']]);
  });
});

describe('somebody without an account', () => {
  const from = (address: string) =>
    visitor().call('followCase', { path: { case: '0000000000001' }, headers: { 'X-Forwarded-For': `1.2.3.4, ${address}` } });

  it('may write only so often from one address, and is told when again', async () => {
    for (let i = 0; i < 60; i++) expect((await from('203.0.113.9')).status).toBe(404);
    const refused = await from('203.0.113.9');
    expect(refused.status).toBe(429);
    expect(refused.body.code).toBe('too-many-requests');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(2);
    expect((await from('203.0.113.10')).status).toBe(404);
  });

  it('may send photos only so often either', async () => {
    const { type, body } = form([{ name: 'photo', file: 'a.jpg', bytes: jpeg() }]);
    const send = (address: string) =>
      visitor().call('uploadPhoto', { headers: { 'Content-Type': type, 'X-Forwarded-For': address }, body });
    for (let i = 0; i < 60; i++) expect((await from('203.0.113.12')).status).toBe(404);
    const refused = await send('203.0.113.12');
    expect([refused.status, refused.body.code]).toEqual([429, 'too-many-requests']);
    expect((await send('203.0.113.13')).status).toBe(201);
  });

  it('is not counted when signed in', async () => {
    for (let i = 0; i < 61; i++) {
      const answer = await desk.call('followCase', { path: { case: '0000000000001' }, headers: { 'X-Forwarded-For': '203.0.113.11' } });
      expect(answer.status).toBe(404);
    }
  });
});

describe('following', () => {
  it('joins an open public case with a code of its own, once for a key', async () => {
    const opened = await open({ phone: '13900139000', place: { lon: 114.02, lat: 22.62 } });
    const key = newKey();
    const follow = () => visitor().must('followCase', { path: { case: opened.case }, key });
    const joined = await follow();
    expect(joined).toMatchObject({ number: opened.number });
    expect(joined.tracking).not.toBe(opened.tracking);
    expect(await follow()).toEqual(joined);
    const seen = await progress(joined.tracking);
    expect(names(seen.actions)).toEqual(['urge']);
    expect(seen).toMatchObject({ followers: 1, place: null });
    expect(JSON.stringify(seen)).not.toMatch(/楼道灯坏了|9000/);
    expect((await near({ lon: 114.02, lat: 22.62 })).items[0].followers).toBe(1);
    expect((await party(joined.tracking, 'urge')).status).toBe(200);
    expect((await party(joined.tracking, 'add', { note: 'x' })).status).toBe(403);
  });

  it('is not for what is not public', async () => {
    const opened = await open({ kind: 'report', topic: 'wages', phone: '13700137000', place: { lon: 114.03, lat: 22.63 } });
    expect((await visitor().call('followCase', { path: { case: opened.case } })).status).toBe(404);
    expect((await near({ lon: 114.03, lat: 22.63 })).items).toEqual([]);
    await act(desk, opened.case, 'send', { unit: await organizationOf(handler) });
    const task = JSON.stringify(await look(handler, opened.case));
    expect(task).not.toMatch(/phone|7000|居民/);
    expect((await handler.call('revealValue', { path: { case: opened.case }, json: { field: 'phone' } })).status).toBe(404);
    expect((await desk.call('revealValue', { path: { case: opened.case }, json: { field: 'phone' } })).body.text).toBe('13700137000');
  });

  it('is numbered apart, so that no gap tells of it', async () => {
    const place = (number: string) => Number(/^N\d\d-(\d+)$/.exec(number)![1]);
    const before = await open({});
    const hidden = await open({ kind: 'report', topic: 'wages' });
    const after = await open({});
    expect(hidden.number).toMatch(/^NN\d\d-\d+$/); // the playbook's own pattern begins with N, too
    expect(place(after.number)).toBe(place(before.number) + 1);
  });
});
