/*
 * The whistles at the desk: each from the draft to its end, by those whose turn it is.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen, type Screen } from './lib/screen';
import { chooseUnit, come, doAction, doInPart, openAtDesk, pressAction, send, signInAtDesk, tick } from './lib/steps';

const LAMPS = '南山路灯维护队（演示）';
const CLEANING = '南山环卫所（演示）';
const UNTIL = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);

async function atDesk(login: string, options = {}): Promise<Screen> {
  const screen = await openScreen(options);
  await signInAtDesk(screen.page, login);
  return screen;
}

async function leave(...screens: Screen[]): Promise<void> {
  for (const screen of screens) {
    expect(screen.faults()).toEqual([]);
    await screen.close();
  }
}

const stands = (page: Page, state: string) => page.locator('.case-head', { hasText: state }).waitFor();

async function blow(page: Page, units: { lead: string; member?: string }, demand = '到场处理'): Promise<void> {
  await doAction(page, '吹哨', async (dialog) => {
    await chooseUnit(page, dialog, '牵头部门', units.lead);
    if (units.member !== undefined) await chooseUnit(page, dialog, '配合部门', units.member);
    await dialog.getByLabel('要部门做什么').fill(demand);
  });
}

describe('an assembly whistle', () => {
  it('is blown, answered by two departments, accepted by two persons, rated and closed', async () => {
    const desk = await atDesk('desk');
    const { page } = desk;
    const { id, number } = await openAtDesk(page, 'whistle-assembly', async (form) => {
      await form.getByLabel('什么事').fill('市场北门占道经营');
      await tick(form.getByRole('radio', { name: '涉及几个部门，要一起办' }));
      await form.getByLabel('完成期限').fill(UNTIL);
      await inspect(page, 'desk-whistle-desktop');
    });
    expect(number).toMatch(/JJ\d\d-/);
    await blow(page, { lead: LAMPS, member: CLEANING });

    const chief = await come('chief', id, { viewport: PHONE });
    await inspect(chief.page, 'desk-whistle-approve-phone');
    await doInPart(chief.page, '不同意', '同意', (dialog) => dialog.getByLabel('意见').fill('同意'));
    await stands(chief.page, '部门办理中');

    const lead = await come('handler', id, { viewport: PHONE });
    await doInPart(lead.page, LAMPS, '报到', (dialog) => dialog.getByLabel('到场人员和联系方式').fill('张队，4 人'));
    await doInPart(lead.page, LAMPS, '登记成果', async (dialog) => {
      await tick(dialog.getByRole('radio', { name: '整治点位（处）' }));
      await dialog.getByLabel('数量').fill('3');
    });
    await doInPart(lead.page, '办理中', '办结', (dialog) => dialog.getByLabel('办理结果').fill('三处私拉电线已拆除'));
    await inspect(lead.page, 'desk-whistle-department-phone');
    const member = await come('handler2', id);
    await doInPart(member.page, CLEANING, '报到');
    await doInPart(member.page, CLEANING, '办结', (dialog) => dialog.getByLabel('办理结果').fill('垃圾已清运'));
    await stands(member.page, '待联合验收');

    await page.reload();
    await doAction(page, '提请联合验收', async () => undefined);
    const checker = await come('checker', id);
    await doInPart(checker.page, '不同意', '同意');
    await chief.page.reload();
    await doInPart(chief.page, '不同意', '同意');
    await stands(chief.page, '评价部门');

    await page.reload();
    for (const [unit, score] of [[LAMPS, '5'], [CLEANING, '3']] as const)
      await doInPart(page, unit, '评价', (dialog) => tick(dialog.getByRole('radio', { name: new RegExp(`^${score} `) })));
    await inspect(page, 'desk-whistle-rated-desktop');
    await lead.page.reload();
    await doInPart(lead.page, LAMPS, '没有意见');
    await member.page.reload();
    await doInPart(member.page, CLEANING, '对评价作说明', (dialog) => dialog.getByLabel('部门说明').fill('当天另有抢险'));
    await stands(member.page, '已销哨');
    await leave(desk, chief, lead, member, checker);
  });
});

describe('a hard-task whistle', () => {
  it('cannot be done while a target is open, and is when the last is settled', async () => {
    const desk = await atDesk('desk');
    const { id } = await openAtDesk(desk.page, 'whistle-hard-task', async (form) => {
      await form.getByLabel('什么事').fill('三处违建拆除');
      await tick(form.getByRole('radio', { name: /涉及几个部门/ }));
      await form.getByLabel('完成期限').fill(UNTIL);
    });
    await doAction(desk.page, '定岗定责', async (dialog) => {
      await chooseUnit(desk.page, dialog, '包保单位', LAMPS);
      await dialog.getByLabel('岗位和责任').fill('现场负责人：拆前断电');
    });
    await doAction(desk.page, '列入攻坚对象', async (dialog) => {
      await chooseUnit(desk.page, dialog, '包保单位', LAMPS);
      await dialog.getByLabel('攻坚对象').fill('河边一号违建');
    });
    await blow(desk.page, { lead: LAMPS });
    const chief = await come('chief', id);
    await doInPart(chief.page, '不同意', '同意');
    const lead = await come('handler', id, { viewport: PHONE });
    await doInPart(lead.page, '待报到', '报到');
    const task = lead.page.locator('.part', { hasText: '已报到' });
    await task.getByRole('button', { name: '办结', exact: true }).click();
    const dialog = lead.page.getByRole('dialog');
    await dialog.getByLabel('办理结果').fill('拆了');
    await send(dialog.locator('button[type=submit]'));
    await dialog.locator('.notice-bad', { hasText: '还有攻坚对象没有销号' }).waitFor();
    await lead.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await doInPart(lead.page, '河边一号违建', '销号', (one) => one.getByLabel('办理结果').fill('已拆除'));
    await doInPart(lead.page, '已报到', '办结', (one) => one.getByLabel('办理结果').fill('全部拆除'));
    await stands(lead.page, '待联合验收');
    await inspect(lead.page, 'desk-hard-task-phone');
    expect(desk.faults()).toEqual([]);
    expect(lead.faults(/409/)).toEqual([]);
    await leave(desk, chief);
    await lead.close();
  });
});

describe('an emergency whistle', () => {
  it('goes out at once, is acknowledged and attended, stood down, and approved afterwards', async () => {
    const desk = await atDesk('desk', { viewport: PHONE });
    await desk.page.goto('/desk/#/nanshan/intake');
    const { id } = await openAtDesk(desk.page, 'whistle-emergency', (form) => form.getByLabel('什么事').fill('地下车库进水'));
    await doAction(desk.page, '吹哨调度', (dialog) => chooseUnit(desk.page, dialog, '牵头部门', LAMPS));
    await stands(desk.page, '应急处置中');
    await inspect(desk.page, 'desk-emergency-phone');
    const lead = await come('handler', id, { viewport: PHONE });
    await doInPart(lead.page, LAMPS, '收到，马上到');
    await doInPart(lead.page, LAMPS, '到场报到');
    const chief = await come('chief', id);
    await doAction(chief.page, '解除应急', (dialog) => dialog.getByLabel('办理结果').fill('水已排净，配电房断电检查正常'));
    await stands(chief.page, '已解除，待补手续');
    await desk.page.reload();
    await doAction(desk.page, '补手续报批', async () => undefined);
    await chief.page.reload();
    await doInPart(chief.page, '不同意', '同意');
    await desk.page.reload();
    await doInPart(desk.page, LAMPS, '评价', (dialog) => tick(dialog.getByRole('radio', { name: /^5 / })));
    await lead.page.reload();
    await doInPart(lead.page, LAMPS, '没有意见');
    await stands(lead.page, '已销哨');
    await leave(desk, lead, chief);
  });
});

describe('a daily whistle', () => {
  it('sends a department down to the grids until a day, and the checker looks at the results', async () => {
    const desk = await atDesk('desk');
    const { id } = await openAtDesk(desk.page, 'whistle-daily', async (form) => {
      await form.getByLabel('什么事').fill('背街小巷保洁');
      await form.getByLabel('网格、街巷或小区').fill('马家龙一网格');
      await form.getByLabel('下沉到哪天').fill(UNTIL);
    });
    await blow(desk.page, { lead: CLEANING });
    const chief = await come('chief', id);
    await doInPart(chief.page, '不同意', '同意');
    const lead = await come('handler2', id, { viewport: PHONE });
    await doInPart(lead.page, CLEANING, '报到');
    await doInPart(lead.page, CLEANING, '报进展', (dialog) => dialog.getByLabel('进展').fill('每天两趟'));
    await doInPart(lead.page, CLEANING, '办结', (dialog) => dialog.getByLabel('办理结果').fill('下沉结束'));
    const checker = await come('checker', id);
    await doAction(checker.page, '核对成果', async () => undefined);
    await stands(checker.page, '评价部门');
    await desk.page.reload();
    await pressAction(desk.page, '备注');
    await desk.page.getByRole('dialog').getByRole('button', { name: '取消' }).click();
    await doInPart(desk.page, CLEANING, '评价', (dialog) => tick(dialog.getByRole('radio', { name: /^4 / })));
    await lead.page.reload();
    await doInPart(lead.page, CLEANING, '没有意见');
    expect((await look(await staff('desk'), id)).state.name).toBe('closed');
    await leave(desk, chief, lead, checker);
  });
});
