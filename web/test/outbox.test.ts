/*
 * The outbox of the field face: order, once, what holds what back, and what of a refusal stays.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { nextActions } from '../src/field/ahead';
import { classesIn } from '../src/field/propose';
import { again, drop, filesOf, flush, heldBefore, named, newItem, tidy, type Box, type Item, type NewItem, type Reply, type Wire } from '../src/field/outbox';

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

  it('goes through a chain of steps in order, each from where the one before led', async () => {
    for (const action of ['sign', 'contact', 'done']) await put({ case: 'a', action, part: 1, rev: 7 });
    await put({ case: 'b', action: 'take', rev: 3 });
    const revs: [string, number | undefined][] = [];
    const post = server.post.bind(server);
    server.post = (item, files) => {
      revs.push([item.action!, item.rev]);
      return post(item, files);
    };
    server.loses = 1;
    expect(await round()).toBe('away');
    expect(await round()).toBe('done');
    expect(revs).toEqual([['sign', 7], ['sign', 7], ['contact', 8], ['done', 9], ['take', 3]]);
    expect(server.done.map((one) => one.what)).toEqual(['sign', 'contact', 'done', 'take']);
    expect((await box.list()).map((one) => one.sent?.rev)).toEqual([8, 9, 10, 4]);
  });

  it('keeps the steps after a refused one, says behind what they wait, and takes them along when it goes again', async () => {
    server.refuse.set('sign', { status: 409 });
    for (const action of ['sign', 'contact', 'done']) await put({ case: 'a', action, rev: 7 });
    await round();
    const [sign, contact, done] = await box.list();
    expect(await states()).toEqual(['held', 'waiting', 'waiting']);
    for (const one of [contact!, done!]) expect(heldBefore(one, [sign!])?.action).toBe('sign');
    expect(heldBefore({ ...contact!, case: 'b' }, [sign!])).toBeUndefined();
    await again(box, sign!, { rev: 12 });
    expect((await box.list()).map((one) => one.rev)).toEqual([12, 12, 12]);
    server.refuse.clear();
    await round();
    expect(await states()).toEqual(['sent', 'sent', 'sent']);
  });

  it('does not lose the steps after one that is given up: the server is asked', async () => {
    server.refuse.set('sign', { status: 409 });
    server.refuse.set('contact', { status: 409 });
    for (const action of ['sign', 'contact']) await put({ case: 'a', action, rev: 7 });
    await round();
    await drop(box, (await box.list())[0]!);
    await round();
    expect((await box.list()).map((one) => [one.action, one.state])).toEqual([['contact', 'held']]);
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

describe('what can be pressed next', () => {
  const action = (name: string, to?: number, part?: number) => ({ action: name, label: say(name), needs: [], asks: [], ...(to === undefined ? {} : { to }), ...(part === undefined ? {} : { part }) });
  const standing = (...actions: ReturnType<typeof action>[]) => ({ state: { name: 's', label: say('s') }, actions });
  const ahead = { rev: 7, standings: [standing(action('sign', 1, 1), action('note', 0), action('pass')), standing(action('contact', 2, 1), action('note', 1)), standing(action('done', undefined, 1))] };
  const found = { case: 'a', rev: 7, actions: ahead.standings[0]!.actions } as unknown as Parameters<typeof nextActions>[0];
  const names = (items: Item[], of = found, given: typeof ahead | undefined = ahead) => nextActions(of, given, items)?.map((one) => one.action);
  const pressed = (name: string, more: Partial<Item> = {}): Item => ({ ...newItem({ ...WHOSE, at: START, kind: 'act', case: 'a', action: name, part: 1, rev: 7, body: {}, what: say(name), about: say('a') }), ...more });
  const note = () => { const { part: _, ...rest } = pressed('note'); return rest; };

  it('is what the case offers while nothing waits', () => {
    expect(names([])).toEqual(['sign', 'note', 'pass']);
    expect(names([pressed('sign', { case: 'b' })])).toEqual(['sign', 'note', 'pass']);
  });

  it('is what follows what waits, step by step', () => {
    expect(names([pressed('sign')])).toEqual(['contact', 'note']);
    expect(names([pressed('sign'), note(), pressed('contact')])).toEqual(['done']);
  });

  it('is not guessed where it cannot be told, or was not taken along', () => {
    expect(names([pressed('sign'), pressed('contact'), pressed('done')])).toBeUndefined();
    expect(names([pressed('unknown')])).toBeUndefined();
    expect(names([pressed('sign')], { ...found, rev: 8 })).toBeUndefined();
    expect(nextActions(found, undefined, [pressed('sign')])).toBeUndefined();
  });

  it('counts what was sent since the case was read', () => {
    const sent = pressed('sign', { state: 'sent', sent: { at: START, case: 'a', number: '', rev: 8, mild: false } });
    expect(names([sent])).toEqual(['contact', 'note']);
    expect(names([sent], { ...found, rev: 8, actions: [] })).toEqual([]);
  });

  it('is what the case offers again while something could not be done', () => {
    expect(names([pressed('sign', { state: 'held' }), pressed('contact')])).toEqual(['sign', 'note', 'pass']);
  });
});

describe('what words propose without network', () => {
  const classes = ['路灯', '井盖', '暴露垃圾', '道路破损', '占道经营'].map((zh, at) => ({ code: `part:${at}`, name: say(zh) }));
  it('is found in the lists that were taken along, the best first', () => {
    expect(classesIn('东门口路灯坏了，道路有破损', classes).map((one) => one.name.zh)).toEqual(['路灯', '道路破损']);
    expect(classesIn('一切都好', classes)).toEqual([]);
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
