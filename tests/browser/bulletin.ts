/*
 * The daily bulletin: drafted, changed and kept by one, checked by another, copied and saved as a picture.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clock, report } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { signInAtDesk } from './lib/steps';

describe('the daily bulletin', () => {
  it('goes from the day to the work group', async () => {
    const came = await report();
    await clock().sync();
    const writer = await openScreen();
    await signInAtDesk(writer.page, 'desk');
    await writer.page.goto('/desk/#/nanshan/duty?tab=daily');
    const words = writer.page.locator('.briefing textarea');
    await expect.poll(() => words.inputValue()).toContain(came.number);
    await inspect(writer.page, 'bulletin-draft-desktop');
    await words.fill(`${await words.inputValue()}  明天查消防通道。`);
    await writer.page.getByRole('button', { name: '保存，等人核对' }).click();
    const kept = writer.page.locator('.briefing-kept details').first();
    await kept.locator('summary', { hasText: '待核对' }).click();
    await kept.getByText('明天查消防通道').waitFor();
    expect(await kept.getByRole('button', { name: '核对无误' }).count()).toBe(0);
    expect(writer.faults()).toEqual([]);
    await writer.close();

    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await signInAtDesk(page, 'chief');
    await page.goto('/desk/#/nanshan/duty?tab=daily');
    const there = page.locator('.briefing-kept details').first();
    await there.locator('summary', { hasText: '待核对' }).click();
    await there.getByRole('button', { name: '核对无误' }).click();
    await there.locator('summary', { hasText: '已核对' }).waitFor();
    if ((await there.getAttribute('open')) === null) await there.locator('summary').click();
    await inspect(page, 'bulletin-checked-phone');
    const [saved] = await Promise.all([page.waitForEvent('download'), there.getByRole('button', { name: '存成一张图' }).click()]);
    expect(saved.suggestedFilename()).toMatch(/^每日通报-\d{4}-\d\d-\d\d\.png$/);
    const bytes = readFileSync((await saved.path())!);
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.readUInt32BE(16)).toBe(1080);
    expect(bytes.readUInt32BE(20)).toBeGreaterThan(500);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
