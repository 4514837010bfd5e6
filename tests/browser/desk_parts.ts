/*
 * Rows of a case at the desk: joint funding, from the first problem to the settlement.
 */
import { describe, expect, it } from 'vitest';
import { look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { chooseUnit, come, doAction, doInPart, openAtDesk, pressAction, send, signInAtDesk, tick } from './lib/steps';

const LAMPS = '南山路灯维护队（演示）';

describe('joint funding', () => {
  it('is stopped while money is missing, warns, and is settled to the fen', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    const { id } = await openAtDesk(page, 'joint-funding', async (form) => {
      await form.getByLabel('要办什么事').fill('楼院整治');
      await form.getByLabel('预算').fill('1000');
    });
    await doAction(page, '邀请单位', (dialog) => chooseUnit(page, dialog, '邀请哪些单位', LAMPS));
    await doAction(page, '添加问题', async (dialog) => {
      await dialog.getByLabel('问题').fill('一号院屋面漏雨');
      await dialog.getByLabel('估算费用').fill('400.5');
    });
    await page.locator('.part', { hasText: '400.50元' }).waitFor();
    await pressAction(page, '开始实施');
    const dialog = page.getByRole('dialog');
    await send(dialog.locator('button[type=submit]'));
    await dialog.locator('.notice-bad', { hasText: '认领的还不够预算' }).waitFor();
    await inspect(page, 'desk-funding-stopped-desktop');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    const unit = await come('handler', id, { viewport: PHONE });
    await doInPart(unit.page, LAMPS, '认领', async (one) => {
      await tick(one.getByRole('radio', { name: '出资金' }));
      await one.getByLabel('认领金额').fill('1000');
    });
    await inspect(unit.page, 'desk-funding-promise-phone');
    expect(unit.faults()).toEqual([]);
    await unit.close();
    await page.reload();
    await doAction(page, '开始实施', async () => undefined);
    await doInPart(page, LAMPS, '登记到账', (one) => one.getByLabel('已到账').fill('1000'));
    await page.locator('.part', { hasText: '1,000.00元' }).waitFor();
    await pressAction(page, '结算');
    await dialog.getByLabel('实际支出').fill('899.99');
    await send(dialog.locator('button[type=submit]'));
    await dialog.locator('.notice-warn', { hasText: '还有问题没有解决' }).waitFor();
    await dialog.getByRole('button', { name: '仍然要做' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.locator('.part', { hasText: '100.01元' }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await inspect(page, 'desk-funding-phone');
    const seen = await look(await staff('desk'), id);
    expect(seen.state.name).toBe('settled');
    expect(seen.parts[0].fields.find((one: any) => one.name === 'back').value).toBe('10001');
    expect(screen.faults(/409/)).toEqual([]);
    await screen.close();
  });
});
