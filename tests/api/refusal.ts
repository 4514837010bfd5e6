/*
 * What the server says no to, with which code, and in which language.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { CLASS, COMMUNITY, LAMP, act, base, dispatched, look, organizationOf, report, staff, visitor } from './lib/world';
import { exchange, type Reply, type Sent } from './lib/wire';

let desk: Client;
let handler: Client;
let checker: Client;
let both: Client;

beforeAll(async () => {
  desk = await staff('desk');
  handler = await staff('handler');
  checker = await staff('checker');
  both = await staff('both');
});

const refused = async (client: Client, id: string, action: string, json: Record<string, unknown>) => {
  const answer = await client.call('actOnCase', { path: { case: id, action }, json });
  return { status: answer.status, code: answer.body.code as string };
};

describe('who may do what', () => {
  it('lets no handler do what is the desk\'s, and shows them nothing before it is theirs', async () => {
    const { case: id } = await report();
    const unit = await organizationOf(handler);
    expect(await refused(handler, id, 'file_and_dispatch', { fields: { class: CLASS, unit } })).toEqual({ status: 404, code: 'not-found' });
    await act(desk, id, 'file_and_dispatch', { class: CLASS, unit });
    const answer = await refused(handler, id, 'recall', { part: 1, fields: { reason: '不想办' } });
    expect(answer).toEqual({ status: 403, code: 'forbidden' });
  });

  it('lets no other organization finish a task', async () => {
    const { case: id } = await dispatched(desk, handler);
    const other = await staff('handler2');
    const answer = await refused(other, id, 'done', { part: 1, fields: { answer: '好了' } });
    expect([403, 404]).toContain(answer.status);
  });

  it('lets nobody check their own work', async () => {
    const { case: id } = await dispatched(desk, both);
    await act(both, id, 'done', { answer: '换好了' }, { part: 1 });
    const seen = await look(both, id);
    expect(seen.state.name).toBe('checking');
    expect(seen.actions).toEqual([]);
    expect(await refused(both, id, 'pass', { rev: seen.rev })).toEqual({ status: 403, code: 'related-person' });
    await act(checker, id, 'pass');
  });

  it('keeps districts apart', async () => {
    const { case: id } = await report();
    const stranger = await staff('desk', 'xifeng');
    const there = await stranger.call('getCase', { path: { case: id } });
    expect(there.status).toBe(404);
    const here = await stranger.call('getCase', { path: { tenant: 'nanshan', case: id } });
    expect([401, 403]).toContain(here.status);
    expect((await stranger.must('listCases', { query: { view: 'all' } })).items).toEqual([]);
  });

  it('asks strangers to sign in', async () => {
    const { case: id } = await report();
    for (const [operation, path] of [
      ['getCase', { case: id }],
      ['getMe', {}],
      ['listCases', {}],
      ['listOrganizations', {}],
      ['listPlaybooks', {}],
      ['signOut', {}],
    ] as const) {
      const answer = await visitor().call(operation, { path });
      expect([operation, answer.status, answer.body.code]).toEqual([operation, 401, 'sign-in-required']);
    }
  });

  it('refuses a wrong password, and ends a session for good', async () => {
    const wrong = await visitor().call('signIn', { json: { login: 'desk', password: 'not it' } });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'wrong-credentials']);
    expect(wrong.cookies).toEqual([]);
    const client = await staff('desk');
    expect((await client.call('signOut')).status).toBe(204);
    expect((await client.call('getMe')).status).toBe(401);
  });

  it('gives a session cookie that scripts and other sites cannot use', async () => {
    const answer = await visitor().call('signIn', { json: { login: 'desk', password: 'linli-demo' } });
    expect(answer.cookies.join()).toMatch(/HttpOnly/i);
    expect(answer.cookies.join()).toMatch(/SameSite=(Lax|Strict)/i);
  });
});

describe('too late, or not now', () => {
  it('refuses an action on an older revision as stale', async () => {
    const { case: id } = await report();
    const { rev } = await look(desk, id);
    const unit = await organizationOf(handler);
    await act(desk, id, 'file_and_dispatch', { class: CLASS, unit });
    await act(desk, id, 'recall', { reason: '派错' }, { part: 1 });
    expect(await refused(desk, id, 'file_and_dispatch', { rev, fields: { class: CLASS, unit } })).toEqual({ status: 409, code: 'stale' });
  });

  it('refuses a step of another state', async () => {
    const { case: id } = await dispatched(desk, handler);
    const { rev } = await look(desk, id);
    expect(await refused(desk, id, 'decline', { rev, fields: { reason: '不归我们管' } })).toEqual({
      status: 409,
      code: 'not-now',
    });
  });
});

describe('wrong content', () => {
  const pointers = async (json: Record<string, unknown>, lang: 'zh' | 'en' = 'zh') => {
    const answer = await visitor('nanshan', lang).call('openCase', { json });
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid']);
    return answer.body;
  };
  const body = (fields: Record<string, unknown>, area = COMMUNITY) => ({ playbook: 'service-request', area, fields });

  it('names each wrong field', async () => {
    const problem = await pointers(body({ topic: 'volcano', contact: '12345' }));
    expect(problem.errors.map((one: any) => [one.pointer, one.code]).sort()).toEqual([
      ['/fields/contact', 'format'],
      ['/fields/description', 'required'],
      ['/fields/topic', 'choice'],
    ]);
  });

  it('names a field nobody asked for, a text too long, a place that is none', async () => {
    expect((await pointers(body({ ...LAMP, colour: 'red' }))).errors).toMatchObject([
      { pointer: '/fields/colour', code: 'unknown' },
    ]);
    expect((await pointers(body({ ...LAMP, description: '字'.repeat(2001) }))).errors).toMatchObject([
      { pointer: '/fields/description', code: 'too-long' },
    ]);
    expect((await pointers(body(LAMP, '440305009999'))).errors).toMatchObject([
      { pointer: '/area', code: 'no-such-place' },
    ]);
  });

  it('counts characters, not bytes', async () => {
    const opened = await report({ ...LAMP, description: '灯'.repeat(2000) });
    expect(opened.number).toBeTruthy();
  });

  it('asks an action for what it needs', async () => {
    const { case: id } = await report();
    const { rev } = await look(desk, id);
    const answer = await desk.call('actOnCase', { path: { case: id, action: 'decline' }, json: { rev, fields: {} } });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer: '/fields/reason', code: 'required' }]);
  });

  it('says it in the language asked for, and always in both', async () => {
    const zh = await pointers(body({}), 'zh');
    const en = await pointers(body({}), 'en');
    expect(zh.title).toBe(zh.zh);
    expect(en.title).toBe(en.en);
    expect(zh.zh).toMatch(/\p{Script=Han}/u);
    expect(en.en).toMatch(/^[\x20-\x7e]+$/);
  });

  it('refuses wrong parameters of every operation that has some', async () => {
    const calls: [string, Parameters<Client['call']>[1]][] = [
      ['listAreas', { query: { kind: 'planet' } }],
      ['listAreas', { path: { tenant: 'atlantis' } }],
      ['getPlaybook', { path: { playbook: 'no-such-thing' } }],
      ['listPublicCases', { query: { area: 'not-a-code' } }],
      ['getTally', { query: { after: -1 } }],
      ['getTally', { query: { unheard: 'of' } }],
      ['listCases', { query: { limit: 1000 } }],
      ['getCase', { path: { case: 'not-an-id' } }],
    ];
    for (const [operation, call] of calls) {
      const answer = await desk.call(operation, call);
      expect([operation, answer.status >= 400 && answer.status < 500]).toEqual([operation, true]);
      expect(answer.body.code).not.toBe('internal');
    }
  });
});

describe('wrong requests', () => {
  const send = async (sent: Partial<Sent>): Promise<Reply> => exchange(base(), { method: 'GET', path: '/', ...sent });
  const code = (reply: Reply) => {
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    const problem = JSON.parse(reply.text);
    expect(problem.status).toBe(reply.status);
    return [reply.status, problem.code];
  };
  const cases = '/api/v1/nanshan/cases';
  const json = { 'Content-Type': 'application/json' };

  it('are answered as problems', async () => {
    expect(code(await send({ path: '/api/v1/nanshan/nothing' }))).toEqual([404, 'not-found']);
    expect(code(await send({ method: 'POST', path: cases, headers: { 'Content-Type': 'text/plain' }, body: 'x' }))).toEqual([
      415,
      'unsupported-media-type',
    ]);
    expect(code(await send({ method: 'POST', path: cases, headers: json, body: '{"a":' }))).toEqual([400, 'malformed']);
    expect(code(await send({ method: 'POST', path: cases, headers: json, body: '{"area":"1","area":"2"}' }))).toEqual([
      400,
      'malformed',
    ]);
    const large = JSON.stringify({ playbook: 'x'.repeat(40_000) });
    expect(code(await send({ method: 'POST', path: cases, headers: json, body: large }))).toEqual([413, 'too-large']);
  });

  it('with a method that is not there are told which are', async () => {
    const reply = await send({ method: 'DELETE', path: '/api/v1/nanshan/tally' });
    expect(code(reply)).toEqual([405, 'method-not-allowed']);
    expect(reply.headers.allow).toMatch(/\bGET\b/);
  });

  it('ask what is there: HEAD without a body, OPTIONS with the methods', async () => {
    const whole = await send({ path: '/nanshan/' });
    const head = await send({ method: 'HEAD', path: '/nanshan/' });
    expect([head.status, head.text, head.headers['content-type']]).toEqual([200, '', whole.headers['content-type']]);
    const options = await send({ method: 'OPTIONS', path: cases });
    expect(options.status).toBe(204);
    expect(options.headers.allow).toMatch(/\bPOST\b/);
  });

  it('from another site change nothing', async () => {
    const body = JSON.stringify({ playbook: 'service-request', area: COMMUNITY, fields: LAMP });
    for (const origin of ['https://evil.example', 'null', `${base()}.evil.example`]) {
      const reply = await send({ method: 'POST', path: cases, headers: { ...json, Origin: origin }, body });
      expect([origin, ...code(reply)]).toEqual([origin, 403, 'foreign-origin']);
    }
  });

  it('with a strange path do no harm', async () => {
    for (const path of ['/assets/../api/openapi.yaml', '/assets/..%2fmanifest.json', '/nanshan/%00', '/%ff/', '//', '/nanshan/progress/']) {
      const reply = await send({ path });
      expect([path, reply.status >= 400 && reply.status < 500]).toEqual([path, true]);
    }
  });
});
