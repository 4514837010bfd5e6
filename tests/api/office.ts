/*
 * What the office decides for itself: settings, class codes.
 */
import { describe, expect, it } from 'vitest';
import { staff, visitor } from './lib/world';

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
