/*
 * Money that others see: a micro-project from what a resident wants to the payment, owners'
 * works, the fair, a deputy's proposal and projects by vote, at the desk.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { act, clock, look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen, type Screen } from './lib/screen';
import { chooseUnit, come, doAction, doInPart, openAtDesk, pressAction, send, signInAtDesk, tick } from './lib/steps';

const LAMPS = '南山路灯维护队（演示）';
const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
type Form = ReturnType<Page['locator']>;

async function atDesk(): Promise<Screen> {
  const screen = await openScreen();
  await signInAtDesk(screen.page, 'desk');
  return screen;
}

async function leave(...screens: Screen[]): Promise<void> {
  for (const screen of screens) {
    expect(screen.faults(/409/)).toEqual([]);
    await screen.close();
  }
}

const stands = (page: Page, state: string) => page.locator('.case-head', { hasText: state }).waitFor();
const mark = (form: Form, name: string) => tick(form.getByRole('radio', { name }));

async function chooseRow(page: Page, form: Form, label: string, name: string): Promise<void> {
  await form.getByRole('combobox', { name: label }).fill(name);
  await page.getByRole('option', { name: new RegExp(name) }).first().click();
}

describe('a micro-project', () => {
  it('is screened with its exclusions, deliberated, checked by somebody else and made public', async () => {
    const desk = await atDesk();
    const { page } = desk;
    const { id } = await openAtDesk(page, 'micro-project', (form) => form.getByLabel('想办什么事').fill('三号楼前加装扶手'));
    await pressAction(page, '初审通过');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('项目名称').fill('三号楼扶手');
    await mark(dialog, '工程');
    await dialog.getByLabel('估算金额').fill('12000');
    await tick(dialog.getByRole('checkbox', { name: '负面清单已逐条核对' }));
    await tick(dialog.getByLabel('只有个别人受益'));
    await inspect(page, 'desk-project-screen-desktop');
    await send(dialog.locator('button[type=submit]'));
    await dialog.locator('.notice-bad', { hasText: '负面清单里有一条符合' }).waitFor();
    await tick(dialog.getByLabel('只有个别人受益'), false);
    await send(dialog.locator('button[type=submit]'));
    await stands(page, '待议事会评议');
    await doAction(page, '议事会通过', async (one) => {
      await one.getByLabel('开会日期').fill(day(0));
      for (const [label, value] of [['应到人数', '15'], ['实到人数', '12'], ['同意', '10'], ['不同意', '2']] as const)
        await one.getByLabel(label, { exact: true }).fill(value);
      await one.getByLabel('会议纪要').fill('同意实施，尽快安排。');
    });
    await stands(page, '待核对公示内容');
    const checker = await come('checker', id, { viewport: PHONE });
    await doAction(checker.page, '核对无误，开始公示', async () => undefined);
    await stands(checker.page, '公示中');
    await inspect(checker.page, 'desk-project-public-phone');

    await clock().sync();
    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto('/nanshan/square?kind=project&lang=zh');
    const sums = phone.page.locator('.square-sums', { has: phone.page.getByRole('heading', { name: '民生微实事' }) });
    await sums.getByText(/^截至.*申请.*元，批准.*已付/).waitFor();
    await sums.locator('summary', { hasText: '每个项目的金额' }).press('Enter');
    const row = sums.locator('tbody tr', { hasText: '三号楼扶手' }).first();
    await row.getByText('12,000').first().waitFor();
    await inspect(phone.page, 'resident-projects-phone');
    await row.getByRole('link', { name: '三号楼扶手' }).click();
    await phone.page.getByRole('heading', { name: '三号楼扶手' }).waitFor();
    await phone.page.getByText('公示中').first().waitFor();
    await inspect(phone.page, 'resident-project-phone');
    const plain = await openScreen({ viewport: PHONE, javaScriptEnabled: false });
    await plain.page.goto('/nanshan/square?kind=project&lang=en');
    await plain.page.getByText(/^By .*Applied .*yuan; Approved .*Paid/).waitFor();
    await leave(desk, checker, phone, plain);
  });
});

describe("owners' works", () => {
  it('count consent by households and area, and what others plan and spend', async () => {
    const desk = await atDesk();
    const { page } = desk;
    const { id } = await openAtDesk(page, 'owner-works', async (form) => {
      await form.getByLabel('项目名称').fill('三号院供热改造');
      await tick(form.getByRole('radio', { name: '业主出资', exact: true }));
      await form.getByLabel('做什么').fill('更换单元立管');
    });
    await doAction(page, '登记，开始征求意见', async (one) => {
      await one.getByLabel('总户数').fill('2');
      await one.getByLabel('总建筑面积').fill('160');
      await mark(one, '一般事项');
    });
    for (const room of ['1-101', '1-102'])
      await doAction(page, '登记住户意见', async (one) => {
        await one.getByLabel('房号').fill(room);
        await one.getByLabel('户数').fill('1');
        await one.getByLabel('建筑面积').fill('80');
        await tick(one.getByRole('radio', { name: '同意', exact: true }));
      });
    await inspect(page, 'desk-owner-works-desktop');
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-owner-works-phone');
    await doAction(page, '达到比例，公示结果', async () => undefined);
    await stands(page, '结果公示');
    expect((await look(await staff('desk'), id)).fields.find((one: any) => one.name === 'area_agreed').text.zh).toContain('160');
    await leave(desk);
  });
});

describe('a project fair', () => {
  it('gives booths, takes a letter of intent, and makes it a micro-project', async () => {
    const desk = await atDesk();
    const { page } = desk;
    const { id } = await openAtDesk(page, 'fair', async (form) => {
      await form.getByLabel('接洽会名称').fill('秋季接洽会');
      await form.getByLabel('哪天').fill(day(3));
      await form.getByLabel('时间').fill('上午');
      await form.getByLabel('地点', { exact: true }).fill('社区广场');
    });
    await doAction(page, '安排展位', async (one) => {
      await one.getByLabel('展位号').fill('A1');
      await chooseRow(page, one, '服务机构', '演示暖阳');
    });
    await doAction(page, '提交核对', async () => undefined);
    await act(await staff('checker'), id, 'announce', { day: day(3) });
    await page.reload();
    await doAction(page, '开始', async () => undefined);
    await doInPart(page, 'A1', '签意向', async (one) => {
      await one.getByLabel('哪个社区或小区').fill('马家龙社区');
      await one.getByLabel('想做什么').fill('助浴二十户');
    });
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-fair-phone');
    await doInPart(page, '助浴二十户', '转成民生微实事');
    expect((await look(await staff('desk'), id)).parts.map((one: any) => one.state.name)).toEqual(['booked', 'project']);
    await leave(desk);
  });
});

describe('a deputy', () => {
  it('proposes, asks, is answered by a unit, and says whether that is enough', async () => {
    const desk = await atDesk();
    const { page } = desk;
    const { id } = await openAtDesk(page, 'deputy', async (form) => {
      await chooseRow(page, form, '代表', '演示周代表');
      await form.getByLabel('建议内容').fill('学校门口装一盏路灯');
    });
    await doAction(page, '交办', async (one) => {
      await mark(one, '街道');
      await chooseUnit(page, one, '交哪些单位办', LAMPS);
    });
    await doAction(page, '询问', (one) => one.getByLabel('要问的事').fill('哪天装'));
    await doInPart(page, '哪天装', '答复询问', (one) => one.getByLabel('对询问的答复').fill('本周五'));
    const unit = await come('handler', id, { viewport: PHONE });
    await doInPart(unit.page, '单位答复', '答复', async (one) => {
      await one.getByLabel('答复').fill('已装好。');
      await mark(one, '已经解决');
    });
    await inspect(unit.page, 'desk-deputy-phone');
    await page.reload();
    await doAction(page, '代表评价', (one) => tick(one.getByRole('radio', { name: '满意', exact: true })));
    await stands(page, '已答复');
    await inspect(page, 'desk-deputy-desktop');
    await leave(desk, unit);
  });
});

describe('projects by formal vote', () => {
  it('are collected, shortlisted and voted, and the votes are checked by somebody else', async () => {
    const desk = await atDesk();
    const { page } = desk;
    const { id } = await openAtDesk(page, 'formal-vote', async (form) => {
      await form.getByLabel('批次名称').fill('明年票决');
      await form.getByLabel('征集到哪天').fill(day(30));
      await form.getByLabel('选几个项目').fill('1');
    });
    for (const project of ['修健身步道', '建口袋公园'])
      await doAction(page, '登记一个项目', async (one) => {
        await one.getByLabel('项目', { exact: true }).fill(project);
        await one.getByLabel('理由').fill('居民多次提出');
      });
    await doAction(page, '征集结束，开始初选', async () => undefined);
    for (const project of ['修健身步道', '建口袋公园']) await doInPart(page, project, '列入名单', (one) => one.getByLabel('估算金额').fill('300000'));
    await doAction(page, '名单定了，提交审议', async (one) => {
      await mark(one, '人大代表');
      await mark(one, '按个数选');
    });
    await doAction(page, '审议通过名单', async (one) => {
      await one.getByLabel('开会日期').fill(day(0));
      await one.getByLabel('会议纪要').fill('同意名单。');
    });
    const chief = await come('chief', id);
    await doAction(chief.page, '会场票决，会后录入', async () => undefined);
    await stands(chief.page, '会场票决，待录入');
    await page.reload();
    for (const [project, votes] of [['修健身步道', '30'], ['建口袋公园', '19']] as const)
      await doInPart(page, project, '录入得票', (one) => one.getByLabel('得票').fill(votes));
    await doAction(page, '录入票决结果，提交核对', async (one) => {
      await one.getByLabel('开会日期').fill(day(0));
      for (const [label, value] of [['应到人数', '60'], ['实到人数', '50'], ['收回票数', '50'], ['有效票数', '49'], ['最后一个入选项目的票数', '30']] as const)
        await one.getByLabel(label).fill(value);
      await one.getByLabel('会议纪要').fill('票决一项。');
    });
    await stands(page, '票数待核对');
    await inspect(page, 'desk-formal-vote-desktop');
    const checker = await come('checker', id, { viewport: PHONE });
    await doAction(checker.page, '核对无误，公示', async () => undefined);
    await stands(checker.page, '结果公示');
    await inspect(checker.page, 'desk-formal-vote-phone');
    await leave(desk, checker, chief);
  });
});
