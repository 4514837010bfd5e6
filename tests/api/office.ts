/*
 * What the office decides for itself: settings, class codes.
 */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Call, Client } from './lib/client';
import { pmtiles } from './lib/pmtiles';
import { exchange } from './lib/wire';
import { data, staff, visitor } from './lib/world';

const refused = async (who: Client, id: string, call: Call): Promise<[number, string]> => {
  const { status, body } = await who.call(id, call);
  return [status, body?.code];
};

describe('settings', () => {
  const day = [{ from: '08:30', to: '12:00' }, { from: '13:30', to: '17:30' }];
  const week = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: [], sun: [] };

  it('have standard values, and are replaced by the administrator', async () => {
    const admin = await staff('admin', 'yakeshi');
    const before = await admin.must('getSettings');
    expect(before.office_hours.mon).toEqual([{ from: '09:00', to: '12:00' }, { from: '14:00', to: '18:00' }]);
    expect(before.office_hours.sun).toEqual([]);
    expect((await admin.must('putSettings', { json: { office_hours: week } })).office_hours).toEqual(week);
    expect((await (await staff('desk', 'yakeshi')).must('getSettings')).office_hours).toEqual(week);
    expect((await (await staff('desk')).must('getSettings')).office_hours.mon).toEqual(before.office_hours.mon);
    await admin.must('putSettings', { json: before });
  });

  it('are not for others to change, nor to be nonsense', async () => {
    const desk = await (await staff('desk')).call('putSettings', { json: { office_hours: week } });
    expect([desk.status, desk.body.code]).toEqual([403, 'forbidden']);
    expect((await visitor().call('getSettings')).status).toBe(401);
    const admin = await staff('admin');
    const wrong = [
      [{}, ''],
      [{ office_hours: { ...week, mon: [] } }, '/office_hours/mon'],
      [{ office_hours: { ...week, tue: [{ from: '12:00', to: '09:00' }] } }, '/office_hours/tue/0/to'],
      [{ office_hours: { ...week, wed: [...day, { from: '17:00', to: '18:00' }] } }, '/office_hours/wed/2/from'],
      [{ office_hours: { ...week, thu: [{ from: '9:00', to: '10:00' }] } }, '/office_hours/thu/0/from'],
    ] as const;
    for (const [json, pointer] of wrong) {
      const answer = await admin.call('putSettings', { json });
      expect([pointer, answer.status, answer.body.errors[0].pointer]).toEqual([pointer, 422, pointer]);
    }
  });
});

describe('the field face', () => {
  it('is a part of a portal until the district says otherwise, by itself only with a filing number', async () => {
    const admin = await staff('admin', 'yakeshi');
    const shown = async () => (await visitor().must('listTenants')).items.find((one: any) => one.tenant === 'yakeshi').field_app;
    expect(await shown()).toEqual({ own: false, filing: '' });
    for (const [field_app, pointer] of [
      [{ own: true, filing: ' ' }, '/field_app/filing'],
      [{ own: true, filing: 'x'.repeat(65) }, '/field_app/filing'],
      [{ own: true }, '/field_app/filing'],
    ] as const) {
      const answer = await admin.call('putSettings', { json: { field_app } });
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
    }
    await admin.must('putSettings', { json: { field_app: { own: true, filing: '蒙ICP备00000000号-1A' } } });
    expect(await shown()).toEqual({ own: true, filing: '蒙ICP备00000000号-1A' });
    await admin.must('putSettings', { json: { field_app: { own: false, filing: '' } } });
  });
});

