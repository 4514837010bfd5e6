/*
 * The pages as plain HTTP: languages, the form without script, what is kept
 * from strangers, and the headers that keep a page to itself.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { COMMUNITY, LAMP, act, base, look, newKey, report, staff, visitor } from './lib/world';
import { exchange } from './lib/wire';

type Manifest = Record<string, { file: string; css?: string[]; imports?: string[] }>;

/* A picture of eight by eight pixels. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGM40KCAFTEMLQkAisZYAbd3YOQAAAAASUVORK5CYII=',
  'base64',
);

const form = (more: Record<string, string> = {}) => ({
  area: COMMUNITY,
  ...LAMP,
  key: newKey(),
  lang: 'zh',
  via: 'web',
  ...more,
});

describe('pages', () => {
  it('come in Chinese and in English, by header and by link', async () => {
    for (const id of ['pageHome', 'pageTenant', 'pagePublic', 'pageReport']) {
      expect((await visitor('nanshan', 'zh').call(id)).text).toContain('<html lang="zh-CN">');
      expect((await visitor('nanshan', 'en').call(id)).text).toContain('<html lang="en">');
      expect((await visitor('nanshan', 'en').call(id, { query: { lang: 'zh' } })).text).toContain('<html lang="zh-CN">');
    }
  });

  it('name the districts, streets and communities', async () => {
    const home = await visitor().call('pageHome');
    for (const name of ['南山区', '南头街道', '宝龙街道', '胜利街道', '南街街道']) expect(home.text).toContain(name);
    expect((await visitor().call('pageTenant')).text).toContain('马家龙社区');
    expect((await visitor().call('pageReport', { query: { area: COMMUNITY } })).text).toContain('马家龙社区');
    await report();
    expect((await visitor().call('pagePublic', { query: { area: COMMUNITY } })).text).toContain('<span class="case-where">马家龙社区');
    expect((await visitor().call('pagePublic', { query: { area: '' } })).text).toContain('case-where');
  });

  it('run no foreign or inline script and are kept from other sites', async () => {
    for (const id of ['pageHome', 'pageReport', 'pageDesk']) {
      const page = await visitor().call(id);
      expect(page.headers['content-security-policy']).toMatch(/default-src 'self'/);
      expect(page.headers['x-content-type-options']).toBe('nosniff');
      expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=/);
    }
  });

  it('tell who scanned a forged code so, and let them report all the same', async () => {
    for (const qr of ['0'.repeat(16), 'ABCDEFGHJKMNPQRS', 'x']) {
      const page = await visitor().call('pageReport', { query: { qr } });
      expect([page.status, page.text.includes('这个二维码已经停用')]).toEqual([200, true]);
      expect(page.text).toContain('<select id="area"');
      expect(page.text).not.toContain('name="qr"');
    }
  });

  it('answer strange parameters with a page', async () => {
    for (const [id, call] of [
      ['pageHome', { query: { lang: 'xx' } }],
      ['pageTenant', { path: { tenant: 'atlantis' } }],
      ['pageReport', { query: { area: 'nowhere' } }],
      ['pagePublic', { query: { area: 'nowhere' } }],
      ['pageProgress', { path: { tracking: '0'.repeat(26) } }],
    ] as const) {
      const page = await visitor().call(id, call);
      expect([id, page.status >= 400 && page.status < 500]).toEqual([id, true]);
      expect(page.text).toContain('<html lang="zh-CN">');
    }
  });

  it('have their scripts and styles under names that never change', async () => {
    const page = await visitor().call('pageReport');
    const files = [...page.text.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)].map((match) => match[1]!);
    expect(files.some((file) => file.endsWith('.css'))).toBe(true);
    expect(files.some((file) => file.endsWith('.js'))).toBe(true);
    for (const file of files) {
      const asset = await visitor().call('getAsset', { path: { file } });
      expect(asset.status).toBe(200);
      expect(asset.headers['cache-control']).toMatch(/immutable/);
    }
    expect((await visitor().call('getAsset', { path: { file: 'none.js' } })).status).toBe(404);
  });

  it('load a form of at most 40 KB on the wire, and at most 100 KB with its map', async () => {
    const client = visitor();
    const weigh = async (file: string) => {
      const asset = await client.call('getAsset', { path: { file }, headers: { 'Accept-Encoding': 'gzip' } });
      expect([file, asset.headers['content-encoding'], asset.headers.vary]).toEqual([file, 'gzip', 'Accept-Encoding']);
      return asset.size;
    };
    const page = await client.call('pageReport', { headers: { 'Accept-Encoding': 'gzip' } });
    const files = [...page.text.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)].map((match) => match[1]!);
    let bytes = page.size;
    for (const file of files) bytes += await weigh(file);
    expect(bytes).toBeLessThanOrEqual(40 * 1024);

    /* what the map's part asks for, as the builder says */
    const manifest = JSON.parse(readFileSync(new URL('../../web/dist/manifest.json', import.meta.url), 'utf8')) as Manifest;
    const parts = new Set<string>();
    const follow = (name: string) => {
      const part = manifest[name]!;
      for (const file of [part.file, ...(part.css ?? [])]) parts.add(file.replace('assets/', ''));
      part.imports?.forEach(follow);
    };
    follow('src/resident/map.ts');
    for (const file of files) parts.delete(file);
    expect(parts.size).toBeGreaterThan(1);
    for (const file of parts) bytes += await weigh(file);
    expect(bytes).toBeLessThanOrEqual(100 * 1024);
  });

  it('come smaller to who can unpack them, and as they are to who cannot', async () => {
    const page = await visitor().call('pageHome');
    const file = /src="\/assets\/([^"]+\.js)"/.exec(page.text)![1]!;
    const asset = async (encoding: string) => {
      const reply = await visitor().call('getAsset', { path: { file }, headers: { 'Accept-Encoding': encoding } });
      return { encoding: reply.headers['content-encoding'], size: reply.size, type: reply.headers['content-type'] };
    };
    const plain = await asset('identity');
    expect(plain.encoding).toBeUndefined();
    expect((await asset('gzip;q=0')).encoding).toBeUndefined();
    expect((await asset('deflate, gzip')).encoding).toBe('gzip');
    const best = await asset('gzip, deflate, br');
    expect(best).toMatchObject({ encoding: 'br', type: plain.type });
    expect(best.size * 2).toBeLessThan(plain.size);
  });
});

