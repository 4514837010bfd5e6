/*
 * The outbox of the field face: order, once, what holds what back, and what of a refusal stays.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { again, drop, filesOf, flush, named, newItem, tidy, type Box, type Item, type NewItem, type Reply, type Wire } from '../src/field/outbox';

const HOUR = 3_600_000;
const START = Date.parse('2026-09-07T09:30:00+08:00');
const WHOSE = { tenant: 'nanshan', account: 'me' };

/* As a browser's store keeps it: copies, in order of time. */
class Drawer implements Box {
  items = new Map<string, string>();
  files = new Map<string, Blob>();
  async list(): Promise<Item[]> {
    return [...this.items.values()].map((one) => JSON.parse(one) as Item).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }
  async put(item: Item): Promise<void> {
    this.items.set(item.id, JSON.stringify(item));
  }
  async drop(id: string): Promise<void> {
    this.items.delete(id);
  }
  async file(name: string): Promise<Blob | undefined> {
    return this.files.get(name);
  }
  async dropFile(name: string): Promise<void> {
    this.files.delete(name);
  }
}

/* A server that does a key once, whatever becomes of its answers. */
class Server implements Wire {
  done: { key: string; what: string; body: string }[] = [];
  asked: string[] = [];
  answers = new Map<string, Reply>();
  refuse = new Map<string, Reply>();
  isAway = false;
  loses = 0;
  uploads = 0;

  async upload(): Promise<Reply> {
    if (this.isAway) return { status: 0 };
    this.uploads += 1;
    return { status: 201, body: { upload: `u${this.uploads}` } };
  }
  async post(item: Item, files: Record<string, string>): Promise<Reply> {
    if (this.isAway) return { status: 0 };
    const what = item.action ?? 'report';
    this.asked.push(what);
    const refused = this.refuse.get(what);
    if (refused !== undefined) return refused;
    let reply = this.answers.get(item.key);
    if (reply === undefined) {
      this.done.push({ key: item.key, what, body: JSON.stringify(named(item.body, files)) });
      reply = { status: 200, body: { case: item.case ?? `c${this.done.length}`, number: '26-1', rev: (item.rev ?? 1) + 1 } };
      this.answers.set(item.key, reply);
    }
    if (this.loses > 0) {
      this.loses -= 1;
      return { status: 0 };
    }
    return reply;
  }
}

let box: Drawer;
let server: Server;
let at = START;
const now = () => at;
const say = (text: string) => ({ zh: text, en: text });

beforeEach(() => {
  box = new Drawer();
  server = new Server();
  at = START;
});

async function put(given: Partial<NewItem>): Promise<Item> {
  const item = newItem({ ...WHOSE, at: (at += 1000), kind: 'act', body: {}, what: say('x'), about: say('y'), ...given });
  await box.put(item);
  return item;
}

const round = () => flush(box, server, WHOSE, now);
const states = async () => (await box.list()).map((one) => one.state);

