/*
 * The money micro-projects have, entered by one and given by another.
 */
import { describe, expect, it } from 'vitest';
import { staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { come, doAction, openAtDesk, signInAtDesk } from './lib/steps';

describe('money for micro-projects', () => {
  it('is there when somebody else gives it', async () => {
    const screen = await openScreen();
    await signInAtDesk(screen.page, 'desk');
    const { id } = await openAtDesk(screen.page, 'project-budget', async (form) => {
      await form.getByLabel('金额').fill('2000000');
      await form.getByLabel('依据').fill('年度预算批复');
    });
    await doAction(screen.page, '上报审批', async () => undefined);
    const chief = await come('chief', id, { viewport: PHONE });
    await doAction(chief.page, '批准下达', async () => undefined);
    await chief.page.locator('.case-head', { hasText: '已下达' }).waitFor();
    await inspect(chief.page, 'desk-project-budget-phone');
    const { items } = await (await staff('desk')).must('listCaseEntries', { path: { case: id } });
    expect(Math.max(...items[0].lines.map((line: any) => line.amount))).toBe(200_000_000);
    for (const one of [chief, screen]) {
      expect(one.faults()).toEqual([]);
      await one.close();
    }
  });
});
