/*
 * Deputies at the desk: a year from which a reception day is held, and the money micro-projects have,
 * entered by one and given by another.
 */
import { describe, expect, it } from 'vitest';
import { clock, look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { come, doAction, doInPart, goToCase, openAtDesk, signInAtDesk, tick } from './lib/steps';

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

describe('a year of the deputies', () => {
  it('begins a reception day with one press, places what people say, and counts it', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    const { id } = await openAtDesk(page, 'deputy-year', async (form) => {
      await form.getByRole('textbox', { name: '名称', exact: true }).fill('马家龙代表履职档案');
      await form.getByLabel('到哪天为止').fill(day(300));
    });
    await doAction(page, '安排接待日', async (dialog) => {
      await dialog.getByLabel('接待主题').fill('老旧电梯');
      await tick(dialog.getByRole('radio', { name: '站内接待' }));
      await dialog.getByLabel('哪天').fill(day(0));
    });
    await clock().sync();
    const desk = await staff('desk');
    const { items } = await desk.must('listLinks', { path: { case: id } });
    const held = items[0].case ?? items[0].row.case;
    expect((await look(desk, held)).playbook).toBe('deputy-day');
    await goToCase(page, held);
    await doAction(page, '开始接待', async () => undefined);
    await doAction(page, '添加事项', (dialog) => dialog.getByLabel('事项').fill('电梯困过两次人'));
    await doInPart(page, '电梯困过两次人', '当场答复', (one) => one.getByLabel('答复').fill('周五检修，结果贴在电梯口。'));
    await doAction(page, '结束接待', async (one) => {
      await one.getByLabel('小结').fill('来了五个人，一件事，当场答复。');
      await one.getByLabel('接待人次').fill('5');
    });
    await page.locator('.case-head', { hasText: '全部落实' }).waitFor();
    await inspect(page, 'desk-deputy-day-desktop');
    await goToCase(page, id);
    await page.locator('.case-head', { hasText: '本年度' }).waitFor();
    await inspect(page, 'desk-deputy-year-desktop');
    const days = (await look(desk, id)).fields.find((one: any) => one.name === 'days_held');
    expect(days.text.zh).toBe('1');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});

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
