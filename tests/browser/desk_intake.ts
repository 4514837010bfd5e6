/*
 * A call taken while listening, by keyboard from first to last: who called before, what
 * the words propose, answered at once, joined to another; nothing lost in between.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, look, staff, visitor } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { send, signInAtDesk } from './lib/steps';

const CALLER = '13700001111';

describe('a call', () => {
  it('of somebody who called before is joined to the matter that is open, by one key', async () => {
    const desk = await staff('desk');
    const before = await desk.must('openCase', {
      json: { playbook: 'service-request', via: 'hotline', area: COMMUNITY, fields: { topic: 'noise', description: '楼上装修到半夜还在敲墙', contact: CALLER } },
    });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/intake');
    await page.locator('.intake-form input[type=tel]:focus').waitFor();
    await page.keyboard.type(CALLER);
    await page.getByText('这个号码来过 1 次，1 件还没办完。').waitFor();
    await page.locator('.intake-like .is-marked', { hasText: before.number }).waitFor();
    await inspect(page, 'desk-intake-caller-desktop');
    await page.keyboard.press('F4');
    await page.getByText(`已并入 ${before.number}`).waitFor();
    const { items } = await desk.must('listLinks', { path: { case: before.case } });
    expect(items).toMatchObject([{ kind: { name: 'merged' }, title: { zh: '诉求工单' } }]);
    await page.locator('.intake-done h1:focus').waitFor();
    await page.keyboard.press('n');
    await page.locator('.intake-form input[type=tel]:focus').waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('is understood from its words, kept when the page is left, and answered at once', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/intake');
    await page.locator('.intake-form input[type=tel]:focus').waitFor();
    await page.keyboard.type('13700002222');
    expect(await page.getByRole('checkbox', { name: '等不得，要马上处理' }).isVisible()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.type('马家龙社区三栋楼下路灯照明坏了，老人晚上出门看不清');
    await page.getByRole('radio', { name: '路灯照明', checked: true }).waitFor();
    await expect.poll(() => page.getByRole('combobox', { name: '在哪里' }).inputValue()).toBe('马家龙社区');
    await page.keyboard.press('F8');
    await page.locator('#ask-answer:focus').waitFor();
    await page.keyboard.type('已告知今晚抢修，抢修队电话已给来电人。');
    await inspect(page, 'desk-intake-answer-desktop');
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-intake-answer-phone');
    await page.goto('/desk/#/nanshan/mine');
    await page.locator('.desk-main h1', { hasText: '待我处理' }).waitFor();
    await page.reload();
    await page.goto('/desk/#/nanshan/intake');
    await page.getByText(/已接着 .+ 没登记完的来电/).waitFor();
    expect(await page.locator('.intake-form input[type=tel]').inputValue()).toBe('13700002222');
    await page.keyboard.press('F8');
    await page.getByText('已登记并当场答复。').waitFor();
    await page.getByRole('link', { name: '打开这件事项' }).click();
    await page.locator('.case-head').waitFor();
    const made = await look(await staff('desk'), page.url().split('/').at(-1) ?? '');
    expect([made.state.name, made.area.code.slice(0, 12)]).toEqual(['closed', COMMUNITY]); // nobody asked for an answer
    await page.goto('/desk/#/nanshan/intake');
    await page.locator('.intake-form input[type=tel]:focus').waitFor();
    expect(await page.locator('.intake-form input[type=tel]').inputValue()).toBe('');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('goes on to the next step with the class its words proposed; a draft goes with who signs out', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/intake');
    await page.locator('.intake-form input[type=tel]:focus').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('马家龙社区门口路灯不亮');
    const proposed = page.getByRole('radiogroup', { name: '分类（按所说的话提出）' });
    await proposed.getByRole('radio', { checked: true }).waitFor();
    const name = (await proposed.locator('.choice', { has: page.locator(':checked') }).textContent())?.trim();
    await page.keyboard.press('F9');
    const dialog = page.getByRole('dialog');
    await expect.poll(() => dialog.getByRole('combobox', { name: '案件分类' }).inputValue()).toBe(name);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.locator('.intake-done h1').focus();
    await page.keyboard.press('n');
    await page.locator('.intake-form input[type=tel]:focus').waitFor();
    await page.keyboard.type('13700003333');
    expect(await page.evaluate(() => Object.keys(localStorage).filter((one) => one.startsWith('linli.intake.')).length)).toBe(1);
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.locator('#login').waitFor();
    expect(await page.evaluate(() => Object.keys(localStorage).filter((one) => one.startsWith('linli.intake.')))).toEqual([]);
    expect((await visitor().call('findCaller', { json: { phone: CALLER } })).status).toBe(401);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('that another platform has already is entered under its number there, once', async () => {
    const admin = await staff('admin');
    const spec = { label: { zh: '城管平台', en: 'City management' }, playbook: 'service-request', via: 'hotline', read: [{ column: '编号', as: 'number' }], write: [{ column: '编号', as: 'number' }] };
    await admin.must('putOrderSource', { path: { source: 'chengguan' }, json: spec });
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    const enter = async () => {
      await page.goto('/desk/#/nanshan/intake');
      await page.locator('.intake-form input[type=tel]:focus').waitFor();
      await page.getByLabel('情况描述').fill('马家龙社区门口路灯照明坏了');
      await page.getByRole('radio', { name: '路灯照明', checked: true }).waitFor();
      await expect.poll(() => page.getByRole('combobox', { name: '在哪里' }).inputValue()).toBe('马家龙社区');
      await page.getByText('更多信息').press('Enter');
      await page.getByLabel('哪个平台').selectOption({ label: '城管平台' });
      await page.getByLabel('在那里的编号').fill('CG-2026-0815');
    };
    await enter();
    await inspect(page, 'desk-intake-elsewhere-phone');
    await send(page.getByRole('button', { name: '只登记' }));
    const heading = page.locator('.intake-done h1');
    const number = (await heading.textContent())!;
    const { items } = await (await staff('desk')).must('listOrders', { query: { number: 'CG-2026-0815' } });
    expect(items).toMatchObject([{ source: 'chengguan', number }]);
    await page.keyboard.press('n');
    await page.locator('.intake-form').waitFor();
    await enter();
    await send(page.getByRole('button', { name: '只登记' }));
    await page.getByText('没有重开').waitFor();
    expect(await heading.textContent()).toBe(number);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
