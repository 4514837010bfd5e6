/*
 * A spot check: switched on in the settings, drawn when the unit has finished, made by
 * whoever is nearest on a telephone; and what has no end is ended by two.
 */
import { describe, expect, it } from 'vitest';
import { CLASS, LAMP, act, look, organizationOf, report, staff } from '../api/lib/world';
import { DESKTOP, inspect, openScreen } from './lib/screen';
import { come, doAction, signInAtDesk } from './lib/steps';

const GRID = '440305001001001';

describe('a spot check', () => {
  it('is switched on, drawn, and made by the grid officer', async () => {
    const admin = await openScreen({ viewport: DESKTOP });
    await signInAtDesk(admin.page, 'admin');
    await admin.page.goto('/desk/#/nanshan/settings');
    const checks = admin.page.getByRole('region', { name: '随机抽查' });
    await checks.getByRole('spinbutton').fill('100');
    await checks.getByRole('button', { name: '保存' }).click();
    await checks.getByRole('status').waitFor();
    await checks.locator('summary').click();
    await inspect(admin.page, 'desk-spot-checks-desktop');
    expect(admin.faults()).toEqual([]);
    await admin.close();

    try {
      const opened = await report({ ...LAMP, kind: 'report' }, GRID);
      const handler = await staff('handler');
      await act(await staff('desk'), opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
      await act(handler, opened.case, 'done', { answer: '已换灯泡', self_check: ['seen', 'solved'] }, { part: 1 });
      const grid = await come('grid', opened.case);
      await grid.page.locator('.case-head', { hasText: '待抽查' }).waitFor();
      await inspect(grid.page, 'desk-spot-check-desktop');
      await doAction(grid.page, '抽查合格', async () => {});
      await grid.page.locator('.case-head', { hasText: '待核查' }).waitFor();
      expect((await look(await staff('checker'), opened.case)).state.name).toBe('checking');
      expect(grid.faults()).toEqual([]);
      await grid.close();
    } finally {
      await (await staff('admin')).must('putSettings', { json: { spot_checks: 0 } });
    }
  });
});

describe('what has no end', () => {
  it('is ended by two chiefs, and the reporter is told', async () => {
    const opened = await report();
    const desk = await come('desk', opened.case);
    await doAction(desk.page, '申请按重复、恶意终结', async (dialog) => dialog.getByLabel('终结理由').fill('已查过十次，没有发现问题。'));
    await inspect(desk.page, 'desk-ending-desktop');
    await act(await staff('chief'), opened.case, 'end_endless_agree', {}, { part: 1 });
    await act(await staff('checker2'), opened.case, 'end_endless_agree', {}, { part: 2 });
    await desk.page.reload();
    await doAction(desk.page, '告知诉求人并终结', async (dialog) => dialog.getByLabel('研判意见').fill('十次核查均正常，不再重复办理。'));
    await desk.page.locator('.case-head', { hasText: '按重复、恶意诉求终结' }).waitFor();
    expect(desk.faults()).toEqual([]);
    await desk.page.goto(`/nanshan/progress/${opened.tracking}?lang=zh`);
    await desk.page.getByText('十次核查均正常，不再重复办理。').first().waitFor();
    await desk.close();
  });
});