describe('what lies under maps', () => {
  const base = async () => visitor().must('baseMap');

  it('is nothing until an administrator chose something', async () => {
    expect(await base()).toMatchObject({ layers: [], crs: 'wgs84', approval: '' });
    const admin = await staff('admin');
    const url = 'https://tiles.example.cn:8443/m/{z}/{x}/{y}.png';
    await admin.must('putSettings', { json: { map: { kind: 'tiles', url, crs: 'gcj02', max_zoom: 17, attribution: '区测绘院', approval: '粤S(2026)001号' } } });
    expect(await base()).toEqual({ layers: [url], crs: 'gcj02', min_zoom: 0, max_zoom: 17, attribution: '区测绘院', approval: '粤S(2026)001号' });
    const policy = async (id: string, tenant = 'nanshan') => (await visitor(tenant).call(id)).headers['content-security-policy'];
    for (const id of ['pageReport', 'pagePublic', 'pageSquare', 'pageDesk', 'pageScreen']) expect(await policy(id)).toContain("img-src 'self' data: https://tiles.example.cn:8443;");
    for (const id of ['pageHome', 'pageTenant']) expect(await policy(id)).toContain("img-src 'self' data:;");
    expect(await policy('pagePublic', 'xifeng')).toContain("img-src 'self' data:;");
    await admin.must('putSettings', { json: { map: { kind: 'none' } } });
    expect((await base()).layers).toEqual([]);
    expect((await visitor('nowhere').call('baseMap')).status).toBe(404);
  });

  it('may be 天地图, whose degrees are ours', async () => {
    const admin = await staff('admin');
    await admin.must('putSettings', { json: { map: { kind: 'tianditu', key: '0123456789abcdef0123456789abcdef', approval: 'GS(2024)0568号' } } });
    const { layers, crs, attribution } = await base();
    expect([crs, attribution, layers.length]).toEqual(['cgcs2000', '天地图', 2]);
    for (const layer of layers) expect(layer).toMatch(/^https:\/\/t0\.tianditu\.gov\.cn\/(vec|cva)_w\/wmts\?.*\{z\}.*\{y\}.*\{x\}&tk=0123456789abcdef0123456789abcdef$/);
    await admin.must('putSettings', { json: { map: { kind: 'none' } } });
  });

  it('may be a file laid on this server, sent in ranges', async () => {
    const admin = await staff('admin');
    const file = pmtiles();
    const folder = join(data(), 'maps');
    await admin.must('putSettings', { json: { map: { kind: 'pmtiles', file: 'town.pmtiles', crs: 'gcj02', approval: 'GS(2024)0650号' } } });
    expect(await base()).toMatchObject({ layers: [], archive: '/api/v1/nanshan/map/tiles', crs: 'gcj02', approval: 'GS(2024)0650号' });
    const tiles = (headers: Record<string, string> = {}) => visitor().call('mapTiles', { headers });
    expect((await tiles()).status).toBe(404);
    await mkdir(join(folder, 'sub.pmtiles'), { recursive: true });
    await symlink('/etc/hostname', join(folder, 'out.pmtiles'));
    await writeFile(join(folder, 'town.pmtiles'), file);
    const whole = await tiles();
    expect([whole.status, whole.headers['accept-ranges'], whole.bytes.equals(file)]).toEqual([200, 'bytes', true]);
    const size = file.length;
    for (const [range, from, to] of [['bytes=0-6', 0, 6], [`bytes=100-`, 100, size - 1], ['bytes=-10', size - 10, size - 1], [`bytes=7-${size + 900}`, 7, size - 1], [`bytes=-${size + 1}`, 0, size - 1]] as const) {
      const part = await tiles({ Range: range });
      expect([range, part.status, part.headers['content-range']]).toEqual([range, 206, `bytes ${from}-${to}/${size}`]);
      expect(part.bytes.equals(file.subarray(from, to + 1))).toBe(true);
    }
    for (const range of [`bytes=${size}-`, 'bytes=-0']) {
      const none = await tiles({ Range: range });
      expect([range, none.status, none.headers['content-range'], none.size]).toEqual([range, 416, `bytes */${size}`, 0]);
    }
    for (const range of ['bytes=9-3', 'bytes=a-b', 'bytes=0-1,4-5', 'lines=0-6', 'bytes=-']) expect([range, (await tiles({ Range: range })).status]).toEqual([range, 200]);
    const etag = whole.headers.etag!;
    const known = await tiles({ 'If-None-Match': `W/"x", ${etag}`, Range: 'bytes=0-6' });
    expect([known.status, known.size, known.headers.etag]).toEqual([304, 0, etag]);
    expect((await tiles({ 'If-Range': etag, Range: 'bytes=0-6' })).status).toBe(206);
    expect((await tiles({ 'If-Range': '"older"', Range: 'bytes=0-6' })).status).toBe(200);
    const head = await exchange(visitor().base, { method: 'HEAD', path: '/api/v1/nanshan/map/tiles' });
    expect([head.status, head.headers['content-length'], head.size]).toEqual([200, String(size), 0]);
    await writeFile(join(folder, 'town.pmtiles'), Buffer.concat([file, Buffer.from('newer')]));
    expect((await tiles({ 'If-None-Match': etag })).status).toBe(200);
    for (const name of ['out.pmtiles', 'sub.pmtiles', 'absent.pmtiles']) {
      await admin.must('putSettings', { json: { map: { kind: 'pmtiles', file: name } } });
      expect([name, (await tiles()).status]).toEqual([name, 404]);
    }
    for (const path of ['/api/v1/nanshan/map/tiles/..%2f..%2flinli.db', '/api/v1/nanshan/map/../../linli.db']) expect((await exchange(visitor().base, { method: 'GET', path })).status).toBe(404);
    await admin.must('putSettings', { json: { map: { kind: 'none' } } });
    expect((await tiles()).status).toBe(404);
  });

  it.each([
    [{ kind: 'pmtiles' }, '/map/file'],
    [{ kind: 'pmtiles', file: 'town.db' }, '/map/file'],
    [{ kind: 'pmtiles', file: '../town.pmtiles' }, '/map/file'],
    [{ kind: 'pmtiles', file: '/etc/town.pmtiles' }, '/map/file'],
    [{ kind: 'pmtiles', file: '.pmtiles' }, '/map/file'],
    [{ kind: 'pmtiles', file: 'town.pmtiles', crs: 'mars' }, '/map/crs'],
    [{ kind: 'tianditu' }, '/map/key'],
    [{ kind: 'tianditu', key: 'a b c d e f g' }, '/map/key'],
    [{ kind: 'tiles' }, '/map/url'],
    [{ kind: 'tiles', url: 'https://a.cn/{z}/{x}.png' }, '/map/url'],
    [{ kind: 'tiles', url: 'ftp://a.cn/{z}/{x}/{y}' }, '/map/url'],
    [{ kind: 'tiles', url: "https://a.cn; script-src 'unsafe-inline'/{z}/{x}/{y}" }, '/map/url'],
    [{ kind: 'tiles', url: 'https://*/{z}/{x}/{y}' }, '/map/url'],
    [{ kind: 'tiles', url: 'https://a.cn/{z}/{x}/{y}', min_zoom: 9, max_zoom: 3 }, '/map/max_zoom'],
    [{ kind: 'other' }, '/map/kind'],
  ])('refuses %j', async (map, pointer) => {
    const { status, body } = await (await staff('admin')).call('putSettings', { json: { map } });
    expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
  });
});

