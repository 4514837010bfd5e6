/*
 * The wall: signed in or by its link, in both sizes and languages; grey and dated while nothing
 * comes; and after hundreds of readings no larger than before.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { COMMUNITY, act, newKey, organizationOf, report, staff } from '../api/lib/world';
import { inspect, openScreen, picture } from './lib/screen';
import { signInAtDesk } from './lib/steps';

const HD = { width: 1920, height: 1080 };
const WALL = { width: 3840, height: 2160 };
const STREET = '440305001';

/* The smallest type on the page, in pixels. */
const smallest = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.min(
      ...[...document.querySelectorAll<HTMLElement>('.wall *')]
        .filter((one) => one.closest('.unseen') === null && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== ''))
        .map((one) => Number.parseFloat(getComputedStyle(one).fontSize)),
    ),
  );

async function blow(): Promise<string> {
  const desk = await staff('desk');
  const opened = await desk.must('openCase', {
    json: { playbook: 'whistle-assembly', area: COMMUNITY, via: 'desk', fields: { matter: '占道经营', grounds: 'joint', finish_by: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10) } },
    key: newKey(),
  });
  await act(desk, opened.case, 'blow', { lead: await organizationOf(await staff('handler')), demand: '到场' });
  return opened.number as string;
}

describe('the screen', () => {
  it('shows the street to who is signed in, and hears at once of what comes in', async () => {
    const whistle = await blow();
    const screen = await openScreen({ viewport: HD });
    const { page } = screen;
    await page.goto(`/screen/#/nanshan/${STREET}`);
    await page.getByText('这块大屏还没有登录。').waitFor();
    await signInAtDesk(page, 'desk');
    await page.goto(`/screen/#/nanshan/${STREET}`);
    await page.locator('.wall h1', { hasText: '南头街道' }).waitFor();
    await page.locator('.runs li').first().waitFor();
    await page.locator('.map-place', { hasText: '马家龙' }).waitFor();
    await expect.poll(() => page.locator('.time').textContent()).toContain('实时');
    const { number } = await report();
    await page.locator('.stream li', { hasText: number }).waitFor();
    expect(await page.locator('.stream').textContent()).not.toContain('看不清台阶');
    const row = page.locator('.places tr', { hasText: '马家龙' });
    expect(Number(await row.locator('td').first().textContent())).toBeGreaterThan(0);
    await expect.poll(() => page.locator('.runs').textContent(), { timeout: 40_000 }).toContain(whistle);
    expect(await smallest(page)).toBeGreaterThanOrEqual(24);
    await inspect(page, 'screen-1920-zh');
    expect(screen.faults(/401/)).toEqual([]);
    await screen.close();
  });

  it('is readable from afar on a large wall, in English too, by its own link', async () => {
    const admin = await staff('admin');
    const made = await admin.must('makeScreen', { json: { name: '一楼大厅', area: STREET } });
    const screen = await openScreen({ viewport: WALL });
    const { page } = screen;
    await page.goto(`${made.path}&lang=en`);
    await page.locator('.figures dt', { hasText: 'Overdue' }).waitFor();
    await page.locator('.map-place', { hasText: '马家龙' }).waitFor();
    expect(await smallest(page)).toBeGreaterThanOrEqual(48);
    await inspect(page, 'screen-3840-en');
    await admin.must('endScreen', { path: { screen: made.screen } });
    await page.reload();
    await page.getByText('This screen’s link has ended').waitFor();
    expect(screen.faults(/404/)).toEqual([]);
    await screen.close();
  });

  it('turns grey and says since when while nothing comes, and finds back', async () => {
    const screen = await openScreen({ viewport: HD });
    const { page } = screen;
    await page.clock.install();
    await signInAtDesk(page, 'desk');
    await page.goto(`/screen/#/nanshan/${STREET}`);
    await page.locator('.wall').waitFor();
    await page.route('**/overview?*', (route) => route.abort());
    await page.clock.runFor(120_000);
    await page.locator('.wall.grey .stale', { hasText: '数据停在' }).waitFor();
    await picture(page, 'screen-stale-zh');
    await page.unroute('**/overview?*');
    await page.clock.runFor(31_000);
    await page.locator('.wall:not(.grey) .time').waitFor();
    await screen.close();
  });

  it('is no larger after hundreds of readings', async () => {
    const desk = await staff('desk');
    const base = await desk.must('getOverview', { query: { family: 'whistle' } });
    const screen = await openScreen({ viewport: HD });
    const { page } = screen;
    await page.clock.install();
    await signInAtDesk(page, 'desk');
    let turn = 0;
    await page.route('**/overview?*', async (route) => {
      turn++;
      const many = (most: number) => Array.from({ length: (turn * 7) % (most + 1) }, (_, at) => at);
      const json = {
        ...base,
        opened: turn,
        places: base.places.map((place: any, at: number) => ({ ...place, open: (turn + at) % 30, overdue: (turn + at) % 5 })),
        dots: many(500).map((at) => ({ lon: 113.93 + (at % 20) / 1000, lat: 22.54 + (at % 13) / 1000, overdue: at % 3 === 0 })),
        events: many(40).map((at) => ({ at: base.as_of, done: at % 2 === 0, number: `W${turn}-${at}`, about: { zh: '路灯', en: 'Street lamp' }, area: base.places[at % base.places.length].area })),
        runs: many(12).map((at) => ({ number: `R${turn}-${at}`, playbook: 'whistle', title: { zh: '集结哨', en: 'Assembly' }, state: { name: 'blown', label: { zh: '已吹哨', en: 'Blown' } }, area: base.area, opened_at: base.as_of, due_at: base.as_of, overdue: false, parts: [] })),
      };
      await route.fulfill({ json });
    });
    await page.goto(`/screen/#/nanshan/${STREET}`);
    await page.locator('.wall').waitFor();
    const shown = () => page.locator('.figure-opened dd').textContent();
    /* in steps that are shorter than the page's patience with an answer, which the held clock moves too */
    const readings = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const before = await shown();
        for (let step = 0; step < 50 && (await shown()) === before; step++) await page.clock.runFor(10_000);
        expect(await shown()).not.toBe(before);
      }
    };
    const cdp = await page.context().newCDPSession(page);
    const weigh = async () => {
      await cdp.send('HeapProfiler.enable');
      for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage');
      const { usedSize } = await cdp.send('Runtime.getHeapUsage');
      const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
      return { usedSize, nodes, jsEventListeners };
    };
    await readings(60); // once through all lengths of the lists
    const before = await weigh();
    await readings(180);
    const after = await weigh();
    expect(after.usedSize - before.usedSize).toBeLessThan(3_000_000);
    expect(after.nodes - before.nodes).toBeLessThan(1_000);
    expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(50);
    if (process.env.LINLI_SHOTS !== undefined) console.log(JSON.stringify({ before, after }));
    await screen.close();
  });
});
