/*
 * A resident with a phone: with script and without.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMUNITY, LAMP } from '../api/lib/world';
import { PHONE, inspect, openScreen, type Screen } from './lib/screen';

const TRACKED = /\/nanshan\/progress\/[0-9A-Z]{26}/;
const FORM = `/nanshan/report?area=${COMMUNITY}&lang=zh`;

describe('without script', () => {
  it('a resident finds the place, reports, and reads what became of it', async () => {
    const screen = await openScreen({ viewport: PHONE, hasTouch: true, javaScriptEnabled: false });
    const { page } = screen;
    await page.goto('/');
    await page.getByRole('link', { name: '南头街道' }).click();
    await page.getByRole('link', { name: '马家龙社区' }).click();
    await page.getByRole('radio', { name: '路灯照明' }).check();
    await page.getByLabel('情况描述').fill(LAMP.description);
    await page.getByLabel('联系电话').fill('12345');
    await page.getByRole('button', { name: '提交' }).click();

    expect(await page.locator('#contact-error').textContent()).not.toBe('');
    expect(await page.getByLabel('情况描述').inputValue()).toBe(LAMP.description);
    await page.getByLabel('联系电话').fill('13800138000');
    await page.getByRole('button', { name: '提交' }).click();

    await page.waitForURL(TRACKED);
    expect(await page.locator('h1').textContent()).toContain('已收到');
    expect(await page.locator('.said').textContent()).toContain(LAMP.description);
    expect(await page.locator('.thanks').count()).toBe(1);
    expect(await page.getByRole('button', { name: '复制链接' }).isVisible()).toBe(false);
    const progress = page.url();

    /* the number they wrote down */
    const told = (await page.locator('.told').textContent()) ?? '';
    expect(told).toMatch(/^\d{4}( \d{4}){3}$/);
    await page.goto('/nanshan/?lang=zh');
    await page.getByLabel('输入查询号').fill(told.slice(0, -1));
    await page.getByRole('button', { name: '查询', exact: true }).click();
    await page.getByText('请核对有没有抄错').waitFor();
    await page.getByLabel('输入查询号').fill(told);
    await page.getByRole('button', { name: '查询', exact: true }).click();
    await page.waitForURL(progress);
    await screen.close();
  });
});