describe('draws', () => {
  it('are switched on by the administrator; everybody sees the root, and no seed of a month that goes on', async () => {
    const admin = await staff('admin');
    const before = await admin.must('getSettings');
    expect(before.spot_checks).toBe(0);
    const wrong = await admin.call('putSettings', { json: { spot_checks: 1001 } });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '/spot_checks']);
    expect((await admin.must('putSettings', { json: { spot_checks: 150 } })).spot_checks).toBe(150);
    const draws = await visitor().must('getDraws');
    expect([draws.scale, draws.months]).toEqual([150, []]);
    expect([draws.begun, draws.root]).toEqual([expect.stringMatching(/^\d{4}-\d{2}$/), expect.stringMatching(/^[0-9a-f]{64}$/)]);
    await admin.must('putSettings', { json: { spot_checks: before.spot_checks } });
    expect((await visitor().must('getDraws')).scale).toBe(0);
    expect((await visitor('nowhere').call('getDraws')).status).toBe(404);
  });
});

describe('named filters', () => {
  it('are one\'s own or the unit\'s, and go with whoever made them', async () => {
    const [desk, admin, handler, handler2] = await Promise.all(['desk', 'admin', 'handler', 'handler2'].map((one) => staff(one)));
    const names = async (who: typeof desk) => (await who!.must('listViews')).items.map((one: any) => `${one.name} ${one.shared} ${one.mine}`);
    expect((await visitor().call('listViews')).status).toBe(401);
    await desk!.must('keepView', { json: { name: '本周噪声', query: 'topic=noise&state=open' } });
    expect(await names(desk!)).toEqual(['本周噪声 false true']);
    expect(await names(admin!)).toEqual([]);
    const kept = await handler!.must('keepView', { json: { name: '路灯超时', query: 'overdue=yes', shared: true } });
    expect(await handler!.must('keepView', { json: { name: '路灯超时', query: 'overdue=yes', shared: true } })).toEqual(kept);
    expect(await names(handler!)).toEqual(['路灯超时 true true']);
    expect(await names(await staff('both'))).toContain('路灯超时 true false'); // of the same unit
    expect(await names(handler2!)).toEqual([]);
    const view = kept.items[0].view as string;
    expect(await refused(handler2!, 'dropView', { path: { view } })).toEqual([404, 'not-found']);
    expect((await handler!.must('dropView', { path: { view } })).items).toEqual([]);
  });

  it('are forty at most, and hold nothing that is no filter', async () => {
    const checker = await staff('checker2');
    for (let n = 0; n < 40; n++) await checker.must('keepView', { json: { name: `第${n}个`, query: `q=${n}` } });
    expect((await refused(checker, 'keepView', { json: { name: '再一个', query: 'q=1' } }))[0]).toBe(413);
    expect((await refused(checker, 'keepView', { json: { name: '怪的', query: '<script>' } }))[0]).toBe(422);
  });
});

