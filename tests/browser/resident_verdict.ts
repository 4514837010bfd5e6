/*
 * The reporter has the last word: solved or not, with stars, and back again.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { CLASS, COMMUNITY, LAMP, act, organizationOf, report, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen, type Screen } from './lib/screen';

let screen: Screen | undefined;
afterEach(async () => {
  await screen?.close();
  screen = undefined;
});

/* Reported with the wish to be answered, and done: the reporter is asked. */
async function asked(): Promise<string> {
  const opened = await report({ ...LAMP, contact: '13800138000', answer_by: 'phone' }, COMMUNITY);
  const handler = await staff('handler');
  await act(await staff('desk'), opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
  await act(handler, opened.case, 'done', { answer: '换了灯泡' }, { part: 1 });
  await act(await staff('checker'), opened.case, 'pass');
  return `/nanshan/progress/${opened.tracking}?lang=zh`;
}

describe.each([true, false])('with script: %s', (javaScriptEnabled) => {
  const open = async () => {
    screen = await openScreen({ viewport: PHONE, hasTouch: true, javaScriptEnabled });
    return screen.page;
  };

  it('says that it is solved, with stars, and can have it taken up again', async () => {
    const path = await asked();
    const page = await open();
    await page.goto(path);
    const heading = page.locator('h1');
    expect(await heading.textContent()).toBe('办完了，想听您的意见');
    if (javaScriptEnabled) await inspect(page, 'progress-verdict-phone');
    await page.getByRole('radio', { name: '解决了', exact: true }).check();
    await page.getByRole('radio', { name: '很满意', exact: true }).check();
    await page.getByRole('button', { name: '提交评价' }).click();
    await heading.filter({ hasText: '已办结' }).waitFor();
    expect(await page.locator('form.verdict').count()).toBe(0);

    await page.locator('summary', { hasText: '问题又出现了' }).click();
    await page.locator('#reopen-reason').fill('第二天又不亮了');
    await page.getByRole('button', { name: '问题又出现了' }).click();
    await heading.filter({ hasText: '正在办理' }).waitFor();
    expect(await page.locator('.steps').textContent()).toContain('第二天又不亮了');
    expect(screen!.faults()).toEqual([]);
  });

  it('says that it is not solved, and the unit has it again', async () => {
    const path = await asked();
    const page = await open();
    await page.goto(path);
    await page.getByRole('radio', { name: '没解决', exact: true }).check();
    await page.getByRole('radio', { name: '不满意', exact: true }).check();
    await page.locator('.verdict #remark').fill('还是黑的');
    await page.getByRole('button', { name: '提交评价' }).click();
    await page.locator('h1', { hasText: '正在办理' }).waitFor();
    expect(await page.locator('form.verdict').count()).toBe(0);
    expect(screen!.faults()).toEqual([]);
  });
});