describe('with script', () => {
  let screen: Screen;

  beforeEach(async () => {
    screen = await openScreen({ viewport: PHONE, hasTouch: true, permissions: ['clipboard-read', 'clipboard-write'] });
  });
  afterEach(() => screen.close());

  it('types a number that is nobody’s', async () => {
    const { page } = screen;
    await page.goto('/nanshan/find?lang=zh');
    await page.getByLabel('输入查询号').fill('0000 0000 0000 0000');
    await page.getByRole('button', { name: '查询', exact: true }).click();
    await page.getByText('没有找到这个号码').waitFor();
    await inspect(page, 'find-wrong-phone');
    expect(screen.faults(/422/)).toEqual([]);
  });

  it('is told what is missing, at its place and with the focus there', async () => {
    const { page } = screen;
    await page.goto(FORM);
    await page.getByRole('button', { name: '提交' }).click();
    await page.locator('#topic-error:visible').waitFor();
    expect(await page.locator('#description-error').textContent()).toBe('请填写这一项。');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('topic');
    expect(await page.locator('#description').getAttribute('aria-invalid')).toBe('true');
    await inspect(page, 'report-missing-phone');
    await page.locator('#description').fill('灯');
    expect(await page.locator('#description-error').isVisible()).toBe(false);
    expect(screen.faults()).toEqual([]);
  });

  it('sees how much may be written, and finds the draft again', async () => {
    const { page } = screen;
    await page.goto(FORM);
    await page.locator('#description').fill('灯'.repeat(1900));
    expect(await page.locator('.count').textContent()).toContain('100');
    await page.locator('#description').fill('灯不亮');
    expect(await page.locator('.count').isVisible()).toBe(false);
    await page.getByRole('radio', { name: '路灯照明' }).check();
    await page.reload();
    expect(await page.locator('#description').inputValue()).toBe('灯不亮');
    expect(await page.locator('input[name=topic][value=lamp]').isChecked()).toBe(true);
    expect(screen.faults()).toEqual([]);
  });

  it('is called when they leave a number, unless they choose otherwise', async () => {
    const { page } = screen;
    await page.goto(FORM);
    const chosen = () => page.locator('input[name=answer_by]:checked').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
    expect(await chosen()).toEqual([]);
    await page.locator('#contact').fill('13800138000');
    expect(await chosen()).toEqual(['phone']);
    await page.locator('#contact').fill('');
    expect(await chosen()).toEqual([]);
    await page.locator('input[name=answer_by][value=message]').check();
    await page.locator('#contact').fill('13800138000');
    expect(await chosen()).toEqual(['message']);
    expect(screen.faults()).toEqual([]);
  });

  it('loses nothing when the network fails, and reports once', async () => {
    const { page } = screen;
    const keys: (string | undefined)[] = [];
    let failing = true;
    await page.route('**/api/v1/nanshan/cases', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      if (failing) await route.abort('connectionfailed');
      else await route.continue();
    });
    await page.goto(FORM);
    await page.getByRole('radio', { name: '路灯照明' }).check();
    await page.locator('#description').fill(LAMP.description);
    await page.getByRole('button', { name: '提交' }).click();
    await page.locator('#problem', { hasText: '没有送达' }).waitFor();
    expect(await page.locator('#description').inputValue()).toBe(LAMP.description);
    await page.reload();
    failing = false;
    await page.getByRole('button', { name: '提交' }).click();
    await page.waitForURL(TRACKED);
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
    expect(screen.faults(/ERR_CONNECTION_FAILED/)).toEqual([]);
  });

  it('reaches the page of the first report when its answer was lost', async () => {
    const { page } = screen;
    let dropped = false;
    let first = { tracking: '' };
    await page.route('**/api/v1/nanshan/cases', async (route) => {
      if (dropped) return route.continue();
      dropped = true;
      first = (await (await route.fetch()).json()) as { tracking: string };
      return route.abort('connectionreset');
    });
    await page.goto(FORM);
    await page.getByRole('radio', { name: '路灯照明' }).check();
    await page.locator('#description').fill(LAMP.description);
    await page.getByRole('button', { name: '提交' }).click();
    await page.locator('#problem', { hasText: '没有送达' }).waitFor();
    await page.getByRole('button', { name: '提交' }).click();
    await page.waitForURL(`**/nanshan/progress/${first.tracking}*`);
    expect(screen.faults(/ERR_CONNECTION_RESET/)).toEqual([]);
  });

  it('is told that it had arrived, when the words are other ones by now', async () => {
    const { page } = screen;
    let dropped = false;
    await page.route('**/api/v1/nanshan/cases', async (route) => {
      if (dropped) return route.continue();
      dropped = true;
      await route.fetch();
      return route.abort('connectionreset');
    });
    await page.goto(FORM);
    await page.getByRole('radio', { name: '路灯照明' }).check();
    await page.locator('#description').fill(LAMP.description);
    await page.getByRole('button', { name: '提交' }).click();
    await page.locator('#problem', { hasText: '没有送达' }).waitFor();
    await page.locator('#description').fill('改过的话');
    await page.getByRole('button', { name: '提交' }).click();
    await page.locator('#problem', { hasText: '已经收到过了' }).waitFor();
    expect(await page.getByRole('button', { name: '提交' }).isDisabled()).toBe(true);
    expect(screen.faults(/ERR_CONNECTION_RESET|422/)).toEqual([]);
  });

  it('reads what the server finds wrong at its field', async () => {
    const { page } = screen;
    await page.goto(FORM.replace('lang=zh', 'lang=en'));
    await page.getByRole('radio').first().check();
    await page.locator('#description').fill('dark');
    await page.locator('#contact').fill('12345');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('#contact-error:visible').waitFor();
    expect(await page.locator('#contact-error').textContent()).toMatch(/^[\x20-\x7e]+$/);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('contact');
    await page.locator('#contact').fill('');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForURL(TRACKED);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    expect(screen.faults(/422/)).toEqual([]);
  });

  it('takes the link along', async () => {
    const { page } = screen;
    await page.goto(FORM);
    await page.getByRole('radio', { name: '路灯照明' }).check();
    await page.locator('#description').fill(LAMP.description);
    await page.getByRole('button', { name: '提交' }).click();
    await page.waitForURL(TRACKED);
    await page.getByRole('button', { name: '复制链接' }).click();
    await page.getByRole('button', { name: '已复制' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe((await page.locator('#url').textContent())?.trim());
    expect(TRACKED.test(copied)).toBe(true);
    expect(screen.faults()).toEqual([]);
  });
});
