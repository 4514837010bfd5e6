/*
 * Who sees little, hears the page, or has no pointer: large type with fewer things, pages
 * read aloud, and the main paths by keyboard and by what a screen reader is told.
 */
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { COMMUNITY, report } from '../api/lib/world';
import { NARROW, PHONE, inspect, openScreen } from './lib/screen';

/* Moves on by Tab until what has the focus says so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let at = 0; at < 80; at++) {
    await page.keyboard.press('Tab');
    const said = await page.evaluate(() => {
      const one = document.activeElement as HTMLInputElement | null;
      const labels = [...(one?.labels ?? [])].map((label) => label.textContent ?? '');
      return [one?.getAttribute('aria-label') ?? '', ...labels, one?.textContent ?? ''].join(' ').replace(/\s+/g, ' ').trim();
    });
    if (name.test(said)) return;
  }
  throw new Error(`no Tab leads to ${name}`);
}

/* A voice that says nothing and remembers everything. */
function quietVoice(): void {
  const said: string[] = [];
  class Utterance {
    lang = '';
    rate = 1;
    onend: (() => void) | null = null;
    constructor(public text: string) {}
  }
  const voice = {
    speak: (one: Utterance) => {
      said.push(`${one.lang}: ${one.text}`);
      if (said.length < 200) setTimeout(() => one.onend?.(), 0);
    },
    cancel: () => undefined,
  };
  Object.defineProperty(window, 'speechSynthesis', { value: voice });
  Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: Utterance });
  Object.assign(window, { said });
}

const size = (page: Page) => page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));

describe('large type', () => {
  it.each([NARROW, PHONE])('stays from page to page, with fewer things on each, at $width', async (viewport) => {
    const { tracking } = await report();
    const screen = await openScreen({ viewport });
    const { page } = screen;
    await page.goto('/nanshan/?lang=zh');
    const usual = await size(page);
    await page.getByRole('link', { name: '大字版' }).click();
    await page.locator('html.large').waitFor();
    expect(await size(page)).toBeGreaterThan(usual * 1.35);
    await page.locator('summary', { hasText: '更多' }).waitFor();
    expect(await page.getByRole('heading', { name: '最近的诉求' }).isVisible()).toBe(false);
    await inspect(page, `large-tenant-${viewport.width}`);
    for (const [name, path] of Object.entries({ report: `/nanshan/report?area=${COMMUNITY}&lang=zh`, progress: `/nanshan/progress/${tracking}?lang=en`, square: '/nanshan/square?lang=zh' })) {
      await page.goto(path);
      await page.locator('html.large').waitFor();
      await inspect(page, `large-${name}-${viewport.width}`);
    }
    await page.getByRole('link', { name: '标准版' }).click();
    await page.locator('html:not(.large)').waitFor();
    expect(await size(page)).toBe(usual);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('is read aloud, each thing once, and stops when told', async () => {
    const { number, tracking } = await report();
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await page.addInitScript(quietVoice);
    await page.goto(`/nanshan/progress/${tracking}?lang=zh&size=large`);
    await page.getByRole('button', { name: '读给我听' }).click();
    await page.getByRole('button', { name: '读给我听' }).waitFor(); // it came to the end
    const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
    expect(said.some((one) => one.startsWith('zh-CN: ') && one.includes(number))).toBe(true);
    expect(said.length).toBeGreaterThan(5);
    expect(await page.locator('.is-read').count()).toBe(0);
    await page.evaluate(() => Object.assign(window.speechSynthesis, { speak: () => undefined })); // a long sentence
    await page.getByRole('button', { name: '读给我听' }).click();
    await page.locator('.is-read').waitFor();
    await page.getByRole('button', { name: '停下' }).click();
    await page.getByRole('button', { name: '读给我听' }).waitFor();
    expect(await page.locator('.is-read').count()).toBe(0);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});

describe('without a pointer', () => {
  it('a resident reports and comes to where it is followed', async () => {
    const screen = await openScreen({ viewport: NARROW });
    const { page } = screen;
    await page.goto(`/nanshan/report?area=${COMMUNITY}&lang=zh`);
    await tabTo(page, /路灯照明/);
    await page.keyboard.press('Space');
    await tabTo(page, /情况描述/);
    await page.keyboard.type('楼道口的灯不亮，晚上看不见路。');
    await tabTo(page, /^提交/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/nanshan\/progress\/[0-9A-Z]{26}/);
    const heard = await page.locator('main').ariaSnapshot();
    expect(heard).toMatch(/heading .*\[level=1\]/);
    expect(heard).toContain('楼道口的灯不亮');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('a screen reader hears what a form asks, in order, and what is wrong with it', async () => {
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await page.goto(`/nanshan/report?area=${COMMUNITY}&lang=en`);
    const heard = await page.locator('form#report').ariaSnapshot();
    const order = ['heading "Where', 'textbox', 'button "Send'].map((one) => heard.indexOf(one));
    expect(order.every((at, index) => at >= 0 && (index === 0 || at > (order[index - 1] ?? 0)))).toBe(true);
    await page.locator('form#report button[type=submit]').press('Enter');
    const wrong = page.locator('form#report [aria-invalid=true]').first();
    await wrong.waitFor();
    const told = await wrong.evaluate((one) => {
      const said = one.getAttribute('aria-describedby') ?? one.closest('fieldset')?.getAttribute('aria-describedby') ?? '';
      return said.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join('');
    });
    expect(told).not.toBe('');
    expect(screen.faults(/422|400/)).toEqual([]);
    await screen.close();
  });
});
