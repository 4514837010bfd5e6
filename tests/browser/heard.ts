/*
 * The main paths as a screen reader is told them: the resident's report, the desk from signing in
 * to the answer, the field face outdoors.
 */
import { describe, expect, it } from 'vitest';
import { CLASS, COMMUNITY, LAMP, act, organizationOf, report, staff } from '../api/lib/world';
import { PHONE, openScreen } from './lib/screen';
import { focused, told } from './lib/heard';
import { chooseClass, goToCase, pressAction, send, tick } from './lib/steps';

describe('a screen reader is told', () => {
  it('a resident\'s report, what is wrong with it, and that it has arrived', async () => {
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await page.goto(`/nanshan/report?area=${COMMUNITY}&lang=zh`);
    await told(page);
    await page.locator('form#report button[type=submit]').press('Enter');
    await expect.poll(async () => (await focused(page)).role).toBe('radio'); // the first thing that is missing
    await tick(page.getByRole('radio', { name: '路灯照明' }));
    await page.getByRole('textbox', { name: /情况描述/ }).fill('楼道的灯不亮。');
    await send(page.locator('form#report button[type=submit]'));
    await page.waitForURL(/\/progress\//);
    await page.getByRole('status').filter({ hasText: '收到了' }).first().waitFor();
    await told(page);
    expect(screen.faults(/422/)).toEqual([]);
    await screen.close();
  });

  it('the desk, from signing in over a case and its dispatch to the answer', async () => {
    const { case: id } = await report({ ...LAMP, kind: 'enquiry' });
    const screen = await openScreen();
    const { page } = screen;
    await page.goto('/desk/');
    await page.locator('#district').selectOption('nanshan');
    await page.getByRole('textbox', { name: '账号' }).fill('desk');
    await page.locator('#password').fill('wrong-password');
    await told(page);
    await send(page.getByRole('button', { name: '登录' }));
    await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
    await expect.poll(async () => (await focused(page)).role).toBe('alert'); // told, and where one goes on from
    await page.locator('#password').fill('linli-demo');
    await send(page.getByRole('button', { name: '登录' }));
    await page.getByRole('heading', { name: '待我处理', level: 1 }).waitFor();
    await page.getByRole('table', { name: '待我处理' }).waitFor();
    await told(page);
    await goToCase(page, id);
    await expect.poll(async () => (await focused(page)).role).toBe('main'); // not lost with the list
    await told(page);

    await pressAction(page, '立案并派单');
    const dialog = page.getByRole('dialog', { name: '立案并派单' });
    await dialog.waitFor();
    await told(page);
    expect(await dialog.evaluate((one) => one.contains(document.activeElement))).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => focused(page)).toMatchObject({ role: 'button', name: '立案并派单' }); // back where one was
    await pressAction(page, '立案并派单');
    await send(dialog.locator('button[type=submit]'));
    const lacks = dialog.locator('[aria-invalid=true]').first();
    await lacks.waitFor();
    expect(await lacks.getAttribute('aria-describedby')).toBeTruthy();
    await chooseClass(page, dialog, '路灯');
    await send(dialog.locator('button[type=submit]'));
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('status').filter({ hasText: /立案并派单/ }).waitFor();
    expect((await focused(page)).role).not.toBe('nothing');

    await pressAction(page, '回复诉求人');
    const answer = page.getByRole('dialog', { name: '回复诉求人' });
    await answer.getByRole('textbox', { name: /回复内容/ }).fill('路灯队今晚到现场。');
    await send(answer.locator('button[type=submit]'));
    await answer.waitFor({ state: 'hidden' });
    await page.getByRole('status').filter({ hasText: /回复诉求人/ }).waitFor();
    await told(page);
    expect(screen.faults(/401|403|422/)).toEqual([]);
    await screen.close();
  });

  it('the field face, from today over a matter to what was done', async () => {
    const opened = await report();
    const [desk, handler] = [await staff('desk'), await staff('handler')];
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await page.goto('/field/');
    await page.locator('#district').selectOption('nanshan');
    await page.locator('#login').fill('handler');
    await page.locator('#password').fill('linli-demo');
    await told(page);
    await send(page.locator('form button[type=submit]'));
    await page.getByRole('heading', { name: '今天', level: 1 }).waitFor();
    await told(page);
    await page.goto(`/field/#/nanshan/case/${opened.case}`);
    await page.getByRole('heading', { name: opened.number, level: 1 }).waitFor();
    await told(page);
    await page.locator('.acts').getByRole('link', { name: '办结', exact: true }).press('Enter');
    await page.getByRole('heading', { name: '办结', level: 1 }).waitFor();
    expect((await focused(page)).role).not.toBe('nothing');
    await told(page);
    await page.getByRole('textbox', { name: /办理结果/ }).fill('已换灯泡。');
    await send(page.locator('form button[type=submit]'));
    await page.getByRole('heading', { name: opened.number, level: 1 }).waitFor();
    await told(page);
    expect(screen.faults(/401/)).toEqual([]);
    await screen.close();
  });
});