describe('the calendar', () => {
  it('has the nation\'s days, and the office\'s own where it says otherwise', async () => {
    const admin = await staff('admin');
    const mark = async (day: string) => (await admin.must('getCalendar')).days.find((one: any) => one.day === day)?.worked;
    expect((await visitor().call('getCalendar')).status).toBe(401);
    expect(await mark('2026-10-01')).toBe(false);
    expect(await mark('2026-11-25')).toBeUndefined();
    await admin.must('putSettings', { json: { own_days: { off: ['2026-11-25'], worked: ['2026-11-28'] } } });
    expect([await mark('2026-11-25'), await mark('2026-11-28')]).toEqual([false, true]);
    expect((await refused(admin, 'putSettings', { json: { own_days: { off: ['2026-11-25'], worked: ['2026-11-25'] } } }))[0]).toBe(422);
    expect((await refused(admin, 'putSettings', { json: { own_days: { off: ['2026-11-26', '2026-11-25'], worked: [] } } }))[0]).toBe(422);
    await admin.must('putSettings', { json: { own_days: { off: [], worked: [] } } });
    expect([await mark('2026-11-25'), await mark('2026-11-28')]).toEqual([undefined, undefined]);
  });
});

describe('one area', () => {
  const square = (lon: number, lat: number) => ({
    type: 'Polygon',
    coordinates: [[[lon, lat], [lon + 0.001, lat], [lon + 0.001, lat + 0.001], [lon, lat + 0.001], [lon, lat]]],
  });

  it('is made, drawn, renamed and closed by its administrator', async () => {
    const admin = await staff('admin');
    const path = { area: '440305001007R90' };
    const made = await admin.must('putArea', { path, json: { kind: 'road', parent: '440305001007', name: '试画路', shape: square(113.95, 22.55) } });
    expect([made.name, made.retired, made.shape.coordinates[0][0].length]).toEqual(['试画路', false, 5]);
    const located = await visitor().must('locate', { query: { lon: 113.9505, lat: 22.5505, crs: 'cgcs2000' } });
    expect(located.chain.map((one: any) => one.code)).toContain('440305001007');
    const renamed = await admin.must('putArea', { path, json: { name: '新画路' } });
    expect([renamed.name, renamed.aliases, renamed.shape]).toEqual(['新画路', ['试画路'], made.shape]);
    const moved = await admin.must('putArea', { path, json: { shape: square(113.96, 22.55) } });
    expect(moved.shape).not.toEqual(made.shape);
    expect((await admin.must('putArea', { path, json: { until: '2026-09-30' } })).until).toBe('2026-09-30');
  });

  it('is refused where it crosses itself, says too little, or lies in another district', async () => {
    const admin = await staff('admin');
    const crossed = { type: 'Polygon', coordinates: [[[113.95, 22.55], [113.951, 22.551], [113.951, 22.55], [113.95, 22.551], [113.95, 22.55]]] };
    expect((await refused(admin, 'putArea', { path: { area: '440305001007' }, json: { shape: crossed } }))[0]).toBe(422);
    expect((await refused(admin, 'putArea', { path: { area: '440305001007R91' }, json: { name: '无类路' } }))[0]).toBe(422);
    expect((await refused(admin, 'putArea', { path: { area: '440305001007' }, json: { kind: 'street' } }))[0]).toBe(422);
  });
});

