/*
 * Which dispute goes where: a page of words that works without script, and its way to the door.
 */
import { describe, expect, it } from 'vitest';
import { DESKTOP, PHONE, inspect, openScreen } from './lib/screen';

describe('which dispute goes where', () => {
  it('is read and leads to the form, without script', async () => {
    const screen = await openScreen({ viewport: PHONE, javaScriptEnabled: false });
    const { page } = screen;
    await page.goto('/nanshan?lang=zh');
    await page.getByRole('link', { name: '有了纠纷，先看去哪儿说' }).click();
    await page.getByRole('link', { name: /欠薪、工伤/ }).click();
    expect(page.url()).toContain('#labour');
    await page.getByRole('link', { name: '告诉调解员' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(page.url()).toContain('playbook=dispute');
    await screen.close();
    for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
      const seen = await openScreen({ viewport });
      await seen.page.goto(`/nanshan/disputes?lang=${size === 'phone' ? 'zh' : 'en'}`);
      await inspect(seen.page, `disputes-${size}`);
      expect(seen.faults()).toEqual([]);
      await seen.close();
    }
  });
});
