/*
 * Neighbours' help, from the phone of who needs it, and from who comes.
 */
import { describe, expect, it } from 'vitest';
import { PHONE, inspect, openScreen } from './lib/screen';
import { send, signInAtDesk, tick } from './lib/steps';

describe('a neighbour in need', () => {
  it('finds where to ask, asks, and sees that somebody is asked', async () => {
    const screen = await openScreen({ viewport: PHONE, hasTouch: true });
    const { page } = screen;
    await page.goto('/nanshan/?lang=zh');
    await page.getByRole('link', { name: '邻里互助' }).click();
    expect(await page.locator('h1').textContent()).toBe('邻里互助');
    await tick(page.getByRole('radio', { name: '急用药品' }));
    await page.locator('#description').fill('退烧药一盒，孩子三岁');
    await page.locator('#contact').fill('13800138000');
    await page.locator('select[name=area]').selectOption({ label: '马家龙社区' });
    await inspect(page, 'neighbour-help-phone');
    await page.getByRole('button', { name: '提交' }).click();
    await page.waitForURL(/\/nanshan\/progress\/[0-9A-Z]{26}/);
    expect(await page.locator('main, body').first().textContent()).toContain('正在找最近的团队');
    expect(screen.faults()).toEqual([]);
    await screen.close();

    const desk = await openScreen();
    await signInAtDesk(desk.page, 'admin');
    await desk.page.goto('/desk/#/nanshan/people?tab=persons');
    await desk.page.locator('.plain-table').waitFor();
    await desk.page.getByRole('button', { name: /^登记离岗/ }).first().click();
    const dialog = desk.page.getByRole('dialog', { name: /离岗/ });
    await dialog.getByLabel('离岗至').fill('2030-01-05');
    await inspect(desk.page, 'desk-absence-desktop');
    await send(dialog.locator('button[type=submit]'));
    await desk.page.getByRole('button', { name: /^已返岗/ }).first().click();
    await desk.page.getByText(/已返岗。/).waitFor();
    await desk.close();
  });
});
