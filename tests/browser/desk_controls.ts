/*
 * What the desk's forms are made of, with real photos, points and days.
 */
import { describe, expect, it } from 'vitest';
import { png } from '../api/lib/picture';
import { CLASS, COMMUNITY, act, dispatched, look, organizationOf, report, staff, visitor } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { doAction, openFromInbox, pressAction, send, signInAtDesk } from './lib/steps';

const PHOTO = { name: 'lamp.png', mimeType: 'image/png', buffer: png(640, 480) };

describe('the controls of the desk', () => {
  it('photos of what was done are sent with the answer, and shown large', async () => {
    const handler = await staff('handler');
    const opened = await dispatched(await staff('desk'), handler);
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await signInAtDesk(page, 'handler');
    await openFromInbox(page, opened.number);
    await page.locator('.part-actions').getByRole('button', { name: '签收' }).waitFor();
    await doAction(page, '办结', async (dialog) => {
      await dialog.getByLabel('办理结果').fill('灯已换好。');
      await dialog.locator('input[type=file]').setInputFiles([PHOTO, { ...PHOTO, name: 'night.png' }]);
      await dialog.getByRole('button', { name: '删除照片 night.png' }).click();
      await dialog.locator('.photo-new canvas[data-done]').waitFor();
      expect(await dialog.locator('.photo-new').count()).toBe(1);
      await inspect(page, 'desk-photos-phone');
    });
    await expect.poll(() => page.locator('.photo img').count()).toBe(2); /* in the strip, and where it was said */
    await page.locator('.timeline .photo img').click();
    const viewer = page.locator('dialog[open]');
    await expect.poll(() => viewer.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640);
    await inspect(page, 'desk-viewer-phone');
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'hidden' });
    expect((await look(handler, opened.case)).photos.length).toBe(1);
    await page.goto(`/nanshan/progress/${opened.tracking}`);
    const seen = page.locator('.steps .photo-list img');
    await expect.poll(() => seen.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await inspect(page, 'progress-photos-phone');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('a pin in the form of a call says where, and what is open around it', async () => {
    const { position } = await visitor().must('getArea', { path: { area: COMMUNITY } });
    const known = await visitor().must('openCase', {
      json: { playbook: 'service-request', area: COMMUNITY, fields: { topic: 'road', description: '井盖松动。', place: { ...position, given: undefined, crs: 'cgcs2000', how: 'pin' } } },
    });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.getByRole('link', { name: '来电登记' }).click();
    await page.getByRole('radio', { name: '道路设施' }).check();
    await page.getByLabel('情况描述').fill('井盖又松了。');
    const where = page.getByRole('combobox', { name: '在哪里' });
    await where.fill('马家龙');
    await page.getByRole('option', { name: /^马家龙社区/ }).waitFor();
    await where.press('Enter');
    await page.getByRole('button', { name: '在地图上标记' }).click();
    const map = page.getByRole('application');
    await map.locator('path').first().waitFor();
    await map.focus();
    await page.keyboard.press('Enter');
    await page.locator('.map-pin').waitFor();
    await inspect(page, 'desk-intake-pin-desktop');
    await page.getByRole('button', { name: '只登记' }).click();
    const number = (await page.locator('.intake-done h1').textContent())?.trim() ?? '';
    await page.getByRole('link', { name: '打开这件事项' }).click();
    await page.locator('.case-head h1', { hasText: number }).waitFor();
    await page.locator('.case-ground .map-pin').waitFor();
    const id = page.url().split('/').at(-1) ?? '';
    const made = await look(await staff('desk'), id);
    expect([made.area.code.startsWith(COMMUNITY), typeof made.place.lon]).toEqual([true, 'number']);
    await page.goto(`/desk/#/nanshan/case/${known.case}`);
    await page.locator('.case-head h1', { hasText: known.number }).waitFor();
    await page.locator('.case-ground .map-pin').waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('a case gets another urgency, words for colleagues and for the reporter, and is put off to a day', async () => {
    const opened = await report();
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await openFromInbox(page, opened.number);
    await page.locator('.case-head', { hasText: /这一步须在.+前办完/ }).waitFor();
    await doAction(page, '调整紧急程度', (dialog) => dialog.getByRole('radio', { name: '特急' }).check());
    await page.locator('.case-line .chip', { hasText: '特急' }).waitFor();
    await doAction(page, '内部备注', (dialog) => dialog.getByLabel('内部备注').fill('先问物业。'));
    await doAction(page, '回复诉求人', (dialog) => dialog.getByLabel('回复内容').fill('已在联系。'));
    await page.locator('.timeline-note', { hasText: '先问物业。' }).waitFor();
    await page.locator('.timeline-reply', { hasText: '已在联系。' }).waitFor();
    const seen = await visitor().must('getProgress', { path: { tracking: opened.tracking } });
    expect(JSON.stringify(seen)).toContain('已在联系。');
    expect(JSON.stringify(seen)).not.toContain('先问物业。');
    await pressAction(page, '暂缓办理');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('后续计划').fill('等备件到货。');
    const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    await dialog.getByLabel('复查日期').fill(day);
    await inspect(page, 'desk-shelve-desktop');
    await send(dialog.locator('button[type=submit]'));
    await page.locator('.case-head', { hasText: '暂缓办理' }).waitFor();
    await page.locator('.timeline', { hasText: '等备件到货。' }).waitFor();
    await page.getByRole('button', { name: '恢复办理' }).waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('a telephone call to the reporter closes the case with their mark', async () => {
    const [desk, handler, checker] = await Promise.all([staff('desk'), staff('handler'), staff('checker')]);
    const opened = await report({ topic: 'lamp', description: '路灯不亮。', contact: '13800138000', answer_by: 'phone' });
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    await act(handler, opened.case, 'done', { answer: '已换灯泡。' }, { part: 1 });
    await act(checker, opened.case, 'pass');
    const screen = await openScreen();
    await signInAtDesk(screen.page, 'desk');
    await openFromInbox(screen.page, opened.number);
    await doAction(screen.page, '已解决', (dialog) => dialog.getByRole('radio', { name: '4' }).check());
    await screen.page.locator('.case-head', { hasText: '已结案' }).waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