describe('the outbox', () => {
  it('sends in the order things were pressed', async () => {
    await put({ case: 'a', action: 'take' });
    await put({ case: 'b', action: 'pass' });
    await put({ kind: 'report', body: { playbook: 'p' } });
    expect(await round()).toBe('done');
    expect(server.done.map((one) => one.what)).toEqual(['take', 'pass', 'report']);
    expect(await states()).toEqual(['sent', 'sent', 'sent']);
    expect(await round()).toBe('done');
    expect(server.asked.length).toBe(3);
  });

  it('keeps everything while nobody answers', async () => {
    server.isAway = true;
    await put({ case: 'a', action: 'take' });
    await put({ case: 'b', action: 'pass' });
    expect(await round()).toBe('away');
    expect(await states()).toEqual(['waiting', 'waiting']);
    server.isAway = false;
    await round();
    expect(server.done.length).toBe(2);
  });

  it('asks again with the same key after a lost answer, and it is done once', async () => {
    server.loses = 2;
    const item = await put({ case: 'a', action: 'done', rev: 4 });
    expect(await round()).toBe('away');
    expect(await round()).toBe('away');
    expect(await round()).toBe('done');
    expect(server.asked.length).toBe(3);
    expect(server.done).toEqual([expect.objectContaining({ key: item.key })]);
  });

  it('sends what is busy later, and what is signed out not at all', async () => {
    await put({ case: 'a', action: 'take' });
    server.refuse.set('take', { status: 503 });
    expect(await round()).toBe('away');
    server.refuse.set('take', { status: 401 });
    expect(await round()).toBe('signed-out');
    expect(await states()).toEqual(['waiting']);
  });

  it('sends nothing of somebody else', async () => {
    await put({ case: 'a', action: 'take', account: 'other' });
    expect(await round()).toBe('done');
    expect([server.asked, await states()]).toEqual([[], ['waiting']]);
  });

  it('gives the next step of a case the revision the one before made', async () => {
    await put({ case: 'a', action: 'take', rev: 7 });
    await put({ case: 'a', action: 'note', rev: 7 });
    const bodies: (number | undefined)[] = [];
    const post = server.post.bind(server);
    server.post = (item, files) => {
      bodies.push(item.rev);
      return post(item, files);
    };
    await round();
    expect(bodies).toEqual([7, 8]);
  });

  it('holds what is refused with the reason, and after it only the same case', async () => {
    const problem = { type: '', title: '', status: 409, code: 'stale', zh: '别人刚刚改动过', en: 'changed' };
    server.refuse.set('take', { status: 409, problem });
    const first = await put({ case: 'a', action: 'take', rev: 1, body: { note: 'words' } });
    await put({ case: 'a', action: 'note', rev: 1 });
    await put({ case: 'b', action: 'pass' });
    expect(await round()).toBe('done');
    expect(await states()).toEqual(['held', 'waiting', 'sent']);
    const [held] = await box.list();
    expect([held?.refused?.code, held?.body]).toEqual(['stale', { note: 'words' }]);
    server.refuse.clear();
    await again(box, held!, { rev: 9 });
    expect((await box.list())[0]?.key).not.toBe(first.key);
    await round();
    expect(await states()).toEqual(['sent', 'sent', 'sent']);
    expect(server.done.map((one) => one.what)).toEqual(['pass', 'take', 'note']);
  });

  it('acts on the case a report makes, and where that is not offered nothing is lost', async () => {
    const report = await put({ kind: 'report', body: { playbook: 'p' } });
    await put({ after: report.id, action: 'solve_here', mild: true });
    server.refuse.set('solve_here', { status: 403 });
    await round();
    expect(await states()).toEqual(['sent', 'sent']);
    expect((await box.list())[1]).toMatchObject({ case: 'c1', sent: { case: 'c1', mild: true } });
  });

  it('keeps what follows a refused report until that is decided', async () => {
    server.refuse.set('report', { status: 422 });
    const report = await put({ kind: 'report' });
    await put({ after: report.id, action: 'solve_here', mild: true });
    await round();
    expect([server.asked, await states()]).toEqual([['report'], ['held', 'waiting']]);
    await drop(box, (await box.list())[0]!);
    expect(await box.list()).toEqual([]);
  });

  it('sends photos first, once, and lets them go when all is sent', async () => {
    box.files.set('local-photo-1', new Blob(['x']));
    await put({ case: 'a', action: 'done', body: { evidence: ['local-photo-1'], answer: 'ok' } });
    server.loses = 1;
    await round();
    expect([server.uploads, box.files.size]).toEqual([1, 1]);
    await round();
    expect([server.uploads, box.files.size]).toEqual([1, 0]);
    expect(server.done[0]?.body).toBe('{"evidence":["u1"],"answer":"ok"}');
  });

  it('sends a photo again that the server has forgotten meanwhile', async () => {
    box.files.set('local-photo-1', new Blob(['x']));
    await put({ case: 'a', action: 'done', body: { evidence: ['local-photo-1'] } });
    server.refuse.set('done', { status: 503 });
    await round();
    server.refuse.clear();
    at += 21 * HOUR;
    await round();
    expect(server.done[0]?.body).toBe('{"evidence":["u2"]}');
  });

  it('says when a photo is gone, and does not send the rest without it', async () => {
    await put({ case: 'a', action: 'done', body: { evidence: ['local-photo-1'] } });
    await round();
    expect([server.asked, (await box.list())[0]?.refused?.code]).toEqual([[], 'photo-gone']);
  });

  it('asks before it repeats what the server may have forgotten', async () => {
    server.loses = 1;
    await put({ case: 'a', action: 'done' });
    await round();
    at += 31 * 24 * HOUR;
    await round();
    expect((await box.list())[0]).toMatchObject({ state: 'held', refused: { code: 'too-old' } });
    expect(server.done.length).toBe(1);
  });

  it('no longer lists what was sent half a day ago', async () => {
    await put({ case: 'a', action: 'take' });
    await round();
    await tidy(box, at + 11 * HOUR);
    expect((await box.list()).length).toBe(1);
    await tidy(box, at + 13 * HOUR);
    expect(await box.list()).toEqual([]);
  });

  it('finds photos wherever they stand in a body', () => {
    expect(filesOf({ fields: { a: ['local-1', 'x'], b: 'local-2', c: { d: 3 } } })).toEqual(['local-1', 'local-2']);
  });
});

describe('where one is', () => {
  it('is named by the outlines taken along', async () => {
    const { areaAt } = await import('../src/field/place');
    const square = (code: string, x: number) => ({ type: 'Feature', properties: { code, name: code, kind: 'grid' }, geometry: { type: 'MultiPolygon', coordinates: [[[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]], [[x + 0.4, 0.4], [x + 0.6, 0.4], [x + 0.6, 0.6], [x + 0.4, 0.6], [x + 0.4, 0.4]]]] } });
    const shapes = { type: 'FeatureCollection', features: [square('a', 0), square('b', 1)] } as Parameters<typeof areaAt>[0];
    expect(areaAt(shapes, 1.2, 0.5)?.code).toBe('b');
    expect(areaAt(shapes, 0.5, 0.5)).toBeUndefined(); /* a hole */
    expect(areaAt(shapes, 2.5, 0.5)).toBeUndefined();
  });

  it('is read from the code of a sign, or its address', async () => {
    const { codeOf } = await import('../src/field/place');
    expect(codeOf('https://linli.example/nanshan/q/ABCDEFGHJKMNPQRS?lang=en')).toBe('ABCDEFGHJKMNPQRS');
    expect(codeOf('ABCDEFGHJKMNPQRS')).toBe('ABCDEFGHJKMNPQRS');
    expect(codeOf('https://example.org/')).toBeUndefined();
  });
});
