/*
 * Without a telephone: a card from the guard box, entered at the desk through its code by who has
 * to sign in first, a slip with the number, and what is asked back by it.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, look, staff } from '../api/lib/world';
import { DESKTOP, PHONE, inspect, openScreen, picture } from './lib/screen';
import { send, signInAtDesk, tick } from './lib/steps';

describe('who has no telephone', () => {
  it('fills in a card, is entered from it in one form, and takes a slip with a number home', async () => {
    const screen = await openScreen();
    const { page } = screen;
    for (const lang of ['zh', 'en']) {
      await page.goto(`/nanshan/card?area=${COMMUNITY}&lang=${lang}`);
      const sheets = (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type \/Page\b/g);
      expect([lang, sheets?.length]).toEqual([lang, 1]);
    }

    /* who scans its code on a phone signs in, and is where they wanted to be */
    await page.setViewportSize(PHONE);
    await page.goto(`/desk/#/nanshan/intake?playbook=service-request&via=card&area=${COMMUNITY}`);
    await page.locator('#login').fill('desk');
    await page.locator('#password').fill('linli-demo');
    await send(page.locator('.sign-in-form button[type=submit]'));
    const form = page.locator('.intake-form');
    await form.getByRole('radio', { name: '纸质卡', checked: true }).waitFor();
    await expect.poll(() => form.getByRole('combobox', { name: '在哪里', exact: true }).inputValue()).toContain('社区');
    await form.getByLabel('情况描述').fill('三楼楼道灯不亮，晚上看不见路。');
    await tick(form.getByRole('radio', { name: '路灯照明' }));
    await form.getByLabel('怎么称呼、住在哪里').fill('陈阿婆，一栋101');
    await tick(form.getByRole('radio', { name: '书面回执' }));
    await inspect(page, 'desk-card-phone');
    await page.setViewportSize(DESKTOP);
    await send(form.getByRole('button', { name: '只登记' }));
    const done = page.locator('.intake-done');
    const number = (await done.getByRole('heading', { level: 1 }).textContent())?.trim() ?? '';
    await inspect(page, 'desk-card-done-desktop');

    const opens = page.waitForEvent('popup');
    await done.getByRole('button', { name: '开回执并打印' }).press('Enter');
    const slip = await opens;
    await slip.locator('.paper-head', { hasText: number }).waitFor();
    expect(await slip.locator('main').innerText()).not.toContain('陈阿婆');
    await picture(slip, 'slip');
    await done.getByRole('link', { name: '再打印回执' }).waitFor();
    await page.locator('.intake-links a').press('Enter');
    await page.locator('.case-head h1', { hasText: number }).waitFor();
    const seen = await look(await staff('desk'), page.url().split('/').at(-1) ?? '');
    expect([seen.via, seen.fields.find((one: any) => one.name === 'answer_by').value]).toEqual(['card', 'slip']);
    expect(screen.faults(/401/)).toEqual([]); // who is asked for before signing in
    await screen.close();
  });

  it('is understood on the telephone: a number that was said wrong is told', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/all?q=26-99991');
    await page.getByText('编号里有一位不对').waitFor();
    await page.goto('/desk/#/nanshan/all?q=26-99999');
    await expect.poll(() => page.locator('.empty').innerText()).toContain('没有符合条件的诉求');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
