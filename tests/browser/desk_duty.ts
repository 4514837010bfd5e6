/*
 * Duty at the desk: a month's roster from a table, the hand-over that the system
 * wrote and another signs, the morning sheet; and where things are.
 */
import { describe, expect, it } from 'vitest';
import { act, report, staff } from '../api/lib/world';
import { DESKTOP, PHONE, inspect, openScreen } from './lib/screen';
import { signInAtDesk } from './lib/steps';

describe('duty', () => {
  it('is planned from a table, handed over, signed, and begins the day with a sheet', async () => {
    const { number } = await report();
    const admin = await staff('admin');
    const day = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.getByRole('link', { name: '值班' }).click();
    await page.getByText('还没有排班。').waitFor();
    const csv = `日期,岗位,姓名,开始,结束\n${day},带班领导,周海燕,,\n${day},值班员,王晓岚,00:00,23:59\n${day},值班员,没有这人,,\n`;
    const file = (text: string) => ({ name: '值班表.csv', mimeType: 'text/csv', buffer: Buffer.from(`\uFEFF${text}`) });
    await page.locator('input[type=file]').setInputFiles(file(csv));
    await page.getByText('第 4 行：没有这个人').waitFor();
    await page.locator('input[type=file]').setInputFiles(file(csv.split('\n').slice(0, 3).join('\n')));
    await page.getByRole('button', { name: '保存值班表' }).click();
    await page.locator('.plain-table tr', { hasText: '王晓岚' }).waitFor();
    await inspect(page, 'desk-roster-desktop');
    await page.getByRole('button', { name: '交接班', exact: true }).click();
    const text = page.getByRole('textbox', { name: '文字' });
    await expect.poll(() => text.inputValue()).toContain(number);
    await inspect(page, 'desk-handover-desktop');
    await page.getByRole('button', { name: '交班', exact: true }).click();
    await page.getByText('待签收').waitFor();
    const [kept] = (await admin.must('listReports', { query: { kind: 'handover', area: '440305' } })).items;
    expect(kept.text).toContain(number);
    await page.getByRole('button', { name: '早间情况', exact: true }).click();
    await page.locator('.briefing-print', { hasText: '今天到期' }).waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('is handed to a colleague who agrees', async () => {
    const admin = await staff('admin');
    const persons = (await admin.must('listPersons', { query: { limit: 200 } })).items;
    const idOf = (login: string) => persons.find((one: any) => one.login === login).person as string;
    const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    const turn = (person: string, hours: [string, string]) => ({ person, post: 'duty_officer', since: `${day}T${hours[0]}:00+08:00`, until: `${day}T${hours[1]}:00+08:00` });
    const rows = [turn(idOf('dispatcher'), ['08:00', '12:00']), turn(idOf('checker2'), ['12:00', '18:00'])];
    await admin.must('putRoster', { json: { area: '440305001', from: day, to: day, rows } });
    const asks = await openScreen();
    await signInAtDesk(asks.page, 'dispatcher');
    await asks.page.goto('/desk/#/nanshan/duty');
    await asks.page.getByRole('button', { name: '请人换班' }).click();
    await asks.page.getByLabel('换给谁').selectOption({ label: '于美娟' });
    await asks.page.getByRole('button', { name: '发出' }).click();
    await asks.page.getByText('已发出，等对方同意。').waitFor();
    await inspect(asks.page, 'desk-swap-desktop');
    const other = await openScreen({ viewport: PHONE });
    await signInAtDesk(other.page, 'checker2');
    await other.page.goto('/desk/#/nanshan/duty');
    await other.page.locator('.notice', { hasText: '彭俊峰请您替' }).waitFor();
    await inspect(other.page, 'desk-swap-phone');
    await other.page.getByRole('button', { name: '同意' }).click();
    await expect.poll(() => other.page.locator('.plain-table tbody tr', { hasText: '于美娟' }).count()).toBe(2);
    for (const screen of [asks, other]) {
      expect(screen.faults()).toEqual([]);
      await screen.close();
    }
  });

  it('tells a chief at once what is urgent, and the rest in a digest', async () => {
    const [urgent, plain] = [await report(), await report()];
    await act(await staff('desk'), urgent.case, 'set_level', { level: 'emergency' });
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await signInAtDesk(page, 'chief');
    const notice = page.locator('.digest-links', { hasText: urgent.number });
    await notice.waitFor();
    expect(await notice.textContent()).not.toContain(plain.number);
    await inspect(page, 'desk-digest-notice-phone');
    await notice.getByRole('link', { name: '看简报' }).click();
    await page.locator('.briefing-print', { hasText: '紧急在办' }).waitFor();
    await page.locator('.briefing-print', { hasText: urgent.number }).waitFor();
    await inspect(page, 'desk-digest-phone');
    await page.getByRole('button', { name: '知道了' }).click();
    await expect.poll(() => notice.getByRole('button').count()).toBe(0);
    await page.locator('.briefing .digest-links').getByRole('link', { name: urgent.number }).click();
    await page.locator('.case-head h1', { hasText: urgent.number }).waitFor();
    await page.setViewportSize(DESKTOP);
    await page.goto('/desk/#/nanshan/duty?tab=digest');
    await inspect(page, 'desk-digest-desktop');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('shows on a phone what is due today and with whom', async () => {
    const { number } = await report();
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.getByRole('link', { name: /本单位在办/ }).click();
    await page.getByRole('link', { name: number, exact: true }).waitFor();
    await page.getByRole('button', { name: /受理员/ }).first().click();
    await page.getByRole('link', { name: number, exact: true }).waitFor();
    await inspect(page, 'desk-waiting-phone');
    await page.goto('/desk/#/nanshan/duty?tab=morning');
    await page.locator('.briefing-print', { hasText: number }).waitFor();
    await inspect(page, 'desk-morning-phone');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
