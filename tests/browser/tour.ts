/*
 * The tour of the demo, walked as its card says: scan, report, dispatch, do, check, rate.
 */
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { DESKTOP, NARROW, inspect, openScreen } from './lib/screen';
import { chooseClass, doAction, openFromInbox, send, tick } from './lib/steps';

const card = (page: Page) => page.locator('aside.tour');

/* What the card says now, when it has come to this step. */
async function step(page: Page, title: string): Promise<string> {
  await card(page).getByRole('heading', { name: title }).waitFor();
  return card(page).innerText();
}

/* As whom the card asks, with the password it names. */
async function signInAsAsked(page: Page): Promise<void> {
  const [, login = '', password = ''] = /账号 (\w+) 登录，密码 ([\w-]+)/.exec(await card(page).innerText()) ?? [];
  await card(page).getByRole('link', { name: '去这里' }).press('Enter');
  await page.locator('#login').waitFor();
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(password);
  await send(page.locator('.sign-in-form button[type=submit]'));
  await page.locator('.desk-main h1').waitFor();
}

describe('the tour of the demo', () => {
  it('holds from the scan to the rating, as its card says', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await page.route('**/api/v1/tenants', async (asked) => {
      const answer = await asked.fetch();
      await asked.fulfill({ response: answer, json: { ...(await answer.json()), demo: true } }); // as `make run` says it
    });
    await page.goto('/desk/');
    await send(page.getByRole('button', { name: /导览/ }));
    await step(page, '扫码');
    await card(page).getByRole('link', { name: '去这里' }).press('Enter');
    await page.locator('form#report').waitFor();
    await step(page, '扫码');
    await send(card(page).getByRole('button', { name: '做完了，下一步' }));
    expect(await step(page, '上报')).toContain('路灯照明');
    await tick(page.getByRole('radio', { name: '路灯照明' }));
    await page.getByLabel('情况描述').fill('楼下的路灯不亮了。');
    await send(page.locator('form#report button[type=submit]'));
    await page.waitForURL(/\/progress\//);
    const number = await page.locator('#progress').getAttribute('data-number') ?? '';
    expect(await step(page, '派单')).toContain(`点开工单 ${number}`);
    await page.setViewportSize(NARROW);
    await inspect(page, 'tour-narrow');
    await page.setViewportSize(DESKTOP);

    await signInAsAsked(page);
    await openFromInbox(page, number);
    await doAction(page, '立案并派单', (dialog) => chooseClass(page, dialog, '路灯'));
    await page.locator('.case-head').getByText('办理中').waitFor();
    await send(page.getByRole('button', { name: '退出登录' }));
    await send(card(page).getByRole('button', { name: '做完了，下一步' }));

    expect(await step(page, '办理')).toContain(number);
    await signInAsAsked(page);
    await openFromInbox(page, number);
    for (const word of ['签收', '已联系诉求人']) await doAction(page, word, async () => undefined);
    await doAction(page, '办结', (dialog) => dialog.locator('textarea').first().fill('已更换灯泡。'));
    await page.getByRole('heading', { name: '待核查' }).or(page.locator('.case-head').getByText('待核查')).first().waitFor();
    await send(page.getByRole('button', { name: '退出登录' }));
    await send(card(page).getByRole('button', { name: '做完了，下一步' }));

    expect(await step(page, '核查')).toContain(number);
    await signInAsAsked(page);
    await openFromInbox(page, number);
    await doAction(page, '核查通过', async () => undefined);
    await page.locator('.case-head').getByText('已结案').waitFor();
    await send(card(page).getByRole('button', { name: '做完了，下一步' }));

    await step(page, '评价');
    await card(page).getByRole('link', { name: '去这里' }).press('Enter');
    await page.locator('#progress').waitFor();
    const act = page.locator('details.act', { has: page.locator('summary', { hasText: '评价' }) });
    await act.locator('summary').press('Enter');
    await tick(act.locator('input[type=radio][value="5"]'));
    await send(act.locator('button[type=submit]'));
    await page.getByText('已收到，谢谢您告诉我们。').waitFor();
    await send(card(page).getByRole('button', { name: '走完了' }));
    expect(await card(page).count()).toBe(0);
    await page.reload();
    await page.locator('#progress').waitFor();
    expect(await card(page).count()).toBe(0);
    expect(screen.faults(/401/)).toEqual([]); // who is asked for before signing in
    await screen.close();
  });
});
