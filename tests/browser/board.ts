/*
 * Good and bad examples, and stars: with consent, with a word of those concerned, looked at by
 * somebody else, and off the page again.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { staff } from '../api/lib/world';
import { jpeg } from '../api/lib/picture';
import { PHONE, inspect, openScreen, type Screen } from './lib/screen';
import { chooseUnit, come, doAction, openAtDesk, send, signInAtDesk, tick } from './lib/steps';

const PHOTO = { name: 'record.jpg', mimeType: 'image/jpeg', buffer: jpeg() };
const LAMPS = '南山路灯维护队（演示）';
const LATER = '2030-12-31';
const today = () => new Date().toISOString().slice(0, 10);
const stands = (page: Page, state: string) => page.locator('.case-head', { hasText: state }).waitFor();

async function leave(...screens: Screen[]): Promise<void> {
  for (const screen of screens) {
    expect(screen.faults(/410/)).toEqual([]);
    await screen.close();
  }
}

describe('the red board', () => {
  it('names somebody with their consent alone, and no longer when they ask', async () => {
    const phone = await openScreen({ viewport: PHONE });
    const { page } = phone;
    await page.goto('/nanshan/?lang=zh');
    await page.getByRole('link', { name: /红榜/ }).click();
    await tick(page.getByRole('radio', { name: '个人', exact: true }));
    await page.getByLabel('标题').fill('热心的周师傅');
    await page.getByLabel('做了什么').fill('连续三年给楼道换灯泡。');
    await page.getByLabel('本人电话').fill('13800138333');
    await page.locator('#area').selectOption({ label: '马家龙社区' });
    await inspect(page, 'resident-red-board-form-phone');
    await send(page.locator('form.form button[type=submit]'));
    await page.waitForURL(/progress/);
    const number = (await page.locator('#progress').getAttribute('data-number')) ?? '';
    const { items } = await (await staff('desk')).must('listCases', { query: { view: 'all', q: number } });

    const desk = await come('desk', items[0].case);
    await doAction(desk.page, '本人已答复', (dialog) => tick(dialog.locator('.ask', { hasText: '本人同意公开' }).getByRole('checkbox')));
    await stands(desk.page, '待核对');
    const checker = await come('checker', items[0].case, { viewport: PHONE });
    await doAction(checker.page, '核对无误，上榜', (dialog) => dialog.getByLabel('公布到').fill(LATER));
    await stands(checker.page, '榜上');
    await page.goto(`/nanshan/square/${number}?lang=zh`);
    await page.getByText('连续三年给楼道换灯泡。').waitFor();
    expect(await page.content()).not.toContain('13800138333');
    await inspect(page, 'resident-red-board-phone');

    await desk.page.reload();
    await doAction(desk.page, '本人要求撤下', async () => undefined);
    await stands(desk.page, '本人要求撤下');
    await page.goto(`/nanshan/square/${number}?lang=zh`);
    await page.getByRole('heading', { name: '这条信息已撤下' }).waitFor();
    await leave(phone, desk, checker);
  });
});

describe('the warning board', () => {
  it('hears who is named before it names them, and takes them off when it is put right', async () => {
    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    const { number, id } = await openAtDesk(desk.page, 'warning-board', async (form) => {
      await form.locator('.intake-more summary').press('Enter');
      await chooseUnit(desk.page, form, '单位', LAMPS);
      await form.getByRole('textbox', { name: '标题' }).fill('三次占用消防通道');
      await form.getByLabel('公开的事实').fill('本月三次在消防通道停放车辆，两次书面提醒。');
      await form.getByLabel('证据编号').fill('JC-118');
      await form.locator('input[type=file]').setInputFiles([PHOTO]);
      await form.locator('.photo-new').first().waitFor();
    });
    await doAction(desk.page, '已送达告知书', (dialog) => dialog.getByLabel('告知书送达日期').fill(today()));
    await doAction(desk.page, '对方申辩', (dialog) => dialog.getByLabel('申辩内容').fill('车是隔壁的'));
    await stands(desk.page, '待复核申辩');
    await inspect(desk.page, 'desk-warning-board-desktop');
    const checker = await come('checker', id);
    await doAction(checker.page, '申辩不成立', (dialog) => dialog.getByLabel('答复').fill('照片上是本单位的车牌'));
    await stands(checker.page, '待审定');
    const chief = await come('chief', id, { viewport: PHONE });
    await doAction(chief.page, '审定公布', (dialog) => dialog.getByLabel('公布到').fill(LATER));
    await stands(chief.page, '公布中');

    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto(`/nanshan/square/${number}?lang=zh`);
    await phone.page.getByText('本月三次在消防通道停放车辆').waitFor();
    expect(await phone.page.content()).not.toContain('车是隔壁的');
    await inspect(phone.page, 'resident-warning-board-phone');
    await desk.page.reload();
    await doAction(desk.page, '已改正，撤下', async () => undefined);
    await stands(desk.page, '已改正，撤下');
    await phone.page.reload();
    await phone.page.getByRole('heading', { name: '这条信息已撤下' }).waitFor();
    await leave(desk, checker, chief, phone);
  });

  it('takes off at once what was wrong', async () => {
    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    const { number, id } = await openAtDesk(desk.page, 'warning-board', async (form) => {
      await form.locator('.intake-more summary').press('Enter');
      await chooseUnit(desk.page, form, '单位', LAMPS);
      await form.getByRole('textbox', { name: '标题' }).fill('门前堆放杂物');
      await form.getByLabel('公开的事实').fill('门前堆放杂物，已书面提醒。');
      await form.getByLabel('证据编号').fill('JC-119');
      await form.locator('input[type=file]').setInputFiles([PHOTO]);
      await form.locator('.photo-new').first().waitFor();
    });
    await doAction(desk.page, '已送达告知书', (dialog) => dialog.getByLabel('告知书送达日期').fill(today()));
    await doAction(desk.page, '对方申辩', (dialog) => dialog.getByLabel('申辩内容').fill('没有收到提醒'));
    const checker = await come('checker', id);
    await doAction(checker.page, '申辩不成立', (dialog) => dialog.getByLabel('答复').fill('有签收回执'));
    const chief = await come('chief', id);
    await doAction(chief.page, '审定公布', (dialog) => dialog.getByLabel('公布到').fill(LATER));
    await stands(chief.page, '公布中');
    await doAction(chief.page, '登错了，撤销', (dialog) => dialog.getByLabel('原因').fill('认错了单位'));
    await stands(chief.page, '登错，已撤销');
    await chief.page.goto(`/nanshan/square/${number}?lang=zh`);
    await chief.page.getByRole('heading', { name: '这条信息已撤下' }).waitFor();
    await leave(desk, checker, chief);
  });
});

describe('a star', () => {
  it('is reviewed by somebody else, and what is said against it is answered', async () => {
    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    const { number, id } = await openAtDesk(desk.page, 'star-community', async (form) => {
      await tick(form.getByRole('radio', { name: '星级社区' }));
      await form.getByRole('textbox', { name: '名称' }).fill('马家龙示范社区');
      await tick(form.getByRole('checkbox', { name: '垃圾分类到位' }));
    });
    const checker = await come('checker', id);
    await doAction(checker.page, '复核达标，公示', async (dialog) => {
      await tick(dialog.getByRole('checkbox', { name: '垃圾分类到位' }));
      await tick(dialog.getByRole('radio').nth(3));
      await dialog.getByLabel('复核意见').fill('现场看过。');
    });
    await doAction(desk.page, '提出意见', (dialog) => dialog.getByLabel('公示期间的意见').fill('夜里还有人乱扔'));
    await stands(desk.page, '有异议，待核实');
    const chief = await come('chief', id, { viewport: PHONE });
    await doAction(chief.page, '意见不成立，重新公示', (dialog) => dialog.getByLabel('复核意见').fill('连看三晚，没有发现。'));
    await stands(chief.page, '公示中');
    await inspect(chief.page, 'desk-star-phone');
    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto(`/nanshan/square/${number}?lang=zh`);
    await phone.page.getByRole('heading', { name: '马家龙示范社区' }).waitFor();
    await leave(desk, checker, chief, phone);
  });
});

describe('taking up a practice', () => {
  it('names who learns it and what came of it', async () => {
    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    await openAtDesk(desk.page, 'practice', async (form) => {
      await form.getByLabel('学什么').fill('三号院装路灯');
      await chooseUnit(desk.page, form, '哪个单位学', LAMPS);
    });
    await stands(desk.page, '正在学');
    await desk.page.setViewportSize(PHONE);
    await doAction(desk.page, '学成了', (dialog) => dialog.getByLabel('学得怎样').fill('五号院也装上了。'));
    await stands(desk.page, '学成了');
    await inspect(desk.page, 'desk-practice-phone');
    await leave(desk);
  });
});
