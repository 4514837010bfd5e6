/*
 * Service at home: planned at the desk, visited, missed, and asked about; unseen by those who are not of the team.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, act, clock, look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { doAction, signInAtDesk, tick } from './lib/steps';

describe('service at home', () => {
  it('is noted after each visit, and only the team knows of it', async () => {
    const desk = await staff('desk');
    const row = await desk.must('addRow', {
      path: { register: 'home-visits' },
      json: { fields: { label: '3栋张奶奶', place: COMMUNITY, need: 'aged', who: '网格员小李', since: '2026-01-05', address: '3栋201', agreed: true } },
    });
    const { case: id } = await desk.must('openCase', {
      json: { playbook: 'home-service', area: COMMUNITY, via: 'desk', fields: { row: row.row, often: 'week', wishes: '腿脚不便，要买菜' } },
    });
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto(`/desk/#/nanshan/case/${id}`);
    await doAction(page, '去过了', async (form) => {
      await form.getByLabel('上次上门').fill('2026-09-07');
      await tick(form.getByRole('radio', { name: '一切都好' }));
      await form.getByLabel('情况').fill('精神不错');
    });
    await page.getByText('精神不错').first().waitFor();
    await inspect(page, 'home-service-phone');
    await page.setViewportSize({ width: 1440, height: 900 });
    await inspect(page, 'home-service-desktop');
    expect((await (await staff('checker')).call('getCase', { path: { case: id } })).status).toBe(404);
    expect((await (await staff('handler')).call('getCase', { path: { case: id } })).status).toBe(404);
    await act(desk, id, 'file_help', { matter: '楼道没有扶手' });
    await clock().sync();
    expect((await look(desk, id)).links).toBeGreaterThan(0);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
