/*
 * A register from an office's table to what anybody sees: imported, found, changed, public.
 */
import { describe, expect, it } from 'vitest';
import { workbook, type Cell } from '../api/lib/workbook';
import { PHONE, inspect, openScreen } from './lib/screen';
import { send, signInAtDesk } from './lib/steps';

const TABLE = (trade: string) => `店名,社区,地址,业态,责任内容,负责人,联系电话\n晨光早点铺,大新社区,前进路66号,${trade},三包（卫生、绿化、秩序）,演示店主,13800009999\n`;
const file = (text: string) => ({ name: '门店.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });

describe('a register', () => {
  it('takes in a table, and shows the public what it names', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.getByRole('link', { name: '台账' }).click();
    await page.getByRole('link', { name: '门前三包门店' }).click();
    await page.getByRole('link', { name: '东北饺子馆' }).waitFor();
    await inspect(page, 'desk-register-desktop');

    await page.getByRole('button', { name: '导入表格' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('选择文件').setInputFiles(file(TABLE('修鞋')));
    await dialog.getByLabel('店名').selectOption('shop');
    await dialog.getByText(/第2行 业态/).waitFor();
    await dialog.getByLabel('选择文件').setInputFiles(file(TABLE('餐饮')));
    await dialog.getByRole('button', { name: '导入1条' }).click();
    await page.getByText('已导入：新增1条').waitFor();

    const [paper] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: '打印', exact: true }).click()]);
    await paper.getByRole('cell', { name: '晨光早点铺' }).or(paper.getByText('晨光早点铺')).first().waitFor();
    expect(await paper.content()).not.toContain('13800009999');
    await paper.close();

    await page.getByRole('searchbox').fill('早点铺');
    await page.getByRole('button', { name: '查找' }).click();
    await expect.poll(() => page.locator('.rows-table tbody tr').count()).toBe(1);
    await page.getByRole('link', { name: '晨光早点铺' }).click();
    await page.locator('.row-values', { hasText: '138****9999' }).waitFor();
    await page.getByRole('button', { name: '修改', exact: true }).click();
    await dialog.getByLabel('门牌地址').fill('前进路68号');
    await send(dialog.locator('button[type=submit]'));
    await page.locator('.row-values', { hasText: '前进路68号' }).waitFor();
    await inspect(page, 'desk-register-row-desktop');
    const plaque = await page.getByRole('link', { name: '公开页' }).getAttribute('href');

    await page.goto(plaque ?? '');
    await page.getByRole('heading', { name: '晨光早点铺' }).waitFor();
    expect(await page.content()).toContain('前进路68号');
    expect(await page.content()).not.toContain('演示店主');
    await inspect(page, 'register-plaque');
    await page.goto('/nanshan/registers/shops');
    await page.getByText('晨光早点铺').first().waitFor();
    expect(await page.content()).not.toContain('演示店主');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('takes in the workbook an office keeps, tells each mistake by its line, and knows the columns the next time', async () => {
    const HEADINGS = { 店铺招牌: 'shop', 属地: 'place', 门牌: 'address', 经营类别: 'trade', 包干内容: 'duties', 店主姓名: 'keeper', 店主手机: 'phone', 上次查: 'checked_on' };
    const shop = (name: string, trade: string, day: Cell): Cell[] => [name, '大新社区', '前进路7号', trade, '三包（卫生、绿化、秩序）', '演示店主', { whole: 13_800_009_998 }, day];
    /* a title, who filled it in, headings, rows with a blank one between, blank rows at the end */
    const book = (...rows: Cell[][]) => ({
      name: '台账.xlsx',
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      buffer: workbook([['门前三包台账', ...Array<null>(7).fill(null)], ['填报：城管办', null, null, null, null, null, '2026年11月', null], Object.keys(HEADINGS), ...rows, Array<null>(8).fill(null), Array<null>(8).fill(null)], ['A1:H1', 'A2:C2']),
    });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.getByRole('link', { name: '台账' }).click();
    await page.getByRole('link', { name: '门前三包门店' }).click();
    await page.getByRole('button', { name: '导入表格' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('选择文件').setInputFiles(book(shop('老何修鞋', '修鞋', '上周'), [], shop('小满面馆', '餐饮', { whole: 46_348 })));
    for (const [heading, field] of Object.entries(HEADINGS)) {
      await dialog.getByLabel(heading, { exact: true }).selectOption(field);
      await expect.poll(() => dialog.getByLabel(heading, { exact: true }).inputValue()).toBe(field);
    }
    await dialog.getByText(/第4行 经营类别/).waitFor();
    await dialog.getByText(/第4行 上次查 日期请写成/).waitFor();
    expect(await dialog.getByText(/第6行/).count()).toBe(0);
    await inspect(page, 'desk-import-workbook-desktop');
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-import-workbook-phone');
    await page.setViewportSize({ width: 1440, height: 900 });

    const fixed = [shop('老何修鞋', '维修', new Date('2026-11-02T00:00:00Z')), [], shop('小满面馆', '餐饮', { whole: 46_348 })];
    await dialog.getByLabel('选择文件').setInputFiles(book(...fixed));
    await dialog.getByRole('button', { name: '导入2条' }).waitFor();
    await send(dialog.locator('button[type=submit]'));
    await page.getByText('已导入：新增2条').waitFor();

    await page.getByRole('button', { name: '导入表格' }).click();
    await dialog.getByLabel('选择文件').setInputFiles(book(shop('阿强理发', '服务', null), shop('老何修鞋', '维修', new Date('2026-11-02T00:00:00Z'))));
    await dialog.getByRole('button', { name: '导入1条' }).waitFor(); // its columns were kept, and what is there already is known
    await send(dialog.locator('button[type=submit]'));
    await page.getByText('已导入：新增1条').waitFor();
    await page.getByRole('searchbox').fill('小满面馆');
    await page.getByRole('button', { name: '查找' }).click();
    await page.getByRole('link', { name: '小满面馆' }).click();
    await page.locator('.row-values', { hasText: '2026-11-22' }).waitFor();

    await page.getByRole('link', { name: '台账' }).click();
    await page.getByRole('link', { name: '门前三包门店' }).click();
    await page.getByRole('button', { name: '导入表格' }).click();
    await dialog.getByLabel('选择文件').setInputFiles(book(['老何', '大新社区', '前进路7号', '维修', '三包（卫生、绿化、秩序）', '演示店主', { whole: 440_305_199_001_011_230 }, null]));
    await dialog.getByText('单元格 G4 的数字超过 15 位').waitFor();
    await dialog.getByLabel('选择文件').setInputFiles({ ...book(), name: '台账.xls' });
    await dialog.getByText('旧格式').waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
