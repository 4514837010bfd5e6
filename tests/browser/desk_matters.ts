/*
 * Matters that go through departments, from the first word to the last: what residents
 * suggest, problems in tiers.
 */
import { describe, expect, it } from 'vitest';
import { look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { chooseUnit, come, doAction, doInPart, openAtDesk, signInAtDesk, tick } from './lib/steps';

const LAMPS = '南山路灯维护队（演示）';
const CLEANING = '南山环卫所（演示）';

describe('a problem in tiers', () => {
  it('is raised, ordered put right by two units, fails once, and is struck off', async () => {
    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    const { id } = await openAtDesk(desk.page, 'tiers', async (form) => {
      await tick(form.getByRole('radio', { name: '消防隐患' }));
      await form.getByLabel('问题', { exact: true }).fill('三号楼一层楼道堆放电动车充电');
      await tick(form.getByRole('radio', { name: '苗头（普查）' }));
    });
    await doAction(desk.page, '登记检查情况', (dialog) => dialog.getByLabel('检查情况').fill('堆放八辆，两辆在充电。'));
    await doAction(desk.page, '升一级', async (dialog) => {
      await tick(dialog.getByRole('radio', { name: '一般（督查）' }));
      await dialog.getByLabel('理由').fill('有火灾危险');
    });
    await desk.page.locator('.case-head', { hasText: '督查中' }).waitFor();
    await doAction(desk.page, '交单位整改', async (dialog) => {
      await chooseUnit(desk.page, dialog, '责任单位', LAMPS);
      await chooseUnit(desk.page, dialog, '责任单位', CLEANING);
    });
    await desk.page.locator('.part', { hasText: CLEANING }).waitFor();
    await inspect(desk.page, 'desk-tiers-desktop');

    const unit = await come('handler', id, { viewport: PHONE });
    await doInPart(unit.page, LAMPS, '已整改', (dialog) => dialog.getByLabel('整改情况').fill('拆除私拉电线。'));
    await inspect(unit.page, 'desk-tiers-phone');
    const other = await come('handler2', id);
    await doInPart(other.page, CLEANING, '退回', (dialog) => dialog.getByLabel('理由').fill('车辆不归环卫清理'));
    await other.page.locator('.case-head', { hasText: '待复查' }).waitFor();

    const checker = await come('checker', id);
    await doAction(checker.page, '复查不合格', (dialog) => dialog.getByLabel('理由').fill('还有一处私拉'));
    await checker.page.locator('.case-head', { hasText: '整改中' }).waitFor();
    await unit.page.reload();
    await doInPart(unit.page, LAMPS, '已整改', (dialog) => dialog.getByLabel('整改情况').fill('全部拆除，加装充电桩。'));
    await checker.page.reload();
    await doAction(checker.page, '复查合格，销号', async () => undefined);
    await checker.page.locator('.case-head', { hasText: '已销号' }).waitFor();
    for (const screen of [desk, unit, other, checker]) {
      expect(screen.faults()).toEqual([]);
      await screen.close();
    }
  });
});

describe('a suggestion', () => {
  it('is studied by a department, adopted, carried out and rated by who made it', async () => {
    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    const { id } = await openAtDesk(desk.page, 'suggestion', async (form) => {
      await tick(form.getByRole('radio', { name: '便民服务' }));
      await form.getByLabel('您的建议').fill('菜市场门口装几盏路灯');
    });
    await doAction(desk.page, '请部门研究', (dialog) => chooseUnit(desk.page, dialog, '请哪个部门研究', LAMPS));
    const unit = await come('handler', id, { viewport: PHONE });
    await doInPart(unit.page, '部门研究', '提出意见', async (dialog) => {
      await dialog.getByLabel('研究意见').fill('可以装四盏，本季度有材料。');
      await dialog.getByRole('checkbox', { name: '建议采纳' }).check();
    });
    await unit.page.locator('.case-head', { hasText: '待答复' }).waitFor();
    await desk.page.reload();
    await doAction(desk.page, '采纳', async (dialog) => {
      await tick(dialog.getByRole('radio', { name: '部门' }));
      await dialog.getByLabel('答复').fill('采纳，由路灯队本月安装。');
    });
    await doAction(desk.page, '已落实', (dialog) => dialog.getByLabel('落实情况').fill('四盏路灯已亮。'));
    await desk.page.locator('.case-head', { hasText: '已采纳并落实' }).waitFor();
    await inspect(desk.page, 'desk-suggestion-desktop');
    expect((await look(await staff('desk'), id)).state.name).toBe('done');
    for (const screen of [desk, unit]) {
      expect(screen.faults()).toEqual([]);
      await screen.close();
    }
  });
});
