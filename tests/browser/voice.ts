/*
 * A voice as it was: recorded at the telephone while they speak, heard by who handles the matter.
 */
import { describe, expect, it } from 'vitest';
import { inspect, openScreen, PHONE } from './lib/screen';
import { send, signInAtDesk, tick } from './lib/steps';

describe('a voice', () => {
  it('is recorded while somebody calls, sent with the report, and played beside it', async () => {
    const screen = await openScreen({ permissions: ['microphone'] });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/intake');
    await page.locator('.intake-form input[type=tel]:focus').waitFor();
    await page.getByLabel('情况描述').fill('马家龙社区三栋楼下一直有噪声扰民');
    await tick(page.getByRole('radio', { name: '噪声扰民' }));
    await send(page.getByRole('button', { name: '录音', exact: true }));
    await page.getByRole('button', { name: '0:01，说完了' }).waitFor();
    await inspect(page, 'desk-voice-desktop');
    await send(page.getByRole('button', { name: /说完了$/ }));
    await page.locator('.document-new', { hasText: /录音 0:\d\d/ }).waitFor();
    await expect.poll(() => page.getByRole('combobox', { name: '在哪里' }).inputValue()).toBe('马家龙社区');
    await send(page.getByRole('button', { name: '只登记' }));
    await page.locator('.intake-done h1:focus').waitFor();
    await page.getByRole('link', { name: '打开这件事项' }).press('Enter');
    const player = page.locator('audio[controls]').first();
    await player.waitFor();
    const heard = await player.evaluate(
      (audio: HTMLAudioElement) =>
        new Promise<boolean>((done) => {
          audio.onloadedmetadata = () => done(true);
          audio.onerror = () => done(false);
          audio.preload = 'auto';
          audio.load();
        }),
    );
    expect(heard).toBe(true);
    await inspect(page, 'desk-voice-case-desktop');
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-voice-case-phone');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('is recorded by a resident on a phone, in English', async () => {
    const screen = await openScreen({ viewport: PHONE, hasTouch: true, permissions: ['microphone'] });
    const { page } = screen;
    await page.goto('/nanshan/report?area=440305001007&lang=en');
    await page.locator('#description').fill('The drill goes on after midnight.');
    await tick(page.getByRole('radio', { name: 'Noise' }));
    await send(page.getByRole('button', { name: 'Record', exact: true }));
    await page.getByRole('button', { name: '0:01, done' }).waitFor();
    await send(page.getByRole('button', { name: /, done$/ }));
    await page.locator('.file-list li', { hasText: /Record 0:\d\d/ }).getByRole('button', { name: 'Remove' }).waitFor();
    await page.locator('.file-list progress').waitFor({ state: 'detached' });
    await inspect(page, 'resident-voice-phone');
    await send(page.getByRole('button', { name: 'Send', exact: true }));
    await page.waitForURL(/\/progress\//);
    await page.getByRole('link', { name: /^Recording (WEBM|M4A)/ }).waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
