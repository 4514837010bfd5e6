/*
 * Photos: sent ahead, made anew, and refused when they are none.
 */
import { describe, expect, it } from 'vitest';
import type { Answer, Client } from './lib/client';
import { camera, form, jpeg, png, sizeOf, type Part } from './lib/picture';
import { COMMUNITY, LAMP, base, look, report, staff, visitor } from './lib/world';
import { exchange } from './lib/wire';

const send = (client: Client, parts: Part[]): Promise<Answer> => {
  const { type, body } = form(parts);
  return client.call('uploadPhoto', { headers: { 'Content-Type': type }, body });
};
export const upload = (bytes: Buffer, client = visitor()) => send(client, [{ name: 'photo', file: 'a.jpg', bytes }]);
const verdict = (answer: Answer) => [answer.status, answer.body.code, answer.body.errors?.[0]?.code];

describe('a photo that is sent', () => {
  it('is taken from anybody, and named by a token', async () => {
    const answer = await upload(jpeg());
    expect([answer.status, answer.body.width, answer.body.height]).toEqual([201, 48, 32]);
    expect(answer.body.upload).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(answer.body).not.toHaveProperty('place');
    const again = await upload(jpeg());
    expect(again.body.upload).not.toBe(answer.body.upload);
  });

  it('tells its sender where and when it was taken', async () => {
    const { body } = await upload(camera({ taken: '2026:09:06 18:30:00', lon: 113.9321, lat: 22.5405 }));
    expect(body.place.lon).toBeCloseTo(113.9321, 5);
    expect(body.place.lat).toBeCloseTo(22.5405, 5);
    expect(new Date(body.taken_at).toISOString()).toBe('2026-09-06T10:30:00.000Z');
  });

  it('is turned upright', async () => {
    const { body } = await upload(camera({ orientation: 6 }));
    expect([body.width, body.height]).toEqual([32, 48]);
  });

  it('may be a PNG, and is made smaller when it is large', async () => {
    const { body } = await upload(png(4000, 1000));
    expect([body.width, body.height]).toEqual([2048, 512]);
  });

  it('is refused when it is none', async () => {
    expect(verdict(await upload(Buffer.from('%PDF-1.4 not a photo at all')))).toEqual([422, 'invalid', 'not-a-photo']);
    expect(verdict(await upload(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')))).toEqual([422, 'invalid', 'not-a-photo']);
    expect(verdict(await upload(Buffer.from('GIF89a and more than sixteen bytes')))).toEqual([422, 'invalid', 'not-a-photo']);
    expect(verdict(await upload(Buffer.alloc(0)))).toEqual([422, 'invalid', 'required']);
  });

  it('is refused when it is cut off or damaged', async () => {
    expect(verdict(await upload(png(300, 300).subarray(0, 60)))).toEqual([422, 'invalid', 'broken-photo']);
    expect(verdict(await upload(png(300, 300, 10)))).toEqual([422, 'invalid', 'broken-photo']);
    expect(verdict(await upload(jpeg().subarray(0, 200)))).toEqual([422, 'invalid', 'broken-photo']);
    expect(verdict(await upload(Buffer.concat([jpeg().subarray(0, 20), Buffer.alloc(500, 255)])))).toEqual([
      422,
      'invalid',
      'broken-photo',
    ]);
  });

  it('is refused before it is decoded when it claims to be huge', async () => {
    const bomb = png(30000, 30000, 100);
    expect(bomb.length).toBeLessThan(10000);
    expect(verdict(await upload(bomb))).toEqual([422, 'invalid', 'too-many-pixels']);
  });

  it('is refused when it has too many bytes', async () => {
    expect(verdict(await upload(Buffer.alloc(12_600_000, 1)))).toEqual([413, 'too-large', undefined]);
    expect(verdict(await upload(Buffer.alloc(14_000_000, 1)))).toEqual([413, 'too-large', undefined]);
  });

  it('says so in words for people', async () => {
    const { body } = await upload(Buffer.from('no photo, but more than sixteen bytes'));
    expect(body.errors[0]).toMatchObject({ pointer: '/photo', code: 'not-a-photo' });
    expect(body.errors[0].zh).toMatch(/照片/);
    expect(body.errors[0].en).toMatch(/photo/);
  });
});

describe('a photo of a case', () => {
  const noted = (photos: string[]) => ({
    playbook: 'neighbour',
    area: COMMUNITY,
    fields: { kind: 'help', note: '楼道灯坏了', photos },
  });
  const reported = async (bytes: Buffer) => {
    const { body } = await upload(bytes);
    const json = noted([body.upload]);
    return { upload: body.upload as string, ...(await visitor().must('openCase', { json })) };
  };

  it('is seen by who sees the case, upright, in two sizes, without a word of its own', async () => {
    const { case: id, tracking } = await reported(camera({ orientation: 6, taken: '2026:09:06 18:30:00', lon: 113.9, lat: 22.5 }));
    const desk = await staff('desk');
    expect((await look(desk, id)).photos).toMatchObject([{ photo: 1, width: 32, height: 48 }]);
    const path = { case: id, photo: '1' };
    const full = await desk.call('getCasePhoto', { path });
    expect([full.status, full.headers['content-type'], full.headers['x-content-type-options']]).toEqual([200, 'image/jpeg', 'nosniff']);
    expect([full.headers['content-disposition'], full.headers['cache-control']]).toEqual(['inline', 'private, no-cache']);
    expect(sizeOf(full.bytes)).toEqual([32, 48]);
    for (const trace of ['Exif', 'SecretMaker', 'secret comment', '2026:09:06', 'ICC_PROFILE']) {
      expect(full.bytes.includes(trace)).toBe(false);
    }
    const again = await desk.call('getCasePhoto', { path, headers: { 'If-None-Match': full.headers.etag! } });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
    const thumb = await desk.call('getCasePhoto', { path, query: { size: 'thumb' } });
    expect(sizeOf(thumb.bytes)).toEqual([32, 48]);
    const own = await visitor().call('getProgressPhoto', { path: { tracking, photo: '1' } });
    expect(own.bytes.equals(full.bytes)).toBe(true);
  });

  it('is shown to nobody else', async () => {
    const { case: id, tracking } = await reported(jpeg());
    const path = { case: id, photo: '1' };
    expect((await visitor().call('getCasePhoto', { path })).status).toBe(401);
    expect((await (await staff('handler')).call('getCasePhoto', { path })).status).toBe(404);
    expect((await (await staff('desk', 'xifeng')).call('getCasePhoto', { path })).status).toBe(404);
    expect((await (await staff('desk')).call('getCasePhoto', { path: { case: id, photo: '2' } })).status).toBe(404);
    expect((await visitor().call('getProgressPhoto', { path: { tracking, photo: '2' } })).status).toBe(404);
    const other = tracking.replace(/.$/, (last: string) => (last === '0' ? '4' : '0'));
    expect((await visitor().call('getProgressPhoto', { path: { tracking: other, photo: '1' } })).status).toBe(404);
  });

  it('belongs to one case', async () => {
    const { upload: token } = await reported(jpeg());
    const answer = await visitor().call('openCase', { json: noted([token]) });
    expect(verdict(answer)).toEqual([422, 'invalid', 'no-such-photo']);
  });
});

describe('a form with files', () => {
  const raw = async (type: string, body: Buffer | string) => {
    const headers = { 'Content-Type': type };
    const reply = await exchange(base(), { method: 'POST', path: '/api/v1/nanshan/uploads', headers, body });
    return [reply.status, JSON.parse(reply.text).code];
  };
  const whole = form([{ name: 'photo', file: 'a.jpg', bytes: jpeg() }]);

  it('is refused when it is misshapen', async () => {
    expect(await raw('multipart/form-data', whole.body)).toEqual([400, 'malformed']);
    expect(await raw('multipart/form-data; boundary=another', whole.body)).toEqual([400, 'malformed']);
    expect(await raw(whole.type, whole.body.subarray(0, 60))).toEqual([400, 'malformed']);
    expect(await raw(whole.type, whole.body.subarray(0, whole.body.length - 12))).toEqual([400, 'malformed']);
    expect(await raw(whole.type, Buffer.concat([whole.body, Buffer.from('more')]))).toEqual([400, 'malformed']);
    expect(await raw(whole.type, '')).toEqual([400, 'malformed']);
  });

  it('is refused as another content type', async () => {
    expect(await raw('image/jpeg', jpeg())).toEqual([415, 'unsupported-media-type']);
  });

  it('says what it lacks, and what it has too much', async () => {
    const client = visitor();
    expect(verdict(await send(client, []))).toEqual([422, 'invalid', 'required']);
    expect(verdict(await send(client, [{ name: 'photo', bytes: 'text' }]))).toEqual([422, 'invalid', 'type']);
    const two = await send(client, [
      { name: 'photo', file: 'a.jpg', bytes: jpeg() },
      { name: 'colour', bytes: 'red' },
    ]);
    expect(two.body.errors).toMatchObject([{ pointer: '/colour', code: 'unknown' }]);
    const many = Array.from({ length: 70 }, (_, i) => ({ name: `x${i}`, bytes: 'y' }));
    expect(verdict(await send(client, many))).toEqual([413, 'too-large', undefined]);
  });
});

describe('many at once', () => {
  it('are served or told to come again, and nobody else waits', async () => {
    const client = visitor();
    const sent = Array.from({ length: 40 }, () => upload(png(2000, 2000), client));
    expect((await client.call('healthz')).status).toBe(200);
    const answers = await Promise.all(sent);
    expect(answers.every((one) => one.status === 201 || one.body.code === 'too-many-requests')).toBe(true);
    expect(answers.filter((one) => one.status === 201).length).toBeGreaterThan(2);
  });
});

describe('a case with a long history', () => {
  it('is read in pages, for staff and for its reporter, and shows a photo of any of them', async () => {
    const desk = await staff('desk');
    const opened = await report(LAMP);
    const photo = (await upload(jpeg())).body.upload as string;
    const path = { tracking: opened.tracking };
    await visitor().must('actOnProgress', { path: { ...path, action: 'add' }, json: { fields: { more: '补一张照片', photos: [photo] } } });
    for (let i = 0; i < 120; i++)
      await desk.must('actOnCase', { path: { case: opened.case, action: 'reply' }, json: { fields: { reply: `第${i}次回复` } } });

    const pages = async (read: (query: { before?: string }) => Promise<[any[], string | null]>) => {
      const [last, earlier] = await read({});
      const [first, none] = await read({ before: earlier! });
      expect([last.length, first.length, none]).toEqual([100, 22, null]);
      const all = [...first, ...last];
      expect(all.map((one) => one.action)).toEqual(['open', 'add', ...Array<string>(120).fill('reply')]);
      expect(all.slice(2).map((one) => one.values[0].text.zh)).toEqual(Array.from({ length: 120 }, (_, i) => `第${i}次回复`));
    };
    await pages(async (query) => {
      const seen = await desk.must('getCase', { path: { case: opened.case }, query });
      expect(seen.fields.find((one: any) => one.name === 'description').text.zh).toBe(LAMP.description);
      return [seen.timeline, seen.earlier];
    });
    await pages(async (query) => {
      const seen = await visitor().must('getProgress', { path, query });
      expect(seen.fields.find((one: any) => one.name === 'description').text.zh).toBe(LAMP.description);
      return [seen.steps, seen.earlier];
    });
    expect((await desk.call('getCasePhoto', { path: { case: opened.case, photo: '1' } })).status).toBe(200);
    expect((await visitor().call('getProgressPhoto', { path: { ...path, photo: '1' } })).status).toBe(200);

    const page = (await visitor().call('pageProgress', { path })).text;
    expect(page).toContain('第119次回复');
    expect(page).not.toContain('补一张照片');
    const before = /before=([0-9A-Z]{77})#steps"/.exec(page)![1]!;
    const older = (await visitor().call('pageProgress', { path, query: { before } })).text;
    for (const words of ['补一张照片', '第0次回复', `/progress/${opened.tracking}/photos/1?size=thumb`]) expect(older).toContain(words);
    expect(older).not.toContain('第119次回复');
    expect((await visitor().call('getProgress', { path, query: { before: opened.cursor.replace(/.$/, '0').replace(/^./, '0') } })).status).toBe(422);
  });
});