describe('a playbook in sentences', () => {
  it('is told in both languages', async () => {
    const desk = await staff('desk');
    const told = await desk.must('explainPlaybook', { path: { playbook: 'service-request' } });
    expect(told.zh).toContain('#');
    expect(told.zh).not.toBe(told.en);
    expect(await refused(desk, 'explainPlaybook', { path: { playbook: 'no-such' } })).toEqual([404, 'not-found']);
  });
});

describe('class codes', () => {
  const codes = async (query: Record<string, string>) =>
    (await visitor().must('listClasses', { query })).items.map((one: any) => one.code as string);

  it('are found by number and by name in both languages', async () => {
    expect(await codes({ scheme: 'event', q: '暴露垃圾' })).toEqual(['event:0102']);
    expect(await codes({ q: 'exposed rubbish' })).toEqual(['event:0102']);
    expect(await codes({ q: '0102' })).toEqual(['event:0102', 'own:0102', 'part:0102']);
    expect(await codes({ scheme: 'part' })).toHaveLength(85);
    expect(await codes({ scheme: 'nothing' })).toEqual([]);
    const [wages] = (await visitor().must('listClasses', { query: { q: '拖欠工资' } })).items;
    expect(wages).toMatchObject({ scheme: 'own', name: { zh: '拖欠工资', en: 'Unpaid wages' }, group: { zh: '劳动纠纷' } });
  });

  it('of an impossible scheme are refused', async () => {
    const answer = await visitor().call('listClasses', { query: { scheme: 'No!' } });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/parameters/scheme']);
  });
});

