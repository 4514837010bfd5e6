/*
 * Debian's Chromium with a fresh profile, and what is asked of every page: no
 * error in the console, no sideways scrolling, nothing from axe-core.
 */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { base } from '../../api/lib/world';

const packages = createRequire(new URL('../../../web/package.json', import.meta.url));
const axe = readFileSync(packages.resolve('axe-core/axe.min.js'), 'utf8');

export const PHONE = { width: 390, height: 844 };
export const NARROW = { width: 320, height: 640 };
export const DESKTOP = { width: 1440, height: 900 };

let browser: Browser | undefined;
const open = new Set<{ page: Page; said: string[] }>();

export async function openBrowser(): Promise<void> {
  browser = await chromium.launch({
    executablePath: process.env.LINLI_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream', // a microphone that beeps
    ],
  });
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
}

export interface Screen {
  page: Page;
  /* What the console said wrong, but what a test expects. */
  faults(expected?: RegExp): string[];
  close(): Promise<void>;
}

/* A person's browser: their own profile, size and language. */
export async function openScreen(options: BrowserContextOptions = {}): Promise<Screen> {
  if (browser === undefined) throw new Error('no browser was started');
  const context = await browser.newContext({
    baseURL: base(),
    viewport: DESKTOP,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(String(error)));
  const one = { page, said };
  open.add(one);
  return {
    page,
    faults: (expected) => said.filter((text) => expected === undefined || !expected.test(text)),
    close: () => {
      open.delete(one);
      return context.close();
    },
  };
}

/* What the pages that are still open show and said, for a test that failed; closes them. */
export async function lastWords(): Promise<string> {
  const words: string[] = [];
  for (const { page, said } of open) {
    const alerts = await page.locator('[role=alert], [role=status], .ask-error').allInnerTexts().catch(() => []);
    words.push([page.url(), ...alerts.filter((text) => text.trim() !== ''), ...said].join('\n  '));
    await page.context().close();
  }
  open.clear();
  return words.join('\n');
}

/* How far a page goes beyond its sides. */
export async function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/* All of axe-core's rules, or some. */
async function violations(page: Page, rules?: string[]): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async (only) => {
    const { axe: engine } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const found = (await engine.run(only === undefined ? {} : { runOnly: only })).violations;
    return found.map((one) => `${one.impact} ${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`);
  }, rules);
}

/* The contrast alone, in a scheme the rest was not asked in. */
export async function colours(page: Page, name: string): Promise<void> {
  const found = { name, violations: await violations(page, ['color-contrast']) };
  expect(found, JSON.stringify(found)).toEqual({ name, violations: [] });
}

const FINGER = 43.5;
/* What WCAG 2.2 (2.5.8) asks for a mouse; only the desk, on a wide screen, is meant for one. */
const MOUSE = 24;
const WIDE = 960;

/* Everything that has to be pressed and is smaller than what presses it. */
async function small(page: Page): Promise<string[]> {
  const isDesk = new URL(page.url()).pathname.startsWith('/desk');
  const least = isDesk && (page.viewportSize()?.width ?? 0) >= WIDE ? MOUSE : FINGER;
  return page.evaluate((lowest) =>
    Array.from(document.querySelectorAll<HTMLElement>('a, button, input:not([type=hidden]), select, textarea'))
      .filter((element) => {
        /* A file is chosen by any of its labels. */
        const targets = element.matches('[type=file]') ? [element, ...((element as HTMLInputElement).labels ?? [])] : [element];
        const boxes = targets.map((one) => one.getBoundingClientRect());
        const [width, height] = [Math.max(...boxes.map((box) => box.width)), Math.max(...boxes.map((box) => box.height))];
        const inLine = getComputedStyle(element).display === 'inline';
        const inside = element.closest('.el-dialog__header, .check, .row') !== null;
        /* what is a pixel is there for the keyboard; its label is what is pressed */
        return width > 1 && height > 1 && height < lowest && !inLine && !inside;
      })
      .map((element) => element.outerHTML.slice(0, 120)), least,
  );
}

/* A picture, for who wants to look (LINLI_SHOTS names the folder). */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.LINLI_SHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/* What is asked of every page, at this size. */
export async function inspect(page: Page, name: string): Promise<void> {
  await picture(page, name);
  const found = { name, sideways: await sideways(page), small: await small(page), violations: await violations(page) };
  expect(found, JSON.stringify(found)).toEqual({ name, sideways: 0, small: [], violations: [] });
}
