/*
 * Three people at the desk and a resident who looks on.
 */
import { describe, expect, it } from 'vitest';
import { act, organizationOf, report, staff, visitor } from '../api/lib/world';
import { DESKTOP, PHONE, inspect, openScreen } from './lib/screen';
import { chooseOrganization, doAction, openFromInbox, signInAtDesk } from './lib/steps';

async function unitName(login: string): Promise<{ id: string; name: string }> {
  const client = await staff(login);
  const id = await organizationOf(client);
  const { items } = await client.must('listOrganizations');
  return { id, name: items.find((one: any) => one.id === id).name as string };
}

describe('the desk', () => {
  it('carries a matter from report to close, and the resident sees each step', async () => {
    const opened = await report();
    const unit = await unitName('handler');

    const resident = await openScreen({ viewport: PHONE });
    await resident.page.clock.install();
    await resident.page.goto(`/nanshan/progress/${opened.tracking}?lang=zh`);
    expect(await resident.page.locator('h1').textContent()).toContain('待派单');
    await inspect(resident.page, 'progress-received-phone');

    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    await inspect(desk.page, 'desk-inbox-desktop');
    await openFromInbox(desk.page, opened.number);
    await inspect(desk.page, 'desk-case-desktop');
    await doAction(desk.page, '派单', async (dialog) => {
      await inspect(desk.page, 'desk-dispatch-desktop');
      await chooseOrganization(desk.page, dialog, unit.name);
    });
    await desk.page.locator('.notice', { hasText: '已完成：派单' }).waitFor();
    await desk.page.locator('.part', { hasText: unit.name }).waitFor();

    await resident.page.clock.runFor(21_000);
    await resident.page.locator('h1', { hasText: '办理中' }).waitFor();

    const handler = await openScreen({ viewport: PHONE });
    await signInAtDesk(handler.page, 'handler');
    await openFromInbox(handler.page, opened.number);
    await doAction(handler.page, '办结', (dialog) => dialog.getByLabel('办理结果').fill('更换了灯泡，当晚试灯正常。'));
    await handler.page.locator('.case-head', { hasText: '待核查' }).waitFor();

    const checker = await openScreen();
    await signInAtDesk(checker.page, 'checker');
    await openFromInbox(checker.page, opened.number);
    await doAction(checker.page, '核查通过，结案', async () => undefined);
    await checker.page.locator('.case-head', { hasText: '已结案' }).waitFor();
    expect(await checker.page.locator('.case-actions button').count()).toBe(0);

    await resident.page.clock.runFor(21_000);
    await resident.page.locator('h1', { hasText: '已结案' }).waitFor();
    expect(await resident.page.locator('.steps').textContent()).toContain('更换了灯泡');
    await inspect(resident.page, 'progress-closed-phone');
    await resident.page.goto(`/nanshan/progress/${opened.tracking}?lang=en`);
    expect(await resident.page.locator('h1').textContent()).toContain('Closed');
    await inspect(resident.page, 'progress-closed-en-phone');

    for (const screen of [resident, desk, handler, checker]) {
      expect(screen.faults()).toEqual([]);
      await screen.close();
    }
  });

  it('says when somebody was faster, and shows how it is now', async () => {
    const opened = await report();
    const unit = await unitName('handler');
    const screen = await openScreen();
    await signInAtDesk(screen.page, 'desk');
    await openFromInbox(screen.page, opened.number);
    const colleague = await staff('desk');
    await act(colleague, opened.case, 'dispatch', { unit: unit.id });
    await act(colleague, opened.case, 'recall', { reason: '派错单位' }, { part: 1 });
    await doAction(screen.page, '不予受理', (dialog) => dialog.getByLabel('原因').fill('重复'));
    await screen.page.locator('.notice', { hasText: '别人刚刚改动过' }).waitFor();
    await screen.page.locator('.timeline', { hasText: '派错单位' }).waitFor();
    expect(screen.faults(/409/)).toEqual([]);
    await screen.close();
  });

  it('names what is missing in a dialog and sends nothing', async () => {
    const opened = await report();
    const screen = await openScreen();
    await signInAtDesk(screen.page, 'desk');
    await openFromInbox(screen.page, opened.number);
    await screen.page.getByRole('button', { name: '不予受理' }).click();
    const dialog = screen.page.getByRole('dialog');
    await dialog.locator('button[type=submit]').click();
    await dialog.getByText('请填写这一项。').waitFor();
    await screen.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    const progress = await visitor().must('getProgress', { path: { tracking: opened.tracking } });
    expect(progress.closed).toBe(false);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('refuses a wrong password, speaks both languages, and lets one leave', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await page.goto('/desk/');
    await inspect(page, 'desk-sign-in-desktop');
    await page.locator('#district').selectOption('nanshan');
    await page.locator('#login').fill('desk');
    await page.locator('#password').fill('wrong');
    await page.locator('form button[type=submit]').click();
    await page.locator('.notice-bad', { hasText: '账号或密码不对' }).waitFor();

    await signInAtDesk(page, 'desk');
    expect(await page.title()).toContain('待我处理');
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('h1', { hasText: 'Waiting for me' }).waitFor();
    expect(await page.title()).toContain('Waiting for me');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await page.getByRole('link', { name: 'All cases' }).click();
    await page.locator('h1', { hasText: 'All cases' }).waitFor();
    await page.reload();
    await page.locator('h1', { hasText: 'All cases' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('#login').waitFor();
    await page.goto('/desk/#/nanshan/all');
    await page.locator('#login').waitFor();
    expect(screen.faults(/401/)).toEqual([]);
    await screen.close();
  });

  it('can be worked by keyboard alone', async () => {
    const opened = await report();
    const screen = await openScreen({ viewport: DESKTOP });
    const { page } = screen;
    await page.goto('/desk/#/nanshan');
    await page.locator('#district').selectOption('nanshan');
    await page.locator('#login').focus();
    await page.keyboard.type('desk');
    await page.keyboard.press('Tab');
    await page.keyboard.type('linli-demo');
    await page.keyboard.press('Enter');
    const link = page.getByRole('link', { name: opened.number, exact: true });
    await link.focus();
    await page.keyboard.press('Enter');
    const button = page.getByRole('button', { name: '不予受理' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('textarea:focus').waitFor();
    await page.keyboard.type('不属于本街道');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('.case-head', { hasText: '不予受理' }).waitFor();
    await page.locator('h1:focus').waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
