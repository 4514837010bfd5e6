/*
 * A unit without an account: the desk gives it a link and prints its sheet, the unit works
 * by the link on a telephone, and what it says by telephone is entered at the desk.
 */
import { describe, expect, it } from 'vitest';
import { LAMP, look, report, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { chooseClass, chooseUnit, come, doAction, send } from './lib/steps';

const WATER = '南山水务站（演示）';
const CONTACT = '13812345678';

describe('a unit without an account', () => {
  it('works by the link the desk gave it, and its papers are made and printed', async () => {
    const opened = await report({ ...LAMP, contact: CONTACT });
    const desk = await come('desk', opened.case);
    const { page } = desk;
    await doAction(page, '立案并派单', async (dialog) => {
      await chooseClass(page, dialog, '路灯');
      await chooseUnit(page, dialog, '承办单位', WATER);
    });
    await page.locator('.away summary').click();
    await page.getByRole('button', { name: '开办理链接' }).click();
    const link = (await page.locator('.away-url').textContent())?.trim() ?? '';
    await inspect(page, 'desk-away-desktop');

    const unit = await openScreen({ viewport: PHONE });
    await unit.page.goto(new URL(link).pathname);
    await unit.page.getByText(LAMP.description).first().waitFor();
    expect(await unit.page.content()).not.toContain(CONTACT);
    await inspect(unit.page, 'pass-phone');
    await unit.page.getByRole('button', { name: '查看完整内容' }).click();
    await unit.page.getByText(CONTACT).waitFor();
    await unit.page.locator('summary', { hasText: '签收' }).click();
    await unit.page.locator('form', { has: unit.page.getByRole('button', { name: '签收', exact: true }) }).getByRole('button').last().click();
    await unit.page.locator('.steps', { hasText: '签收' }).waitFor();
    const done = unit.page.locator('details.act', { has: unit.page.locator('summary', { hasText: /^办结$/ }) });
    if ((await done.getAttribute('open')) === null) await done.locator('summary').click();
    await done.getByLabel('办理结果').fill('阀门已修好。');
    await send(done.locator('button[type=submit]'));
    await unit.page.getByText('这项任务已经结束').waitFor();
    await inspect(unit.page, 'pass-over-phone');

    await page.reload();
    await page.locator('.case-head', { hasText: '待核查' }).waitFor();
    const papers = page.locator('section[aria-labelledby=papers]');
    await papers.getByRole('button', { name: '查看' }).click();
    await papers.locator('.papers-make button').first().click();
    const made = papers.locator('.papers li').first();
    await made.waitFor();
    const [print] = await Promise.all([page.context().waitForEvent('page'), made.getByRole('link', { name: '打印' }).click()]);
    await print.getByText(opened.number).first().waitFor();
    await inspect(print, 'paper-print');
    const [download] = await Promise.all([page.waitForEvent('download'), made.getByRole('link', { name: '下载 Word' }).click()]);
    expect(download.suggestedFilename()).toMatch(/\.docx$/);
    expect((await look(await staff('desk'), opened.case)).state.name).toBe('checking');
    expect(desk.faults(/404/)).toEqual([]); /* there was no link yet */
    expect(unit.faults()).toEqual([]);
    await desk.close();
    await unit.close();
  });
});
