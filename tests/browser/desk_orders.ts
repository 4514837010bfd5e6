/*
 * A hotline's sheet comes in at the desk and its replies go out; a message from a work
 * group becomes a case and a sentence to post back.
 */
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { staff } from '../api/lib/world';
import { workbook, type Cell } from '../api/lib/workbook';
import { PHONE, inspect, openScreen } from './lib/screen';
import { send, signInAtDesk } from './lib/steps';

const SHEET = `12345 转办单,,,
工单编号,办理时限,诉求内容,诉求地址
SZ-2026-001,2026-11-30 18:00,"楼道堆放杂物,影响通行",马家龙 8 栋
SZ-2026-002,2026/11/30,路灯不亮,马家龙公园门口
`;

describe('upper orders at the desk', () => {
  it('come in from a sheet whose columns are kept, and are answered', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.getByRole('link', { name: '上级工单' }).click();
    await page.getByRole('button', { name: '导入工单表' }).click();
    await page.locator('.orders-from select').selectOption('');
    await page.getByLabel('平台名称').fill('12345 热线');
    await page.getByLabel(/平台代号/).fill('h12345');
    const file = { name: '转办单.csv', mimeType: 'text/csv', buffer: Buffer.from(SHEET) };
    await page.getByLabel(/表格文件/).setInputFiles(file);
    await page.getByText('共 2 行').waitFor();
    expect(await page.getByLabel('办理时限').inputValue()).toBe('deadline');
    await inspect(page, 'desk-orders-import-desktop');
    await page.getByRole('button', { name: '导入 2 行' }).click();
    await page.getByText('新开 2 件，已有 0 件').waitFor();
    const row = page.locator('.orders-list li', { hasText: 'SZ-2026-001' });
    await row.waitFor();
    await row.getByRole('button', { name: '回复' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('回复内容').fill('已清理，楼道恢复畅通。');
    await send(dialog.locator('button[type=submit]'));
    await page.getByText('SZ-2026-001 已回复').waitFor();
    await inspect(page, 'desk-orders-desktop');
    const of = page.locator('.orders-out select'); // where there are other platforms, too
    if (await of.isVisible()) await of.selectOption('h12345');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '导出回复（CSV）' }).click()]);
    const csv = await text(await download.createReadStream());
    expect(csv).toContain('SZ-2026-001');
    expect(csv).toContain('已清理，楼道恢复畅通。');
    expect(csv).not.toContain('SZ-2026-002');
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-orders-phone');
    const { items } = await (await staff('desk')).must('listOrders', { query: { view: 'replied' } });
    expect(items[0]).toMatchObject({ external: 'SZ-2026-001', area: expect.stringContaining('马家龙') });
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('come in from the workbook of a platform, day after day by the same columns, and none is swallowed when they are merged', async () => {
    const row = (number: Cell, until: Cell, words: string): Cell[] => [number, until, words, '马家龙社区', { whole: 13_800_001_111 }];
    const book = (...rows: Cell[][]) => ({
      name: '转办单.xlsx',
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      buffer: workbook([['南山区平台转办件', null, null, null, null], ['街道：南头', null, null, '2026年11月22日', null], ['件号', '何时办完', '说的什么', '哪里', '打哪个电话'], ...rows, Array<null>(5).fill(null), Array<null>(5).fill(null)], ['A1:E1', 'A2:B2']),
    });
    const desk = await staff('desk');
    const known = async (external: string): Promise<any> => (await desk.must('listOrders', { query: { view: 'waiting', number: external } })).items[0];
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.getByRole('link', { name: '上级工单' }).click();
    await page.getByRole('button', { name: '导入工单表' }).click();
    await page.locator('.orders-from select').selectOption('');
    const meaning = (title: string) => page.locator('.orders-columns label').filter({ has: page.getByText(title, { exact: true }) }).locator('select');
    await page.getByLabel('平台名称').fill('区级平台');
    await page.getByLabel(/平台代号/).fill('district');
    await page.getByLabel(/表格文件/).setInputFiles(book(row('QP-1', { whole: 46_356.75 }, '井盖松动，车轮压过很响'), row('QP-2', new Date('2026-11-30T18:00:00Z'), '同一处井盖松动'), row('QP-3', '下周五', '路灯不亮')));
    await page.getByText('共 3 行').waitFor();
    for (const [title, as] of [['件号', 'number'], ['何时办完', 'deadline'], ['说的什么', 'field:description'], ['哪里', 'area'], ['打哪个电话', 'field:contact']] as const) {
      await meaning(title).selectOption(as);
    }
    await inspect(page, 'desk-orders-workbook-desktop');
    await send(page.getByRole('button', { name: '导入 3 行' }));
    await page.getByText('新开 2 件，已有 0 件').waitFor();
    await page.locator('.orders-wrong', { hasText: '看不懂时限“下周五”' }).waitFor();

    /* the next day's: the platform is chosen, its columns are known, what came before is not opened again */
    await page.reload();
    await page.getByRole('button', { name: '导入工单表' }).click();
    await page.locator('.orders-from select').selectOption('district');
    await page.getByLabel(/表格文件/).setInputFiles(book(row('QP-2', new Date('2026-11-30T18:00:00Z'), '同一处井盖松动'), row('QP-3', '2026-12-04 18:00', '路灯不亮')));
    await page.getByText('共 2 行').waitFor();
    expect(await meaning('何时办完').inputValue()).toBe('deadline');
    await send(page.getByRole('button', { name: '导入 2 行' }));
    await page.getByText('新开 1 件，已有 1 件').waitFor();

    const [first, second] = [await known('QP-1'), await known('QP-2')];
    expect([first.due_at, second.due_at].map((at: string) => Date.parse(at))).toEqual(Array(2).fill(Date.parse('2026-11-30T18:00:00+08:00')));
    await desk.must('mergeCase', { path: { case: second.case }, json: { into: first.case } });
    await page.reload();
    for (const [external, words] of [['QP-1', '井盖已换'], ['QP-2', '与前件同一处，已换']] as const) {
      const item = page.locator('.orders-list li', { hasText: external });
      await item.getByRole('button', { name: '回复' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('回复内容').fill(words);
      await send(dialog.locator('button[type=submit]'));
      await page.getByText(`${external} 已回复`).waitFor();
    }
    const out = page.locator('.orders-out select');
    if ((await out.count()) > 0) await out.selectOption('district');
    const [sheet] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '导出回复（CSV）' }).click()]);
    const lines = (await text(await sheet.createReadStream())).replace(/^\ufeff/, '').split(/\r?\n/);
    expect(lines[0]).toMatch(/^"?件号"?,/);
    expect(lines.filter((line) => /QP-[12]/.test(line))).toHaveLength(2);
    expect(lines.join()).toContain('与前件同一处，已换');
    const [workbookOut] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '导出回复（XLSX）' }).click()]);
    expect((await buffer(await workbookOut.createReadStream())).subarray(0, 2).toString()).toBe('PK');
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-orders-workbook-phone');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('takes a message of a work group, and gives a sentence back', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/intake');
    await page.getByRole('radio', { name: '工作群' }).check();
    await page.getByLabel('从工作群粘贴').fill('网格员小李 11月22日 15:30\n马家龙三栋楼下路灯不亮，老人晚上出门看不清');
    await page.getByRole('button', { name: '识别' }).click();
    await page.getByText(/地点：马家龙社区/).waitFor();
    await inspect(page, 'desk-paste-desktop');
    await page.getByRole('button', { name: '只登记' }).click();
    await page.locator('.paste-words').waitFor();
    expect(await page.locator('.paste-words').textContent()).toMatch(/已登记.*\/nanshan\/progress\//);
    await inspect(page, 'desk-paste-done-desktop');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
