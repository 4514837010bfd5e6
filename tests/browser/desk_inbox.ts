/*
 * The desk's lists: what comes first and why, filters with a name, several cases at once,
 * keys for all of it, and ten thousand rows in a page that stays small.
 */
import { describe, expect, it } from 'vitest';
import { CLASS, act, dispatched, look, organizationOf, report, staff } from '../api/lib/world';
import { DESKTOP, PHONE, inspect, openScreen } from './lib/screen';
import { send, signInAtDesk, tick } from './lib/steps';

describe('the inbox', () => {
  it('says what to do next and why, and opens it by one key', async () => {
    await report();
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    const next = page.locator('.next-up'); // its step arrives a little later
    await next.locator('strong').waitFor();
    expect(await next.textContent()).toMatch(/接下来/);
    const number = await page.locator('.inbox .cell-number a').first().textContent();
    expect(await next.locator('a').textContent()).toContain(number);
    await inspect(page, 'desk-inbox-next-desktop');
    await page.locator('body').press('f');
    await page.locator('.case-head h1', { hasText: number ?? '' }).waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('keeps a filter under a name, for the unit too, and takes it away', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'dispatcher');
    await page.goto('/desk/#/nanshan/all?state=open&overdue=yes');
    await page.getByRole('button', { name: '存为常用筛选' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('名称').fill('超时未办');
    await tick(dialog.getByLabel('本单位同事也能用'));
    await send(dialog.locator('button[type=submit]'));
    const view = page.locator('.saved-one', { hasText: '超时未办' });
    await view.getByText('本单位').waitFor();
    await dialog.waitFor({ state: 'hidden' });
    await page.goto('/desk/#/nanshan/all');
    await view.waitFor();
    await page.locator('body').press('1');
    await page.waitForURL(/overdue=yes/);
    await inspect(page, 'desk-views-desktop');
    await page.getByRole('button', { name: '整理', exact: true }).press('Enter');
    await page.getByRole('button', { name: '删除“超时未办”' }).press('Enter');
    await view.waitFor({ state: 'detached' });
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});

describe('several at once', () => {
  it.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)('are looked at, done, and taken back, on a %s', async (size, viewport) => {
    const opened = [await report(), await report()];
    const desk = await staff('desk');
    const screen = await openScreen({ viewport });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/all?state=received');
    for (const { number } of opened) await tick(page.getByRole('checkbox', { name: `勾选 ${number}`, exact: true }));
    await page.getByText('已勾选 2 件').waitFor();
    await page.getByRole('checkbox', { name: `勾选 ${opened[0]!.number}`, exact: true }).press('b');
    const dialog = page.getByRole('dialog', { name: '批量办理 2 件' });
    await dialog.getByText('2 件会办理，0 件不动').waitFor();
    await tick(dialog.getByRole('radio', { name: /^内部备注/ }));
    await dialog.locator('textarea').first().fill('一并去看过');
    await inspect(page, `desk-bulk-${size}`);
    await send(dialog.locator('button[type=submit]'));
    await dialog.getByText('办好 2 件，共 2 件').waitFor();
    for (const { case: id } of opened) {
      expect((await look(desk, id)).timeline.at(-1).action).toBe('note');
    }
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});

describe('several to be dispatched', () => {
  it('each go to the unit proposed for them by one key, and all come back', async () => {
    const desk = await staff('desk');
    const handler = await staff('handler');
    const before = await dispatched(desk, handler); // what such matters went to is proposed
    await act(handler, before.case, 'sign', {}, { part: 1 });
    const opened = [await report(), await report()];
    for (const { case: id } of opened) await act(desk, id, 'file', { class: CLASS });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/all?state=filed');
    for (const { number } of opened) await tick(page.getByRole('checkbox', { name: `勾选 ${number}`, exact: true }));
    await page.getByRole('checkbox', { name: `勾选 ${opened[0]!.number}`, exact: true }).press('b');
    const dialog = page.getByRole('dialog', { name: '批量办理 2 件' });
    await tick(dialog.getByRole('radio', { name: /^派单/ }));
    await dialog.getByText('2 件里 2 件有建议').waitFor();
    await dialog.getByRole('radio', { name: /^派单/ }).press('p');
    await dialog.getByText(/→ 派单给/).first().waitFor();
    await inspect(page, 'desk-bulk-proposed-desktop');
    await send(dialog.locator('button[type=submit]'));
    await dialog.getByText('办好 2 件，共 2 件').waitFor();
    for (const { case: id } of opened) expect((await look(desk, id)).parts[0].owner.organization.id).toBe(await organizationOf(handler));
    await send(dialog.getByRole('button', { name: '全部撤销（2 件）' }));
    await dialog.getByText('已撤销').nth(1).waitFor();
    for (const { case: id } of opened) expect((await look(desk, id)).state.name).toBe('filed');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});

describe('ten thousand rows', () => {
  it('scroll in a page that holds a few hundred, and are walked by keyboard', async () => {
    await report();
    const first = (await (await staff('desk')).must('listCases', { query: { view: 'all', limit: 1 } })).items[0];
    const screen = await openScreen();
    const { page } = screen;
    await page.route(/\/api\/v1\/nanshan\/cases\?/, async (route) => {
      const asked = new URL(route.request().url()).searchParams;
      const from = Number(asked.get('before') ?? 0);
      const limit = 1000; // greater pages than the server's: it is the page that is tried here
      const items = Array.from({ length: Math.min(limit, 10_000 - from) }, (_, at) => ({ ...first, case: `R${from + at}`, number: `T-${from + at}` }));
      await route.fulfill({ json: { items, next: from + limit < 10_000 ? String(from + limit) : null, cursor: first.cursor ?? null } });
    });
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/all');
    await page.getByText('T-0', { exact: true }).waitFor();
    const shown = () => page.locator('.inbox .row').count();
    let most = 0;
    for (let last = 0; last < 10_000; ) {
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      most = Math.max(most, await shown());
      last = await page.locator('.view-foot').evaluate((foot) => Number(/\d+/.exec(foot.textContent ?? '')?.[0] ?? 0));
    }
    while (!(await page.getByText('T-9999', { exact: true }).isVisible())) {
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(window.scrollTo(0, document.body.scrollHeight)))));
    }
    most = Math.max(most, await shown());
    expect(most).toBeLessThan(700);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.getByText('T-0', { exact: true }).waitFor();
    for (const key of ['j', 'j', 'k', 'x']) await page.keyboard.press(key);
    await page.getByText('已勾选 1 件').waitFor();
    await screen.close();
  });
});

describe('every key', () => {
  it('is told on one sheet, and g with a letter goes where it says', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.locator('body').press('?');
    const sheet = page.getByRole('dialog', { name: '快捷键' });
    await sheet.getByText('批量办理勾选的').waitFor();
    await inspect(page, 'desk-keys-desktop');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.getByRole('heading', { level: 1, name: '全部诉求' }).waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
