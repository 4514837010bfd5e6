/*
 * Many reports of one thing: told from each other by their reasons, answered through
 * one, and the reporter sees it.
 */
import { describe, expect, it } from 'vitest';
import { report } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { signInAtDesk } from './lib/steps';

const BURST = { topic: 'water', description: '南山大道口自来水管爆裂，水漫到了人行道', spot: '南山大道口' };

describe('the same matter twice', () => {
  it('is seen at the desk with its reasons, merged, and told to who reported it', async () => {
    const main = await report(BURST);
    const other = await report({ ...BURST, description: '自来水管爆裂，路口都是水' });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto(`/desk/#/nanshan/case/${main.case}`);
    const row = page.locator('.similar li', { hasText: other.number });
    await row.waitFor();
    expect(await row.textContent()).toContain('都说到“自来水管爆裂”');
    await inspect(page, 'desk-similar-desktop');
    await row.getByRole('button', { name: '并入本件' }).click();
    await page.locator('.case-notice', { hasText: '已并入' }).waitFor();
    const merged = page.locator('section[aria-labelledby=links] li', { hasText: other.number });
    await merged.waitFor();
    await inspect(page, 'desk-merged-desktop');

    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto(`/nanshan/progress/${other.tracking}`);
    await phone.page.getByText(main.number).first().waitFor();
    await inspect(phone.page, 'resident-merged-phone');
    await phone.close();

    await merged.getByRole('button', { name: '撤销合并' }).click();
    await page.locator('.case-notice', { hasText: '已撤销合并' }).waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