describe('tables of deadlines', () => {
  const row = { table: 'handling', edition: '2026', since: '2026-01-01', until: null, stage: 'seen', class: 'event:01', level: '', length: '5d of work' };

  it('are put by the administrator, an edition whole, and read by all staff', async () => {
    const admin = await staff('admin', 'yakeshi');
    const put = await admin.must('putDeadlines', { json: { rows: [row, { ...row, class: '', length: '2d' }] } });
    expect(put.rows.map((one: any) => [one.class, one.length])).toEqual([['', '2d'], ['event:01', '5d of work']]);
    await admin.must('putDeadlines', { json: { rows: [{ ...row, edition: '2027', since: '2027-01-01', until: '2028-01-01' }] } });
    await admin.must('putDeadlines', { json: { rows: [row] } });
    const seen = await (await staff('desk', 'yakeshi')).must('getDeadlines');
    expect(seen.rows).toEqual([row, { ...row, edition: '2027', since: '2027-01-01', until: '2028-01-01' }]);
    expect((await (await staff('desk')).must('getDeadlines')).rows).toEqual([]);
  });

  it('say which numbers are money, as playbooks read them', async () => {
    const line = { table: 'ceiling', edition: '2026', since: '2026-01-01', until: null, stage: '', class: '62', level: 'works', number: 80000000 };
    const admin = await staff('admin', 'xifeng');
    const { rows } = await admin.must('putDeadlines', { json: { rows: [line, { ...line, table: 'pieces', number: 7 }] } });
    expect(rows.map((one: any) => [one.table, one.number, one.money])).toEqual([['ceiling', 80000000, true], ['pieces', 7, false]]);
  });

  it('are not for others to put, nor to be nonsense', async () => {
    const admin = await staff('admin');
    expect((await (await staff('desk')).call('putDeadlines', { json: { rows: [row] } })).status).toBe(403);
    expect((await visitor().call('getDeadlines')).status).toBe(401);
    const wrong = [
      [{ rows: [] }, '/rows'],
      [{ rows: [row, row] }, '/rows/1/table'],
      [{ rows: [{ ...row, until: '2026-01-01' }] }, '/rows/0/until'],
      [{ rows: [{ ...row, length: '0d' }] }, '/rows/0/length'],
      [{ rows: [{ ...row, since: '2026-02-30' }] }, '/rows/0/since'],
    ] as const;
    for (const [json, pointer] of wrong) {
      const answer = await admin.call('putDeadlines', { json });
      expect([pointer, answer.status, answer.body.errors?.[0]?.pointer]).toEqual([pointer, 422, pointer]);
    }
  });
});

