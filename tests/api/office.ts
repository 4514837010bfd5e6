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
