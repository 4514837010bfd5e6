/*
 * Things and hours with a keeper: emergency supplies put in, handed out, brought back and
 * counted; a box restocked; a pilot's assets handed over; hours that two organizations confirm,
 * and the certificate anybody can check.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { COMMUNITY, act, look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen, type Screen } from './lib/screen';
import { chooseUnit, come, doAction, doInPart, openAtDesk, signInAtDesk, tick } from './lib/steps';

const LAMPS = '南山路灯维护队（演示）';
const CLEANERS = '南山环卫所（演示）';
type Form = ReturnType<Page['locator']>;
const stands = (page: Page, state: string) => page.locator('.case-head', { hasText: state }).waitFor();

async function row(register: string, fields: Record<string, unknown>): Promise<any> {
  const desk = await staff('desk');
  const made = await desk.must('addRow', { path: { register }, json: { fields } });
  return desk.must('getRow', { path: { register, row: made.row } });
}

async function chooseRow(page: Page, form: Form, label: string, name: string): Promise<void> {
  await form.getByRole('combobox', { name: label }).fill(name);
  await page.getByRole('option', { name: new RegExp(name) }).first().click();
}

async function atDesk(): Promise<Screen> {
  const screen = await openScreen();
  await signInAtDesk(screen.page, 'desk');
  return screen;
}

async function leave(...screens: Screen[]): Promise<void> {
  for (const screen of screens) {
    expect(screen.faults()).toEqual([]);
    await screen.close();
  }
}

const open = async (playbook: string, fields: Record<string, unknown>): Promise<string> =>
  (await (await staff('desk')).must('openCase', { json: { playbook, area: COMMUNITY, via: 'desk', fields } })).case as string;

describe('emergency supplies', () => {
  it('are put in, handed out, brought back, and counted by two', async () => {
    await row('supplies', { label: '走查沙袋', place: COMMUNITY, store: '走查库房', kind: 'flood', unit: '条', least: 150, keeper: '演示保管人', phone: '13800138000' });
    const desk = await atDesk();
    const { page } = desk;
    const entered = (kind: string, pieces: string, more: (form: Form) => Promise<void> = async () => undefined) =>
      openAtDesk(page, 'supplies', async (form) => {
        await tick(form.getByRole('radio', { name: kind, exact: true }));
        await form.locator('.intake-more summary').press('Enter');
        await chooseRow(page, form, '哪样物资', '走查沙袋');
        await form.getByRole('spinbutton', { name: '数量' }).fill(pieces);
        await more(form);
      });
    await entered('入库', '200', (form) => form.getByLabel('单据号').fill('DB-7'));
    await doAction(page, '入库', async () => undefined);
    await stands(page, '已办结');

    await entered('领用', '80', (form) => form.getByLabel('用在哪里').fill('东门积水点'));
    await doAction(page, '发出', async () => undefined);
    await stands(page, '已领出');
    await inspect(page, 'desk-supplies-desktop');
    await page.setViewportSize(PHONE);
    await doAction(page, '用完核销，剩的还回', (dialog) => dialog.getByLabel('归还数量').fill('20'));
    await stands(page, '低于最低储备');
    await inspect(page, 'desk-supplies-low-phone');
    await doAction(page, '已补足，或说明怎么办', (dialog) => dialog.getByLabel('说明').fill('已申请调拨'));
    await page.setViewportSize({ width: 1440, height: 900 });

    const { id } = await entered('清点', '139');
    await doAction(page, '提交复核', async () => undefined);
    const checker = await come('checker', id);
    await doAction(checker.page, '清点无误，记账', async () => undefined);
    await stands(checker.page, '低于最低储备');
    await leave(desk, checker);
  });
});

describe('a shared box at the desk', () => {
  it('is restocked with a date, and what expired is taken out', async () => {
    const box = await row('boxes', { label: '走查药箱', place: COMMUNITY, kind: 'medicine', spot: '五号楼大堂', keeper: '演示管理人', phone: '13800138000' });
    await row('box-items', { label: '走查碘伏', box: box.row, place: COMMUNITY, most: 2, least: 1 });
    const desk = await atDesk();
    const { page } = desk;
    const entered = (kind: string, pieces: string) =>
      openAtDesk(page, 'shared-box', async (form) => {
        await tick(form.getByRole('radio', { name: kind, exact: true }));
        await chooseRow(page, form, '哪个箱', '走查药箱');
        await chooseRow(page, form, '哪样东西', '走查碘伏');
        await form.getByLabel('几件').fill(pieces);
      });
    await entered('补', '6');
    await doAction(page, '补进去了', (dialog) => dialog.getByLabel('有效期至').fill('2030-06-30'));
    await stands(page, '已记账');
    await entered('清过期和损坏的', '2');
    await page.setViewportSize(PHONE);
    await doAction(page, '清出去了', async () => undefined);
    await stands(page, '已记账');
    await inspect(page, 'desk-box-phone');
    await leave(desk);
  });
});

describe('a pilot at its end', () => {
  it('hands its assets over, gives the rest back and is judged', async () => {
    const asset = await row('pilot-assets', { label: '走查收运车', place: COMMUNITY, kind: 'vehicle' });
    const id = await open('pilot', { subject: '走查试点', goal: '桶满不过夜', compounds: 9, until: '2030-08-31' });
    const clerk = await staff('desk');
    await act(await staff('chief'), id, 'approve', { budget: 70000000 });
    await act(clerk, id, 'buy', { asset: asset.row, pieces: 1, amount: 45000000, paper: 'FP-1' });
    const desk = await come('desk', id);
    const { page } = desk;
    await doAction(page, '试点结束，开始移交', async () => undefined);
    await doAction(page, '移交资产', async (dialog) => {
      await chooseRow(page, dialog, '哪项资产', '走查收运车');
      await dialog.getByLabel('几件').fill('1');
      await chooseUnit(page, dialog, '移交给谁', CLEANERS);
      await tick(dialog.getByRole('radio', { name: '完好', exact: true }));
    });
    await doAction(page, '资产交清，余款退回', async () => undefined);
    await stands(page, '评估中');
    await inspect(page, 'desk-pilot-closing-desktop');
    const chief = await come('chief', id, { viewport: PHONE });
    await doAction(chief.page, '评估', async (dialog) => {
      await tick(dialog.getByRole('radio', { name: '管用，推广', exact: true }));
      await dialog.getByLabel('评估意见').fill('桶满过夜降到零。');
    });
    await stands(chief.page, '已评估');
    await leave(desk, chief);
  });
});

describe('double check-in', () => {
  it('is confirmed where it was, told to the other side, and counted once', async () => {
    const passbook = await row('passbooks', { label: '走查李叔', place: COMMUNITY, since: '2026-01-01' });
    const desk = await atDesk();
    const { page } = desk;
    const { id } = await openAtDesk(page, 'double-check-in', async (form) => {
      await chooseRow(page, form, '存折', '走查李叔');
      await tick(form.getByRole('radio', { name: '居住地', exact: true }));
      await chooseUnit(page, form, '服务地组织', LAMPS);
      await chooseUnit(page, form, '另一边的组织', CLEANERS);
      await form.getByLabel('做了什么').fill('小区值守');
      await form.getByLabel('开始时间').fill('2026-03-01T08:00');
      await form.getByLabel('时长').fill('2');
    });
    await doAction(page, '送两边组织', async (dialog) => {
      await chooseUnit(page, dialog, '服务地组织', LAMPS);
      await chooseUnit(page, dialog, '另一边的组织', CLEANERS);
    });
    await stands(page, '两边办理中');
    await inspect(page, 'desk-double-check-in-desktop');
    const there = await come('handler', id, { viewport: PHONE });
    await doInPart(there.page, LAMPS, '确认属实');
    await there.page.locator('.part', { hasText: LAMPS }).getByText('已确认').first().waitFor();
    await inspect(there.page, 'desk-double-check-in-phone');
    const other = await come('handler2', id, { viewport: PHONE });
    await doInPart(other.page, CLEANERS, '确认属实');
    await stands(other.page, '已记入存折');
    expect((await look(await staff('desk'), id)).state.name).toBe('counted');
    expect((await (await staff('desk')).must('getRow', { path: { register: 'passbooks', row: passbook.row } })).code).toBe(passbook.code);
    await leave(desk, there, other);
  });
});

describe('a service certificate', () => {
  it('is applied for, issued by somebody else, printed with a place for the seal, and checked by anybody', async () => {
    const passbook = await row('passbooks', { label: '走查张阿姨', place: COMMUNITY, since: '2026-01-01' });
    const rule = await row('earning-rules', { label: '走查值守', place: COMMUNITY, rate: 10 });
    const deed = await open('good-deed', { passbook: passbook.row, rule: rule.row, what: '值守', begins: '2026-01-05T08:00:00+08:00', hours: 80 });
    await act(await staff('desk'), deed, 'hand_in');
    await act(await staff('checker'), deed, 'confirm', {});
    const desk = await atDesk();
    const { page } = desk;
    const { number, id } = await openAtDesk(page, 'service-certificate', async (form) => {
      await chooseRow(page, form, '存折', '走查张阿姨');
      await form.getByLabel('姓名（印在证明上）').fill('张秀兰');
      await form.getByLabel('证明的时长').fill('8');
      await form.getByLabel('用途').fill('评优');
    });
    await doAction(page, '提交核对', async () => undefined);
    const checker = await come('checker', id);
    await doAction(checker.page, '核对无误，出具', async () => undefined);
    await stands(checker.page, '已出具，有效');
    await page.reload();
    await stands(page, '已出具，有效');
    await inspect(page, 'desk-certificate-desktop');
    const papers = page.locator('section[aria-labelledby=papers]');
    await papers.getByRole('button', { name: '查看' }).click();
    await papers.getByRole('button', { name: '志愿服务证明' }).click();
    const [sheet] = await Promise.all([page.context().waitForEvent('page'), papers.locator('.papers li').first().getByRole('link', { name: '打印' }).click()]);
    await sheet.getByText('张秀兰').first().waitFor();
    const code = /核验码：([0-9]{4} [0-9]{4})/.exec(await sheet.content())?.[1] ?? '';
    expect(code).not.toBe('');
    expect(await sheet.content()).toContain('盖章');
    await sheet.close();
    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto(`/nanshan/check?lang=zh&number=${number}`);
    await phone.page.getByLabel('八位核验码').fill(code);
    await phone.page.getByRole('button', { name: '查询' }).click();
    await phone.page.getByText('已出具，有效').first().waitFor();
    await inspect(phone.page, 'resident-certificate-phone');
    await leave(desk, checker, phone);
  });
});