describe('codes on walls', () => {
  const STREET = '440305001';
  const COMMUNITY = '440305001003';

  it('are made once for every place, listed, printed, scanned and retired', async () => {
    const desk = await staff('desk');
    const { made } = await desk.must('makeCodes', { json: { area: STREET, kinds: ['community'] } });
    expect(made).toBeGreaterThan(5);
    expect(await desk.must('makeCodes', { json: { area: STREET, kinds: ['community'] } })).toEqual({ made: 0 });
    const first = await desk.must('listCodes', { query: { area: STREET, limit: 2 } });
    expect(first.items).toHaveLength(2);
    const second = await desk.must('listCodes', { query: { area: STREET, limit: 2, after: first.next } });
    expect(second.items[0].number).toBe(first.items[1].number + 1);
    const [code] = (await desk.must('listCodes', { query: { area: COMMUNITY } })).items;
    expect(code).toMatchObject({ area: { code: COMMUNITY }, retired_at: null });

    const sheet = (await desk.call('pageSheet', { query: { area: COMMUNITY } })).text;
    expect(sheet).toContain('扫码反映问题');
    expect(sheet).toContain('Scan to report');
    expect(sheet).toContain('南头街道');
    expect(sheet).toContain(`No. ${code.number}<`);
    expect(sheet.match(/<path d="M4 4\.5h7/g)).toHaveLength(1); // the corner of a QR code
    const whole = (await desk.call('pageSheet', { query: { area: STREET, lang: 'en' } })).text;
    expect(whole.match(/class="label"/g)).toHaveLength(made);
    expect(whole.match(/<ul class="sheet">/g)).toHaveLength(Math.ceil(made / 12));
    expect((await desk.call('pageSheet', { query: { area: STREET, skip: 3 } })).text.match(/class="label"/g)).toHaveLength(made - 3);

    const scan = await visitor().call('pageScan', { path: { code: code.code } });
    expect([scan.status, scan.headers.location]).toEqual([303, `/nanshan/report?qr=${code.code}`]);
    expect((await desk.call('retireCode', { path: { code: code.code } })).status).toBe(204);
    expect((await desk.call('retireCode', { path: { code: code.code } })).status).toBe(409);
    const gone = await visitor().call('pageScan', { path: { code: code.code } });
    expect(gone.status).toBe(404);
    expect(gone.text).toContain('这个二维码已失效');
    expect(gone.text).toContain('href="/nanshan/report?lang=zh"');
    expect(await desk.must('makeCodes', { json: { area: COMMUNITY } })).toEqual({ made: 1 });
  });

  it('of a card lead who enters it to the desk\'s form; the card asks what the programme asks, by hand', async () => {
    const card = (await visitor().call('pageCard', { query: { area: COMMUNITY } })).text;
    for (const one of ['反映问题登记卡', '南头街道', '反映什么', '路灯照明', '情况描述', '怎么称呼、住在哪里', '书面回执', '等不得']) expect(card).toContain(one);
    for (const one of ['地图位置', '照片']) expect(card).not.toContain(one);
    expect(card.match(/<path d="M4 4\.5h7/g)).toHaveLength(1); // the corner of a QR code
    expect((await visitor().call('pageCard', { query: { area: COMMUNITY, lang: 'en' } })).text).toContain('Street lamps');
    expect((await visitor().call('pageCard', { query: { area: STREET } })).status).toBe(200);
    expect((await visitor().call('pageCard', { query: { area: '99' } })).status).toBe(404);
    expect((await visitor().call('pageCard', { query: { area: COMMUNITY, playbook: 'whistle-daily' } })).status).toBe(404);
    const asked = { playbook: 'service-request', area: COMMUNITY, via: 'card', fields: { topic: 'lamp', description: '楼道灯不亮', reach: '陈阿婆，一栋101', answer_by: 'slip' } };
    expect((await visitor().call('openCase', { json: asked })).status).toBe(403);
    const desk = await staff('desk');
    const { case: id, number } = await desk.must('openCase', { json: asked });
    const seen = await desk.must('getCase', { path: { case: id } });
    expect(seen.via).toBe('card');
    expect(JSON.stringify(seen)).not.toContain('陈阿婆');
    const { no } = await desk.must('makePaper', { path: { case: id }, json: { paper: 'slip' } });
    const slip = (await desk.call('pagePaper', { path: { case: id, no: String(no) } })).text;
    expect(slip).toMatch(new RegExp(`class="[^"]*paper-head[^"]*">编号 ${number}`));
    expect(slip).toContain('书面回执');
    expect(slip).not.toContain('陈阿婆');
  });

  it('that are forged lead to a friendly page, in both languages', async () => {
    for (const code of ['0000000000000000', 'nonsense', '二维码', '%']) {
      const page = await visitor('nanshan', 'en').call('pageScan', { path: { code } });
      expect([code, page.status]).toEqual([code, 404]);
      expect(page.text).toContain('not valid any more');
    }
  });

  it('are the desk\'s and the administrator\'s, in their area', async () => {
    const handler = await staff('handler');
    expect((await handler.call('makeCodes', { json: { area: COMMUNITY } })).status).toBe(403);
    expect((await handler.call('pageSheet', { query: { area: COMMUNITY } })).status).toBe(403);
    expect((await visitor().call('pageSheet', { query: { area: COMMUNITY } })).status).toBe(401);
    const desk = await staff('desk');
    expect((await desk.call('makeCodes', { json: { area: '440305', kinds: ['street'] } })).status).toBe(403);
    expect((await desk.call('listCodes', { query: { area: '440305' } })).status).toBe(403);
    expect((await desk.call('listCodes', { query: { area: '99' } })).status).toBe(404);
    const nowhere = await desk.call('makeCodes', { json: { area: '99' } });
    expect([nowhere.status, nowhere.body.errors[0].pointer]).toEqual([422, '/area']);
    expect((await desk.call('retireCode', { path: { code: '0000000000000000' } })).status).toBe(404);
  });
});