describe('the form without script', () => {
  it('leads to the progress page, and twice to one report', async () => {
    const sent = form();
    const answer = await visitor().call('submitReport', { form: sent });
    expect(answer.status).toBe(303);
    const tracking = /^\/nanshan\/progress\/([0-9A-Z]{26})/.exec(answer.headers.location ?? '')![1]!;
    const page = await visitor().call('pageProgress', { path: { tracking } });
    expect(page.status).toBe(200);
    expect(page.text).toContain(LAMP.description);

    const numbers = async () =>
      (await visitor().must('listPublicCases', { query: { area: COMMUNITY } })).items.map((one: any) => one.number);
    const before = await numbers();
    const again = await visitor().call('submitReport', { form: sent });
    expect([again.status, again.headers.location]).toEqual([303, answer.headers.location]);
    expect(await numbers()).toEqual(before);
  });

  it('comes back with what was typed and what is wrong', async () => {
    const answer = await visitor().call('submitReport', {
      form: form({ description: '', spot: '<b>"3栋"</b>', contact: '12345' }),
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('&lt;b&gt;&quot;3栋&quot;&lt;/b&gt;');
    expect(answer.text).toContain('value="12345"');
    expect(answer.text).toMatch(/aria-invalid="true"/);
    expect(answer.text).toContain('请填写这一项。');
  });

  it('is refused from another site', async () => {
    const reply = await exchange(base(), {
      method: 'POST',
      path: '/nanshan/report',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://evil.example' },
      body: new URLSearchParams(form()).toString(),
    });
    expect(reply.status).toBe(403);
  });

  it('shows a tracking code nowhere but in its own district', async () => {
    const { tracking } = await report();
    expect((await visitor('xifeng').call('pageProgress', { path: { tracking } })).status).toBe(404);
    expect((await visitor('nanshan', 'en').call('pageProgress', { path: { tracking } })).text).toContain('<html lang="en">');
  });
});

describe('a code on a wall', () => {
  const scan = async () => {
    const desk = await staff('desk');
    const { items } = await visitor().must('listAreas', { query: { parent: COMMUNITY, kind: 'building' } });
    const building = items[0];
    await desk.must('makeCodes', { json: { area: building.code } });
    const codes = (await desk.must('listCodes', { query: { area: building.code } })).items;
    const code = codes.find((one: any) => one.retired_at === null).code as string;
    const leads = await visitor().call('pageScan', { path: { code } });
    expect([leads.status, leads.headers.location]).toEqual([303, `/nanshan/report?qr=${code}`]);
    return { desk, building, code };
  };
  const placeOf = async (tracking: string, desk: Awaited<ReturnType<typeof staff>>) => {
    const { number } = await visitor().must('getProgress', { path: { tracking } });
    const { items } = await desk.must('listCases', { query: { view: 'all', limit: 10 } });
    return (await look(desk, items.find((one: any) => one.number === number).case)).area.code;
  };

  it('says the building, on the form and in the report', async () => {
    const { desk, building, code } = await scan();
    const page = await visitor().call('pageReport', { query: { qr: code } });
    expect(page.text).toContain(`data-area-name>${building.name}<`);
    expect(page.text).toContain(`name="qr" value="${code}"`);
    expect(page.text).toContain(`name="area" value="${COMMUNITY}"`);
    expect(page.text).toContain('name="via" value="qr"');
    const { position } = await visitor().must('getArea', { path: { area: building.code } });
    const start = JSON.parse(/data-start="([^"]*)"/.exec(page.text)![1]!.replaceAll('&quot;', '"'));
    expect(start).toEqual({ lon: position.lon, lat: position.lat, how: 'code' });

    const sent = await visitor().call('submitReport', { form: form({ qr: code, via: 'qr' }) });
    expect(sent.status).toBe(303);
    expect(await placeOf(/progress\/([0-9A-Z]{26})/.exec(sent.headers.location!)![1]!, desk)).toBe(building.code);
    const { tracking } = await visitor().must('openCase', {
      json: { playbook: 'service-request', qr: code, via: 'qr', fields: { ...LAMP, place: start } },
    });
    expect(await placeOf(tracking, desk)).toBe(building.code);
    const row = (await visitor().must('listPublicCases', { query: { area: building.code } })).items[0];
    expect(row.area.code).toBe(COMMUNITY); // everybody is told no more than the community
  });

  it('that was taken down meanwhile leaves its community', async () => {
    const { desk, code } = await scan();
    expect((await desk.call('retireCode', { path: { code } })).status).toBe(204);
    const sent = await visitor().call('submitReport', { form: form({ qr: code, via: 'qr' }) });
    expect(sent.status).toBe(303);
    expect(await placeOf(/progress\/([0-9A-Z]{26})/.exec(sent.headers.location!)![1]!, desk)).toBe(COMMUNITY);
    const faulty = await visitor().call('openCase', { json: { playbook: 'service-request', qr: code, fields: LAMP } });
    expect([faulty.status, faulty.body.errors[0].pointer]).toEqual([422, '/qr']);
  });

  it('of a whole street is no place for a report', async () => {
    const sent = await visitor().call('submitReport', { form: form({ area: '440305001' }) });
    expect([sent.status, /id="area-error">[^<]+</.test(sent.text)]).toEqual([422, true]);
  });
});

describe('the public list', () => {
  const list = (query: Record<string, string>) => visitor().call('pagePublic', { query });
  const numbers = (text: string) => [...text.matchAll(/data-number="([^"]+)"/g)].map((match) => match[1]);

  it('is narrowed by topic and by what is open', async () => {
    const noise = await report({ topic: 'noise', description: '夜里施工太吵' });
    const wages = await report({ topic: 'wages', description: '拖欠工资' });
    const desk = await staff('desk');
    await act(desk, wages.case, 'decline', { reason: '请到劳动监察大队' });
    const page = (query: Record<string, string>) => list({ area: COMMUNITY, lang: 'zh', ...query }).then((one) => numbers(one.text));
    expect(await page({ topic: 'noise' })).toContain(noise.number);
    expect(await page({ topic: 'noise' })).not.toContain(wages.number);
    expect(await page({ state: 'closed' })).toContain(wages.number);
    expect(await page({ state: 'closed' })).not.toContain(noise.number);
    expect(await page({ state: 'open', topic: '' })).toContain(noise.number);
    const { text } = await list({ topic: 'noise', state: 'open' });
    expect(text).toContain('<option value="noise" selected>噪声扰民</option>');
    expect(text).toContain('<option value="open" selected>');
    expect(text).toContain('<use href="#i-noise"/>');
    expect((await list({ state: 'strange' })).status).toBe(422);
  });

  it('goes on to what is older, and back, keeping what was asked', async () => {
    for (let i = 0; i < 31; i++) await report({ topic: 'water', description: `积水 ${i}` });
    const first = await list({ topic: 'water', state: 'open', lang: 'zh' });
    expect(numbers(first.text)).toHaveLength(30);
    const next = /<p class="more"><a href="([^"]+)"/.exec(first.text)![1]!.replaceAll('&amp;', '&');
    expect(next).toMatch(/^\/nanshan\/public\?topic=water&state=open&before=[0-9]+&lang=zh$/);
    const older = await list(Object.fromEntries(new URL(next, base()).searchParams));
    expect(numbers(older.text).length).toBeGreaterThan(0);
    expect(numbers(older.text).filter((one) => numbers(first.text).includes(one))).toEqual([]);
    expect(older.text).toContain('href="/nanshan/public?topic=water&amp;state=open&amp;lang=zh"');
  });
});

