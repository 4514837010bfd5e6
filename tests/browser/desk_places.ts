/*
 * Who is responsible for which place, at the desk: a post nobody holds becomes a task and is
 * held; a shop is checked, told, mended; a letter of responsibility is printed with its tasks.
 */
import { describe, expect, it } from 'vitest';
import { staff } from '../api/lib/world';
import { DESKTOP, PHONE, inspect, openScreen } from './lib/screen';
import { come, doAction, send, signInAtDesk, tick } from './lib/steps';

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const rowOf = async (register: string, name: string): Promise<any> => {
  const { items } = await (await staff('desk')).must('listRows', { path: { register }, query: { q: name } });
  return items.find((one: any) => one.name === name);
};

describe('a post nobody holds', () => {
  it('becomes a task with a deadline, and is held', async () => {
    const admin = await openScreen();
    const { page } = admin;
    await signInAtDesk(page, 'admin');
    await page.goto('/desk/#/nanshan/people?tab=gaps');
    await page.locator('.gaps').first().getByRole('button', { name: /^开认领任务/ }).first().click();
    const dialog = page.getByRole('dialog');
    await send(dialog.locator('button[type=submit]'));
    const said = page.locator('.notice', { hasText: 'RL' });
    await said.waitFor();
    const number = /RL\d\d-[0-9A-Z]+/.exec((await said.textContent()) ?? '')?.[0] ?? '';
    await inspect(page, 'desk-adoption-desktop');
    const { items } = await (await staff('desk')).must('listCases', { query: { view: 'all', q: number } });
    expect(items[0].playbook).toBe('adoption');
    const desk = await come('desk', items[0].case, { viewport: PHONE });
    await doAction(desk.page, '认领', (one) => one.getByLabel('认领的单位或岗位').fill('社区网格员'));
    await desk.page.locator('.case-head', { hasText: '待任命' }).waitFor();
    await inspect(desk.page, 'desk-adoption-phone');
    await doAction(desk.page, '已任命', async () => undefined);
    await desk.page.locator('.case-head', { hasText: '已落实' }).waitFor();
    for (const one of [admin, desk]) {
      expect(one.faults()).toEqual([]);
      await one.close();
    }
  });
});

describe('what is kept about places', () => {
  it('is opened, changed on the round, and shown to anybody as far as its holder agrees', async () => {
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    const open = async (register: string, name: string): Promise<string> => {
      const row = await rowOf(register, name);
      await page.goto(`/desk/#/nanshan/registers?reg=${register}&row=${row.row}`);
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      return row.row as string;
    };
    const change = async (label: string, option: string): Promise<void> => {
      await page.getByRole('button', { name: '修改', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await tick(dialog.locator('.ask', { hasText: label }).getByRole('radio', { name: option, exact: true }));
      await send(dialog.locator('button[type=submit]'));
      await dialog.waitFor({ state: 'hidden' });
      await page.locator('.row-values', { hasText: option }).waitFor();
    };
    await open('boards', '大新路花箱');
    await change('状况', '损坏');
    await open('matches', '社区图书室缺书架六个');
    await page.getByRole('link', { name: /闲置书架八个/ }).waitFor();
    await change('进展', '已完成');
    await open('compounds', '安乐花园');
    await page.getByRole('link', { name: /城隍巷老院/ }).waitFor(); // whom it helps
    await open('contracts', '南头城片区');
    await page.locator('.row-values', { hasText: '中山南街、城隍巷' }).waitFor();
    await open('grids', '大新第一网格');
    await page.locator('.row-values', { hasText: '南山市政设施维护队' }).waitFor();
    await inspect(page, 'desk-grid-phone');
    await page.goto('/desk/#/nanshan/registers?reg=compounds');
    await page.locator('.register-tally', { hasText: '%' }).waitFor(); // what share has no management

    const hidden = await rowOf('supervisors', '大新社区网吧监督员');
    await page.goto(`/nanshan/registers/supervisors/${hidden.row}?lang=zh`);
    await page.getByRole('heading', { name: '大新社区网吧监督员' }).waitFor();
    expect(await page.content()).not.toContain('演示居民乙');
    const shown = await rowOf('supervisors', '中山南街卫生监督员');
    await page.goto(`/nanshan/registers/supervisors/${shown.row}?lang=zh`);
    await page.getByText('演示居民甲').waitFor();
    const plaque = await rowOf('plaques', '中山南街公示牌');
    await page.goto(`/nanshan/registers/plaques/${plaque.row}?lang=zh`);
    await page.getByText('演示街长甲').waitFor();
    expect(await page.content()).not.toContain('13800000201');
    await inspect(page, 'plaque-phone');
    await page.goto('/nanshan/registers/partners?lang=zh');
    await page.getByText('演示律师事务所').first().waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});

describe('a shopfront', () => {
  it('is checked from its entry, told by when, and mended', async () => {
    const shop = await rowOf('shops', '老街面馆');
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto(`/desk/#/nanshan/registers?reg=shops&row=${shop.row}`);
    await page.getByRole('button', { name: '开单' }).click();
    const dialog = page.getByRole('dialog');
    await tick(dialog.getByRole('radio', { name: '出店经营' }));
    await dialog.getByLabel('改好期限').fill(day(3));
    await inspect(page, 'desk-shop-check-phone');
    await send(dialog.locator('button[type=submit]'));
    await dialog.waitFor({ state: 'hidden' });
    await page.locator('.panel', { hasText: '门前三包检查' }).getByRole('link', { name: /MQ/ }).first().click();
    await page.locator('.case-head', { hasText: '限期改正' }).waitFor();
    await doAction(page, '复查合格', (one) => one.getByLabel('复查情况').fill('桌椅已收回店内'));
    await page.locator('.case-head', { hasText: '已改好' }).waitFor();
    await page.setViewportSize(DESKTOP);
    await inspect(page, 'desk-shop-check-desktop');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});

describe('a letter of responsibility', () => {
  it('is printed with its basis, its end and its tasks', async () => {
    const letter = await rowOf('letters', '中山南街市容责任状');
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto(`/desk/#/nanshan/registers?reg=letters&row=${letter.row}`);
    await page.getByRole('link', { name: '中山南街每日两扫' }).waitFor();
    const [paper] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: '打印', exact: true }).click()]);
    await paper.getByText('演示文件〔2026〕1号').waitFor();
    const text = (await paper.locator('body').textContent()) ?? '';
    for (const word of ['2026-12-31', '中山南街每日两扫', '演示班长甲', '保洁一班六人', '进行中', '城隍巷垃圾桶更换']) expect(text).toContain(word);
    await inspect(paper, 'letter-print');
    await paper.close();
    await page.getByRole('link', { name: '中山南街每日两扫' }).press('Enter');
    await page.waitForURL(/reg=plan-tasks/);
    await page.locator('h1', { hasText: '中山南街每日两扫' }).waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
