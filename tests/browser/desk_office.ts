/*
 * What an administrator does at the desk: persons, posts, gaps, office hours.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, adopt, clock, look, staff, visitor } from '../api/lib/world';
import { NARROW, PHONE, inspect, openScreen } from './lib/screen';
import { send, signInAtDesk } from './lib/steps';

describe('the administrator', () => {
  it('adds a person, gives them a post, and ends it', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.getByRole('link', { name: '人员任职' }).click();
    await page.locator('.plain-table').waitFor();
    await inspect(page, 'desk-people-desktop');
    await page.getByRole('button', { name: '新增人员' }).click();
    const dialog = page.getByRole('dialog');
    await send(dialog.locator('button[type=submit]'));
    await dialog.getByText('请填写这一项。').waitFor();
    await dialog.getByLabel('姓名').fill('赵小满');
    await dialog.getByLabel('账号').fill('xiaoman');
    await dialog.getByLabel('密码').fill('long-enough-words');
    await send(dialog.locator('button[type=submit]'));
    const appoint = page.getByRole('dialog', { name: '任命' });
    await appoint.waitFor();
    expect(await appoint.getByRole('combobox', { name: '人员' }).inputValue()).toBe('赵小满');
    await appoint.getByLabel('岗位').selectOption('grid_officer');
    const where = appoint.getByRole('combobox', { name: '在哪里' });
    await where.fill('马家龙');
    await page.getByRole('option', { name: /马家龙社区/ }).waitFor();
    await where.press('Enter');
    await inspect(page, 'desk-appoint-desktop');
    await send(appoint.locator('button[type=submit]'));
    const row = page.locator('.plain-table tr', { hasText: '赵小满' });
    await row.waitFor();
    expect(await row.textContent()).toContain('网格员');
    expect((await (await visitor().signIn('xiaoman', 'long-enough-words')).must('getMe')).posts.length).toBe(1);
    await row.getByRole('button', { name: '免职' }).click();
    await row.getByRole('button', { name: '确认免职' }).click();
    await page.locator('.people-notice', { hasText: '已免去赵小满' }).waitFor();
    expect(await row.count()).toBe(0);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('finds a person, and fills a gap from where it is told', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.goto('/desk/#/nanshan/people?tab=persons');
    await page.getByRole('searchbox').fill('黄秀');
    await page.locator('.plain-table tbody tr', { hasText: '黄秀英' }).waitFor();
    await page.getByRole('radio', { name: '缺岗' }).check();
    const gap = page.locator('.gap').first();
    await gap.waitFor();
    await inspect(page, 'desk-gaps-desktop');
    const place = (await gap.textContent())?.trim() ?? '';
    await gap.click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('岗位').inputValue()).not.toBe('');
    await expect.poll(() => dialog.locator('[role=combobox]').evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value))).toContain(place);
    await page.keyboard.press('Escape');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('changes when the office works, and is told what cannot be', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.getByRole('link', { name: '设置' }).click();
    const saturday = page.getByRole('group', { name: '星期六' });
    await saturday.getByRole('button', { name: '增加一段' }).click();
    await saturday.getByLabel('结束').fill('08:00');
    await saturday.getByText('结束时间须晚于开始时间').waitFor();
    expect(await page.getByRole('button', { name: '保存' }).first().isDisabled()).toBe(true);
    await saturday.getByLabel('结束').fill('11:30');
    await inspect(page, 'desk-settings-desktop');
    await page.getByRole('button', { name: '保存' }).first().click();
    await page.locator('.notice', { hasText: '已保存' }).waitFor();
    const { office_hours } = await (await staff('desk')).must('getSettings');
    expect(office_hours.sat).toEqual([{ from: '09:00', to: '11:30' }]);
    await saturday.getByRole('button', { name: '删除' }).click();
    await page.getByRole('button', { name: '保存' }).first().click();
    await expect.poll(async () => (await (await staff('desk')).must('getSettings')).office_hours.sat).toEqual([]);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('works until midnight, adds a unit, and takes another password', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.goto('/desk/#/nanshan/settings');
    const sunday = page.getByRole('group', { name: '星期日' });
    await sunday.getByRole('button', { name: '增加一段' }).click();
    await sunday.getByLabel('结束').fill('00:00');
    await sunday.getByText('次日零点').waitFor();
    await page.getByRole('button', { name: '保存' }).first().click();
    await page.locator('.notice', { hasText: '已保存' }).waitFor();
    expect((await (await staff('desk')).must('getSettings')).office_hours.sun).toEqual([{ from: '09:00', to: '24:00' }]);
    await sunday.getByRole('button', { name: '删除' }).click();
    await page.getByRole('button', { name: '保存' }).first().click();
    await expect.poll(async () => (await (await staff('desk')).must('getSettings')).office_hours.sun).toEqual([]);

    await page.goto('/desk/#/nanshan/people?tab=organizations');
    await page.getByRole('button', { name: '新增单位' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('单位名称').fill('南山园林队');
    await expect.poll(() => dialog.getByRole('combobox').inputValue()).toBe('南山区');
    await inspect(page, 'desk-unit-desktop');
    await send(dialog.locator('button[type=submit]'));
    await page.locator('.plain-table tr', { hasText: '南山园林队' }).waitFor();

    await page.getByRole('button', { name: '修改密码' }).click();
    await dialog.getByLabel('现在的密码').fill('linli-demo');
    await dialog.getByLabel('新密码', { exact: true }).fill('linli-demo-2');
    await dialog.getByLabel('再输一遍新密码').fill('linli-demo');
    await send(dialog.locator('button[type=submit]'));
    await dialog.getByText('两次输入的新密码不一样').waitFor();
    await dialog.getByLabel('再输一遍新密码').fill('linli-demo-2');
    await send(dialog.locator('button[type=submit]'));
    await page.locator('.desk-said', { hasText: '密码已修改' }).waitFor();
    const again = await visitor().signIn('admin', 'linli-demo-2');
    await again.must('changePassword', { json: { current: 'linli-demo-2', password: 'linli-demo' } });
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('makes the codes of a community, prints them, and retires one', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.getByRole('link', { name: '二维码' }).click();
    const where = page.getByRole('combobox', { name: '在哪里' });
    await where.fill('马家龙');
    await page.getByRole('option', { name: /马家龙社区/ }).waitFor();
    await where.press('Enter');
    await page.getByText('这里还没有二维码').waitFor();
    await page.getByRole('checkbox', { name: '网格' }).check();
    await page.getByRole('button', { name: '制作', exact: true }).click();
    await page.locator('.notice', { hasText: /已制作 \d+ 个二维码/ }).waitFor();
    await inspect(page, 'desk-codes-desktop');
    const [sheet] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: '打印张贴页' }).click()]);
    await sheet.getByText('马家龙社区').first().waitFor();
    const row = page.locator('.plain-table tbody tr').first();
    await row.getByRole('button').click();
    await row.getByRole('button', { name: '确认停用' }).click();
    await page.locator('.notice', { hasText: '已停用' }).waitFor();
    await page.reload();
    await page.locator('.plain-table tbody tr').first().getByText('停用').first().waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('prints whole codes, twelve to a page of A4, whatever the places are called', async () => {
    const desk = await staff('desk');
    await desk.must('makeCodes', { json: { area: '440305001', kinds: ['community', 'compound', 'building', 'lane'] } });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    for (const lang of ['zh', 'en']) {
      await page.goto(`/nanshan/sheet?area=440305001&lang=${lang}`);
      const labels = await page.locator('.label').count();
      expect(labels).toBeGreaterThan(24);
      await page.emulateMedia({ media: 'print' });
      /* as long as a name may be */
      await page.locator('.place').first().evaluate((one) => (one.textContent = '深圳市南山区南头街道'.repeat(5)));
      await page.locator('.where').first().evaluate((one) => (one.textContent = '深圳市南山区南头街道'.repeat(12)));
      const cut = await page.evaluate(() => {
        const mm = 96 / 25.4;
        const wrong: string[] = [];
        for (const sheet of document.querySelectorAll('.sheet')) {
          const box = sheet.getBoundingClientRect();
          if (box.height > 277 * mm || box.width > 190 * mm) wrong.push(`a sheet of ${box.width / mm} × ${box.height / mm} mm`);
        }
        for (const label of document.querySelectorAll('.label')) {
          const around = label.getBoundingClientRect();
          const svg = label.querySelector('svg')!.getBoundingClientRect();
          const last = label.querySelector('.where')!.getBoundingClientRect();
          if (svg.width < 32 * mm || svg.height < 32 * mm) wrong.push(`a code of ${svg.height / mm} mm`);
          if (last.bottom > around.bottom || svg.top < around.top) wrong.push(`${label.textContent} is cut`);
        }
        return wrong;
      });
      expect(cut).toEqual([]);
      const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      expect(paper.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(Math.ceil(labels / 12));
      for (const [, width, height] of paper.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g))
        expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
      await page.emulateMedia({ media: 'screen' });
    }
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('sees which versions open cases run on, what would become of them, and brings them along', async () => {
    await adopt('tests/lib/change.yaml');
    const desk = await staff('desk');
    const open = async (fields: Record<string, unknown>) =>
      (await desk.must('openCase', { json: { playbook: 'change', via: 'hotline', area: COMMUNITY, fields: { words: '换版以前提的', ...fields } } })) as { case: string; number: string };
    const fits = await open({ size: 7 });
    const stays = await open({ colour: 'blue' });
    await adopt('tests/lib/change_later.yaml');
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.getByRole('link', { name: '设置' }).click();
    const panel = page.getByRole('region', { name: '事项版本' });
    const row = panel.locator('.version', { hasText: '换版小事' });
    await row.getByText('第 1 版：2 件').waitFor();
    await row.getByRole('button', { name: '看看会怎样' }).click();
    await row.getByText('已开始', { exact: true }).waitFor();
    expect(await row.locator('.version-stays').textContent()).toContain(`${stays.number} 填写的“颜色”在新版放不下`);
    await inspect(page, 'desk-versions-desktop');
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-versions-phone');
    await row.getByRole('button', { name: '把 1 件转到第 2 版' }).click();
    await panel.getByText('/ 1 件').waitFor();
    await clock().sync();
    await panel.getByText('已转 1 / 1 件').waitFor();
    await row.getByText('现行第 2 版：1 件').waitFor();
    expect((await look(desk, fits.case)).state.label.zh).toBe('已开始');
    expect((await look(desk, stays.case)).state.label.zh).toBe('刚提出');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('can do it on a narrow screen too', async () => {
    const screen = await openScreen({ viewport: NARROW, colorScheme: 'dark' });
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    for (const [name, where] of Object.entries({ people: '.plain-table', 'people?tab=gaps': '.gap', 'people?tab=persons': '.plain-table', settings: '.hours' })) {
      await page.goto(`/desk/#/nanshan/${name}`);
      await page.locator(where).first().waitFor();
      await inspect(page, `desk-${name.replace(/\W/g, '-')}-narrow`);
    }
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
