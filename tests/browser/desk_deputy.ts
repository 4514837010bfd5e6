/*
 * Deputies at the desk: a reception day from its opening to the answer of a case it filed, and a
 * year of one whose proposal is asked about, answered for, and printed.
 */
import { describe, expect, it } from 'vitest';
import { CLASS, COMMUNITY, act, clock, look, organizationOf, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { come, doAction, doInPart, goToCase, openAtDesk, signInAtDesk, tick } from './lib/steps';

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

async function addDeputy(deputy: string): Promise<void> {
  await (await staff('desk')).must('addRow', { path: { register: 'deputies' }, json: { fields: { deputy, place: COMMUNITY, level: 'street', hours: '每月 15 日上午' } } });
}

/* The case that came of another, by its playbook. */
async function childOf(id: string, playbook: string): Promise<any> {
  await clock().sync();
  const desk = await staff('desk');
  const { items } = await desk.must('listLinks', { path: { case: id } });
  for (const one of items) if ((await look(desk, one.case)).playbook === playbook) return one;
  throw new Error(`no ${playbook} came of ${id}`);
}

describe('a reception day of deputies', () => {
  it('places what was said, and is over when the case it filed is answered', async () => {
    await addDeputy('走查代表甲');
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    const { id } = await openAtDesk(page, 'deputy-day', async (form) => {
      await form.getByLabel('主题', { exact: true }).fill('代表接待日');
      await tick(form.getByRole('radio', { name: '站内接待' }));
      await form.getByLabel('开会日期').fill(day(0));
    });
    await doAction(page, '开始接待', async () => undefined);
    for (const matter of ['五号楼雨水管断了', '医保卡在哪里补办', '小学门口没有减速带'])
      await doAction(page, '添加事项', (dialog) => dialog.getByLabel('事项').fill(matter));
    await doInPart(page, '医保卡在哪里补办', '当场答复', (one) => one.getByLabel('答复').fill('一楼三号窗口。'));
    await doInPart(page, '五号楼雨水管断了', '立案办理');
    await doInPart(page, '小学门口没有减速带', '写成代表建议', async (one) => {
      await one.getByRole('combobox', { name: '代表' }).fill('走查代表甲');
      await page.getByRole('option', { name: /走查代表甲/ }).first().waitFor();
      await one.getByRole('combobox', { name: '代表' }).press('Enter');
    });
    await doAction(page, '结束接待', async (one) => {
      await one.getByLabel('小结').fill('三件事都有了着落。');
      await one.getByLabel('接待人次').fill('6');
    });
    await page.locator('.case-head', { hasText: '会后落实' }).waitFor();
    await inspect(page, 'desk-deputy-day-desktop');

    const [desk, handler, checker] = await Promise.all(['desk', 'handler', 'checker'].map((login) => staff(login)));
    const filed = await childOf(id, 'service-request');
    await act(desk!, filed.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler!) });
    const unit = await come('handler', filed.case);
    await doInPart(unit.page, /./, '办结', (one) => one.getByLabel('办理结果').fill('雨水管已接好。'));
    await unit.page.locator('.case-head', { hasText: '待核查' }).waitFor();
    await act(checker!, filed.case, 'pass');
    await clock().sync();
    await page.reload();
    await page.locator('.case-head', { hasText: '全部落实' }).waitFor();
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-deputy-day-over-phone');
    for (const one of [screen, unit]) {
      expect(one.faults()).toEqual([]);
      await one.close();
    }
  });
});

describe('a year of the deputies', () => {
  it('counts what came of it, has its questions answered in time, and is printed', async () => {
    await addDeputy('走查代表乙');
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    const { id, number } = await openAtDesk(page, 'deputy-year', async (form) => {
      await form.getByLabel('名称', { exact: true }).fill('走查年度履职档案');
      await form.getByLabel('到哪天为止').fill(day(60));
    });
    await doAction(page, '登记代表建议', async (one) => {
      await one.getByRole('combobox', { name: '代表' }).fill('走查代表乙');
      await page.getByRole('option', { name: /走查代表乙/ }).first().waitFor();
      await one.getByRole('combobox', { name: '代表' }).press('Enter');
      await one.getByLabel('建议内容', { exact: true }).fill('菜市场门口常积水，请疏通。');
    });
    await doAction(page, '记录其他履职', async (one) => {
      await tick(one.getByRole('radio', { name: '视察' }));
      await one.getByLabel('日期').fill(day(0));
      await one.getByLabel('代表人次').fill('3');
    });
    const proposal = await childOf(id, 'deputy');
    await goToCase(page, proposal.case);
    await doAction(page, '询问', (one) => one.getByLabel('要问的事').fill('哪天来看现场？'));
    const asked = (await look(await staff('desk'), proposal.case)).parts.find((one: any) => one.kind.name === 'query');
    expect([asked.state.name, typeof asked.due_at]).toEqual(['asked', 'string']);
    await doInPart(page, '哪天来看现场？', '答复询问', (one) => one.getByLabel('对询问的答复').fill('周四上午，请代表一起去。'));
    await page.locator('.part', { hasText: '哪天来看现场？' }).getByText('周四上午，请代表一起去。').waitFor();
    await inspect(page, 'desk-deputy-query-desktop');

    await goToCase(page, id);
    const papers = page.locator('section[aria-labelledby=papers]');
    await papers.getByRole('button', { name: '查看' }).click();
    await papers.getByRole('button', { name: '项目档案' }).click();
    const made = papers.locator('.papers li').first();
    await made.waitFor();
    const [sheet] = await Promise.all([page.context().waitForEvent('page'), made.getByRole('link', { name: '打印' }).click()]);
    await sheet.getByText(number).first().waitFor();
    const text = await sheet.locator('body').innerText();
    for (const word of ['走查年度履职档案', '其他履职', '由此办理的事项', proposal.number]) expect(text).toContain(word);
    await inspect(sheet, 'desk-deputy-year-print');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
