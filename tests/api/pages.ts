/*
 * The pages as plain HTTP: languages, the form without script, what is kept
 * from strangers, and the headers that keep a page to itself.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { COMMUNITY, LAMP, act, base, look, newKey, report, staff, visitor } from './lib/world';
import { exchange } from './lib/wire';

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

  it('are found with a slash too much or too little, as people type it', async () => {
    const where = async (path: string, method = 'GET') => {
      const { status, headers } = await exchange(base(), { method, path, headers: {} });
      return [status, headers.location];
    };
    expect(await where('/nanshan')).toEqual([308, '/nanshan/']);
    expect(await where('/nanshan?lang=en')).toEqual([308, '/nanshan/?lang=en']);
    expect(await where('/nanshan/public/?lang=en')).toEqual([308, '/nanshan/public?lang=en']);
    expect(await where('/nanshan/registers/shops/')).toEqual([308, '/nanshan/registers/shops']);
    expect(await where('/desk', 'HEAD')).toEqual([308, '/desk/']);
    for (const path of ['/nowhere', '/favicon.ico', '//evil.example', '/nanshan//', '/api/v1/tenants/', '/nanshan/nothing/']) expect([path, (await where(path))[0]]).toEqual([path, 404]);
    expect((await where('/nanshan', 'POST'))[0]).toBe(404);
  });

  it('say which dispute goes where, without script, and lead to the door', async () => {
    const zh = (await visitor().call('pageDisputes')).text;
    for (const word of ['人民调解', '劳动仲裁', '行政调解', '商事仲裁', '法院诉讼', '行政复议', '信访', '12348', '110']) expect(zh).toContain(word);
    expect(zh).toContain('/nanshan/report?playbook=dispute&amp;via=web');
    expect((await visitor('nanshan', 'en').call('pageDisputes')).text).toContain('Labour inspection');
    expect((await visitor().call('pageTenant')).text).toContain('href="/nanshan/disputes');
    expect((await visitor('nowhere').call('pageDisputes')).status).toBe(404);
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
    for (const id of ['pageHome', 'pageReport', 'pageDesk', 'pageField', 'pageScreen']) {
      const page = await visitor().call(id);
      expect(page.headers['content-security-policy']).toMatch(/default-src 'self'/);
      expect(page.headers['x-content-type-options']).toBe('nosniff');
      expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=/);
    }
  });

  it('keep the field face on a phone by a worker and a manifest that are asked for anew', async () => {
    const worker = await visitor().call('getFieldFile', { path: { file: 'sw.js' } });
    expect([worker.status, worker.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(worker.headers['content-type']).toMatch(/^text\/javascript/);
    const files = JSON.parse(/const FILES = (\[.*\]);/.exec(worker.text)![1]!) as string[];
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect((await visitor().call('getAsset', { path: { file: file.replace('/assets/', '') } })).status).toBe(200);
    const manifest = await visitor().call('getFieldFile', { path: { file: 'app.webmanifest' } });
    expect(manifest.headers['content-type']).toBe('application/manifest+json');
    for (const { src } of JSON.parse(manifest.text).icons) expect((await visitor().call('getAsset', { path: { file: src.replace('/assets/', '') } })).status).toBe(200);
    expect((await visitor().call('getFieldFile', { path: { file: 'other.js' } })).status).toBe(422);
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

  it('load a form of at most 40 KB on the wire, and at most 100 KB with its map', () => {
    const script = fileURLToPath(new URL('../lib/weight.py', import.meta.url));
    const { form, map, most } = JSON.parse(execFileSync('python3', [script, new URL(base()).port], { encoding: 'utf8' }));
    expect(most).toEqual({ form: 40 * 1024, map: 100 * 1024 });
    expect([form <= most.form, map <= most.map, form, map]).toEqual([true, true, form, map]);
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

  it('has who left a number called, unless they say otherwise', async () => {
    const desk = await staff('desk');
    const asked = async (more: Record<string, string>) => {
      const answer = await visitor().call('submitReport', { form: form(more) });
      const tracking = /progress\/([0-9A-Z]{26})/.exec(answer.headers.location ?? '')![1]!;
      const { number } = await visitor().must('getProgress', { path: { tracking } });
      const { items } = await desk.must('listCases', { query: { view: 'all', limit: 10 } });
      const { fields } = await look(desk, items.find((one: any) => one.number === number).case);
      return fields.find((one: any) => one.name === 'answer_by')?.value;
    };
    expect((await visitor().call('pageReport')).text).not.toMatch(/name="answer_by"[^>]*checked/);
    expect(await asked({ contact: '13800138000' })).toBe('phone');
    expect(await asked({ contact: '13800138000', answer_by: 'none' })).toBe('none');
    expect(await asked({})).toBeUndefined();
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
    const counts = async (cursor: string) => {
      await visitor().must('getTally', { query: { after: cursor } });
      return [...(await visitor().call('pageTenant', { query: { lang: 'en' } })).text.matchAll(/<dd>([0-9]+)<\/dd>/g)].map((match) => Number(match[1]));
    };
    const opened = await report();
    const [open, done] = await counts(opened.cursor);
    const declined = await act(await staff('desk'), opened.case, 'decline', { reason: '不属于街道职责' });
    expect(await counts(declined.cursor)).toEqual([open! - 1, done]);
  });
});

describe('a number that can be told', () => {
  const find = (number: string, more: Record<string, string> = {}, client = visitor()) =>
    client.call('submitFind', { form: { number, lang: 'zh', ...more } });
  const open = (key = newKey()) =>
    visitor().must('openCase', { json: { playbook: 'service-request', area: COMMUNITY, fields: LAMP }, key });

  it('leads to the same page, is on it, and is the same when the report is sent again', async () => {
    const key = newKey();
    const first = await open(key);
    expect(first.tracking_number).toMatch(/^\d{16}$/);
    expect((await open(key)).tracking_number).toBe(first.tracking_number);
    const told = first.tracking_number.match(/\d{4}/g)!.join(' ');
    expect((await visitor().call('pageProgress', { path: { tracking: first.tracking } })).text).toContain(`<strong class="told">${told}</strong>`);
    for (const number of [first.tracking_number, told, told.replaceAll(' ', '-')]) {
      const answer = await find(number);
      expect([answer.status, answer.headers.location]).toEqual([303, `/nanshan/progress/${first.tracking}?lang=zh`]);
    }
    expect((await find(told, { lang: 'en' })).headers.location).toContain('?lang=en');
    expect((await find(told, {}, visitor('xifeng'))).status).toBe(422);
  });

  it('is of who follows a case, too', async () => {
    const { case: id } = await open();
    const followed = await visitor().must('followCase', { path: { case: id }, key: newKey() });
    expect((await find(followed.tracking_number)).headers.location).toContain(followed.tracking);
  });

  it('says what was mistyped, and what is nobody’s', async () => {
    expect((await visitor().call('pageFind')).text).toContain('name="number"');
    expect((await visitor('nowhere').call('pageFind')).status).toBe(404);
    const { tracking_number: right } = await open();
    const slipped = right.slice(0, 15) + ((Number(right[15]) + 1) % 10);
    const mistyped = await find(slipped);
    expect([mistyped.status, mistyped.text.includes('请核对有没有抄错')]).toEqual([422, true]);
    const nobody = await find('0000 0000 0000 0000');
    expect([nobody.status, nobody.text.includes('没有找到这个号码')]).toEqual([422, true]);
    expect(nobody.text).toContain('value="0000 0000 0000 0000"');
  });

  it('is not to be guessed', async () => {
    const guess = () =>
      visitor().call('submitFind', { form: { number: '0000000000000000', lang: 'zh' }, headers: { 'X-Forwarded-For': '203.0.113.77' } });
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push((await guess()).status);
    expect(answers).toEqual([422, 422, 422, 422, 429]);
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
    expect([first.status, first.headers.location]).toEqual([303, `/nanshan/progress/${tracking}?said=1&lang=zh`]);
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
