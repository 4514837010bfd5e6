/*
 * What an administrator sets: the first day's list, the office's own days, an area on a map,
 * a programme read in sentences.
 */
import { describe, expect, it } from 'vitest';
import { staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { send, signInAtDesk, tick } from './lib/steps';

describe('settings', () => {
  it('tell what a first day still lacks, and take a day off', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.goto('/desk/#/nanshan/settings');
    const list = page.getByRole('region', { name: '开通检查' });
    await list.getByText('墙上的二维码').waitFor();
    await inspect(page, 'desk-settings-desktop');
    const days = page.getByRole('region', { name: '日历' });
    const next = await days.getByLabel('日期').getAttribute('max');
    await days.getByLabel('日期').fill(next ?? '');
    await days.getByRole('button', { name: '这天休息' }).press('Enter');
    await days.getByRole('button', { name: '取消自定' }).waitFor();
    await days.getByRole('button', { name: '取消自定' }).press('Enter');
    await days.getByRole('button', { name: '取消自定' }).waitFor({ state: 'detached' });
    const admin = await staff('admin');
    expect((await admin.must('getSettings')).own_days).toEqual({ off: [], worked: [] });
    const messages = page.getByRole('region', { name: '消息短信' });
    await tick(messages.getByLabel('发短信'));
    await messages.getByLabel('到', { exact: true }).fill('07:30');
    await send(messages.locator('button[type=submit]'));
    await messages.getByText('已保存').waitFor();
    const { messages: before } = await admin.must('getSettings');
    await admin.must('putSettings', { json: { messages: { on: false, quiet: { from: '21:00', to: '08:00' } } } });
    expect(before).toEqual({ on: true, quiet: { from: '21:00', to: '07:30' } });
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it.each([
    ['phone', PHONE],
    ['desktop', undefined],
  ] as const)('make a road and draw it without a pointer, on a %s', async (size, viewport) => {
    const screen = await openScreen(viewport === undefined ? {} : { viewport });
    const { page } = screen;
    const code = `440305001007R${size === 'phone' ? '801' : '802'}`;
    await signInAtDesk(page, 'admin');
    await page.goto('/desk/#/nanshan/settings');
    const editor = page.getByRole('region', { name: '辖区' });
    const where = editor.getByRole('combobox').first();
    await where.fill('马家龙');
    await page.getByRole('option', { name: /马家龙社区/ }).waitFor();
    await where.press('Enter');
    await editor.getByRole('button', { name: '在里面新设一处' }).press('Enter');
    await editor.getByLabel('编码', { exact: true }).fill(code);
    await editor.getByLabel('类别').selectOption('road');
    await editor.getByLabel('名称', { exact: true }).fill(`测试路${size}`);
    const map = editor.getByRole('application');
    await editor.locator('summary').press('Enter');
    await editor.locator('.map-draw.leaflet-container').waitFor();
    for (const [n, lon, lat] of [[1, 113.95, 22.55], [2, 113.951, 22.55], [3, 113.951, 22.551]] as const) {
      await map.press('Enter');
      await editor.getByLabel(`第 ${n} 个角的经度`).fill(String(lon));
      await editor.getByLabel(`第 ${n} 个角的纬度`).fill(String(lat));
    }
    await send(editor.locator('button[type=submit]'));
    await editor.getByText('已保存').waitFor();
    await inspect(page, `desk-area-${size}`);
    const area = await (await staff('admin')).must('getArea', { path: { area: code } });
    expect([area.name, area.shape.coordinates[0][0].length]).toEqual([`测试路${size}`, 4]);
    await (await staff('admin')).must('putArea', { path: { area: code }, json: { until: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10) } });
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('switch a programme off and on, write a new edition of limits, look at a paper', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.goto('/desk/#/nanshan/settings');
    const programmes = page.getByRole('region', { name: '事项的停用与启用' });
    await programmes.locator('summary').press('Enter');
    await programmes.getByRole('button', { name: /^停用 微心愿/ }).press('Enter');
    await send(programmes.locator('form button[type=submit]'));
    await programmes.getByRole('button', { name: /^启用 微心愿/ }).waitFor();
    await inspect(page, 'desk-programmes-desktop');
    await programmes.getByRole('button', { name: /^启用 微心愿/ }).press('Enter');
    await programmes.getByRole('button', { name: /^启用 微心愿/ }).waitFor({ state: 'detached' });

    const limits = page.getByRole('region', { name: '时限与标准' });
    await limits.getByRole('button', { name: '新建一张表' }).press('Enter');
    await limits.getByLabel('表名').fill('patrol');
    await limits.getByRole('button', { name: '加一行' }).press('Enter');
    await limits.getByRole('textbox', { name: '环节' }).fill('filed');
    await limits.getByRole('textbox', { name: '多久、多少' }).fill('3');
    await limits.getByText('→').waitFor();
    await inspect(page, 'desk-limits-desktop');
    await send(limits.locator('form button[type=submit]'));
    await limits.getByText('已采用 patrol').waitFor();
    const { rows } = await (await staff('admin')).must('getDeadlines');
    expect(rows.find((one: any) => one.table === 'patrol')).toMatchObject({ stage: 'filed', length: '3d of work', until: null });
    await limits.getByRole('button', { name: /^改时限 patrol/ }).press('Enter');
    await limits.getByRole('textbox', { name: '多久、多少' }).fill('5');
    await limits.getByText('5天').or(limits.getByText('5 天')).first().waitFor();
    await send(limits.locator('form button[type=submit]'));
    await limits.locator('form').waitFor({ state: 'detached' });
    const editions = (await (await staff('admin')).must('getDeadlines')).rows.filter((one: any) => one.table === 'patrol');
    expect(editions.map((one: any) => [one.length, one.until === editions[1].since])).toEqual([['3d of work', true], ['5d of work', false]]);

    const templates = page.getByRole('region', { name: '文书模板' });
    await templates.getByRole('button', { name: '看样子 感谢信' }).press('Enter');
    await templates.getByText('市政养护中心').first().waitFor();
    await inspect(page, 'desk-templates-desktop');
    await templates.getByLabel('传回模板 感谢信').setInputFiles({ name: 't.docx', mimeType: 'application/octet-stream', buffer: Buffer.from('no zip') });
    await templates.getByRole('alert').waitFor();
    expect(screen.faults().filter((one) => !one.includes('422'))).toEqual([]);
    await screen.close();
  });

  it('read a programme in sentences', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.goto('/desk/#/nanshan/settings');
    const versions = page.getByRole('region', { name: '事项版本' });
    await versions.locator('summary').press('Enter');
    await versions.getByRole('button', { name: '联席会' }).press('Enter');
    await page.getByRole('dialog').locator('.book-page h3').first().waitFor();
    await inspect(page, 'desk-book-desktop');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