describe('the states of a report', () => {
  const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

  it('have words for residents, on their page and in the public list, in both languages', () => {
    const { states } = parse(file('playbooks/service-request.yaml')) as { states: Record<string, unknown> };
    for (const lang of ['zh', 'en']) {
      const texts = JSON.parse(file(`web/texts/${lang}.json`)) as Record<string, string>;
      const wanted = Object.keys(states).flatMap((name) => [`state_${name}`, `state_${name}_text`, `badge_${name}`]);
      expect({ lang, without: wanted.filter((key) => !texts[key]) }).toEqual({ lang, without: [] });
    }
  });

  it('are counted as under way or done, and what was declined as neither', async () => {
    const counts = async (seq: number) => {
      await visitor().must('getTally', { query: { after: seq } });
      return [...(await visitor().call('pageTenant', { query: { lang: 'en' } })).text.matchAll(/<dd>([0-9]+)<\/dd>/g)].map((match) => Number(match[1]));
    };
    const opened = await report();
    const [open, done] = await counts(opened.seq);
    const declined = await act(await staff('desk'), opened.case, 'decline', { reason: '不属于街道职责' });
    expect(await counts(declined.seq)).toEqual([open! - 1, done]);
  });
});

describe('what a reporter may do, without script', () => {
  const opened = () =>
    visitor().must('openCase', {
      json: { playbook: 'neighbour', area: COMMUNITY, fields: { kind: 'help', topic: 'lamp', note: '楼道灯坏了' } },
    });
  const send = (tracking: string, form: Record<string, string>, client = visitor()) =>
    client.call('submitProgress', { path: { tracking }, form: { key: newKey(), lang: 'zh', ...form } });

  it('stands on the progress page as forms, and is done once', async () => {
    const { tracking } = await opened();
    const page = await visitor().call('pageProgress', { path: { tracking } });
    expect(page.text).toContain('name="action" value="add"');
    expect(page.text).toContain('enctype="multipart/form-data"');
    expect(page.text).not.toContain('value="rate"');
    const sent = { action: 'add', note: '今晚还是黑的', key: newKey() };
    const first = await send(tracking, sent);
    expect([first.status, first.headers.location]).toEqual([303, `/nanshan/progress/${tracking}?lang=zh`]);
    expect((await send(tracking, sent)).status).toBe(303);
    const { steps } = await visitor().must('getProgress', { path: { tracking } });
    expect(steps.filter((one: any) => one.action === 'add')).toHaveLength(1);
  });

  it('comes back with what is wrong at its field', async () => {
    const { tracking } = await opened();
    const answer = await send(tracking, { action: 'add', note: '长'.repeat(3000) });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('id="problem"');
    expect(answer.text).toMatch(/<details class="card act" open>/);
  });

  it('is refused as a page, to strangers and for what is not theirs', async () => {
    const { tracking } = await opened();
    expect((await send(tracking, { action: 'grade', how: 'hot' })).status).toBe(403);
    expect((await send(tracking, { action: 'nonsense' })).status).toBe(404);
    expect((await send('0'.repeat(26), { action: 'add' })).status).toBe(404);
    expect((await send(tracking, { action: 'add' }, visitor('xifeng'))).status).toBe(404);
  });

  it('may carry photos, which must be photos', async () => {
    const { tracking } = await opened();
    const boundary = 'linli-test';
    const body = (bytes: Buffer) =>
      Buffer.concat([
        ...Object.entries({ action: 'add', key: newKey(), lang: 'zh', note: '补一张照片' }).map(([name, value]) =>
          Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
        ),
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="photos"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n`),
        bytes,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]);
    const post = (bytes: Buffer) =>
      exchange(base(), {
        method: 'POST',
        path: `/nanshan/progress/${tracking}`,
        headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
        body: body(bytes),
      });
    const refused = await post(Buffer.from('no photo at all'));
    expect([refused.status, /id="add-photos-error">[^<]+</.test(refused.text)]).toEqual([422, true]);
    expect((await post(DOT)).status).toBe(303);
    const { photos } = await visitor().must('getProgress', { path: { tracking } });
    expect(photos).toHaveLength(1);
    const page = await visitor().call('pageProgress', { path: { tracking } });
    expect(page.text).toContain(`/api/v1/nanshan/progress/${tracking}/photos/1?size=thumb`);
  });
});
