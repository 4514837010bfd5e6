/*
 * Three people at the desk and a resident who looks on.
 */
import { describe, expect, it } from 'vitest';
import { CLASS, act, organizationOf, report, staff, visitor } from '../api/lib/world';
import { DESKTOP, PHONE, inspect, openScreen } from './lib/screen';
import { chooseClass, chooseOrganization, doAction, openFromInbox, pressAction, send, signInAtDesk } from './lib/steps';

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
    expect(await resident.page.locator('h1').textContent()).toContain('已收到');
    await inspect(resident.page, 'progress-received-phone');

    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    await inspect(desk.page, 'desk-inbox-desktop');
    await openFromInbox(desk.page, opened.number);
    await inspect(desk.page, 'desk-case-desktop');
    await doAction(desk.page, '立案并派单', async (dialog) => {
      await chooseClass(desk.page, dialog, '路灯');
      await inspect(desk.page, 'desk-dispatch-desktop');
      await chooseOrganization(desk.page, dialog, unit.name);
    });
    await desk.page.locator('.notice', { hasText: '已完成：立案并派单' }).waitFor();
    await desk.page.locator('.part', { hasText: unit.name }).waitFor();

    await resident.page.clock.runFor(21_000);
    await resident.page.locator('h1', { hasText: '正在办理' }).waitFor();

    const handler = await openScreen({ viewport: PHONE });
    await signInAtDesk(handler.page, 'handler');
    await openFromInbox(handler.page, opened.number);
    await doAction(handler.page, '办结', (dialog) => dialog.getByLabel('办理结果').fill('更换了灯泡，当晚试灯正常。'));
    await handler.page.locator('.case-head', { hasText: '待核查' }).waitFor();

    const checker = await openScreen();
    await signInAtDesk(checker.page, 'checker');
    await openFromInbox(checker.page, opened.number);
    await doAction(checker.page, '核查通过', async () => undefined);
    await checker.page.locator('.case-head', { hasText: '已结案' }).waitFor();
    expect(await checker.page.locator('.case-actions button').count()).toBe(0);

    await resident.page.clock.runFor(21_000);
    await resident.page.locator('h1', { hasText: '已办结' }).waitFor();
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
    await act(colleague, opened.case, 'file_and_dispatch', { class: CLASS, unit: unit.id });
    await act(colleague, opened.case, 'recall', { reason: '派错单位' }, { part: 1 });
    await pressAction(screen.page, '不予受理');
    const dialog = screen.page.getByRole('dialog');
    await dialog.getByLabel('原因').fill('重复');
    await send(dialog.locator('button[type=submit]'));
    await dialog.locator('.notice-warn', { hasText: '别人刚刚改动过' }).waitFor();
    await dialog.locator('.changes li', { hasText: '撤回' }).waitFor();
    expect(await dialog.getByLabel('原因').inputValue()).toBe('重复');
    await inspect(screen.page, 'desk-overtaken-desktop');
    await send(dialog.locator('button[type=submit]'));
    await screen.page.locator('.case-head', { hasText: '不予受理' }).waitFor();
    await screen.page.locator('.timeline', { hasText: '派错单位' }).waitFor();
    expect(screen.faults(/409/)).toEqual([]);
    await screen.close();
  });

  it('names what is missing in a dialog and sends nothing', async () => {
    const opened = await report();
    const screen = await openScreen();
    await signInAtDesk(screen.page, 'desk');
    await openFromInbox(screen.page, opened.number);
    await pressAction(screen.page, '不予受理');
    const dialog = screen.page.getByRole('dialog');
    await send(dialog.locator('button[type=submit]'));
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
    await send(page.locator('form button[type=submit]'));
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

  it('sends a case to a unit with two presses, and leads on to the next', async () => {
    const first = await report();
    const second = await report();
    const unit = await unitName('handler');
    const screen = await openScreen();
    await signInAtDesk(screen.page, 'desk');
    await openFromInbox(screen.page, first.number);
    await screen.page.locator('.case-unit', { hasText: unit.name }).click();
    const dialog = screen.page.getByRole('dialog');
    await chooseClass(screen.page, dialog, '路灯');
    await send(dialog.locator('button[type=submit]'));
    await screen.page.locator('.part', { hasText: unit.name }).waitFor();

    /* From the second on the class is known. */
    await screen.page.keyboard.press('j');
    await screen.page.locator('.case-head h1', { hasText: second.number }).waitFor();
    await screen.page.locator('.case-unit', { hasText: unit.name }).click();
    await dialog.locator('button[type=submit]:focus').waitFor();
    expect(await dialog.getByRole('combobox', { name: '案件分类' }).inputValue()).toBe('路灯');
    await screen.page.keyboard.press('Enter');
    await screen.page.locator('.part', { hasText: unit.name }).waitFor();
    await screen.page.keyboard.press('k');
    await screen.page.locator('.case-head h1', { hasText: first.number }).waitFor();
    await screen.page.locator('.case-queue').getByRole('link', { name: '下一件' }).click();
    await screen.page.locator('.case-head h1', { hasText: second.number }).waitFor();
    await screen.page.keyboard.press('k');
    await screen.page.locator('.case-head h1', { hasText: first.number }).waitFor();
    await screen.page.keyboard.press('u');
    await screen.page.locator('.row').first().waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('shows what is new without moving what one looks at', async () => {
    const known = await report();
    const screen = await openScreen();
    const streaming = screen.page.waitForResponse(/\/stream$/);
    await signInAtDesk(screen.page, 'desk');
    await screen.page.getByRole('link', { name: known.number, exact: true }).waitFor();
    await streaming;
    const fresh = await report();
    const button = screen.page.getByRole('button', { name: '有 1 件新事项' });
    await button.waitFor();
    expect(await screen.page.getByRole('link', { name: fresh.number, exact: true }).count()).toBe(0);
    await button.click();
    await screen.page.getByRole('link', { name: fresh.number, exact: true }).waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('takes a call and acts on it at once, by keyboard', async () => {
    const unit = await unitName('handler');
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.getByRole('link', { name: '来电登记' }).click();
    await page.locator('.intake-form input[type=tel]:focus').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.locator('.intake-form').getByText('请填写这一项。').first().waitFor();
    await inspect(page, 'desk-intake-missing-desktop');
    await page.locator('.intake-form input[type=tel]').fill('13800138000');
    await page.getByRole('radio', { name: '路灯照明' }).check();
    await page.getByLabel('情况描述').fill('楼下路灯不亮。');
    const box = page.getByRole('combobox', { name: '在哪里' });
    await box.fill('马家龙');
    await page.getByRole('option', { name: /马家龙社区/ }).waitFor();
    await box.press('Enter');
    await box.press('Control+Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await chooseClass(page, dialog, '路灯');
    await chooseOrganization(page, dialog, unit.name);
    await page.keyboard.press('Enter');
    await page.locator('.intake-done .notice', { hasText: '已完成' }).waitFor();
    await inspect(page, 'desk-intake-done-desktop');
    await page.getByRole('button', { name: '登记下一个来电' }).click();
    expect(await page.locator('.intake-form input[type=tel]').inputValue()).toBe('');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('finds by words and narrows, and the address keeps it', async () => {
    const mark = `井盖${Date.now()}`;
    const opened = await report({ topic: 'road', description: `人行道${mark}松动，夜里看不见。`, spot: '学校门口' });
    await (await staff('desk')).must('listCases', { query: { view: 'all', after: opened.cursor } });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.keyboard.press('/');
    await page.getByRole('searchbox').fill('井盖');
    await page.getByRole('link', { name: opened.number, exact: true }).waitFor();
    await page.locator('.filter').getByLabel('状态').selectOption('open');
    await page.getByRole('button', { name: '更多条件' }).click();
    await inspect(page, 'desk-filter-desktop');
    await page.waitForURL(/q=%E4%BA%95%E7%9B%96&state=open/);
    await page.reload();
    await page.getByRole('link', { name: opened.number, exact: true }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('井盖');
    await openFromInbox(page, opened.number);
    await page.keyboard.press('u');
    await page.waitForURL(/q=%E4%BA%95%E7%9B%96/);
    await page.getByRole('checkbox', { name: '超时' }).check();
    await page.getByText('没有符合条件的诉求').waitFor();
    await page.getByRole('button', { name: '清除条件' }).click();
    await page.locator('.row').first().waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('moves through the list by keys', async () => {
    await report();
    await report();
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.locator('.row').nth(1).waitFor();
    await page.keyboard.press('j');
    await page.locator('.row:first-of-type a:focus, .section + .row a:focus').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('?');
    await page.locator('.key-help').waitFor();
    await inspect(page, 'desk-keys-desktop');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.locator('.case-head').waitFor();
    expect(screen.faults()).toEqual([]);
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
    await page.locator('.case-actions').getByRole('button', { name: '更多' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.more-list button:focus').waitFor();
    while ((await page.locator('.more-list button:focus').textContent())?.trim() !== '不予受理') await page.keyboard.press('ArrowDown');
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
