/*
 * The tour of the demo, walked as its card says: scan, report, dispatch, do, check, rate.
 */
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { openScreen } from './lib/screen';
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
  await send(card(page).getByRole('link', { name: '去这里' }));
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
    await page.goto('/desk/');
    await send(page.getByRole('button', { name: /导览/ }));
    await step(page, '扫码');
    await send(card(page).getByRole('link', { name: '去这里' }));
    await page.locator('form#report').waitFor();
    await step(page, '扫码');
    await send(card(page).getByRole('button', { name: '做完了，下一步' }));
    expect(await step(page, '上报')).toContain('路灯照明');
    await tick(page.getByRole('radio', { name: '路灯照明' }));
    await page.getByLabel('情况描述').fill('楼下的路灯不亮了。');
    await send(page.locator('form#report button[type=submit]'));
    await page.waitForURL(/\/progress\//);
    const number = await page.locator('#progress').getAttribute('data-number') ?? '';
    expect(await step(page, '派单')).toContain(`打开工单 ${number}`);

    await signInAsAsked(page);
    await openFromInbox(page, number);
    await doAction(page, '立案并派单', (dialog) => chooseClass(page, dialog, '路灯'));
    await page.locator('.case-head').getByText('办理中').waitFor();
    await send(page.getByRole('button', { name: '退出登录' }));
    await send(card(page).getByRole('button', { name: '做完了，下一步' }));

    expect(await step(page, '办理')).toContain(number);
    await signInAsAsked(page);
    await openFromInbox(page, number);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
