/*
 * What residents open besides a report: a suggestion, and questions of every type, with
 * script and without.
 */
import { describe, expect, it } from 'vitest';
import { docx, pdf } from '../api/lib/archive';
import { act, look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { doAction, send, signInAtDesk, tick } from './lib/steps';

const PLAN = { name: '三号楼图纸.pdf', mimeType: 'application/pdf', buffer: pdf('图纸') };
const OFFER = { name: '报价.docx', mimeType: 'application/octet-stream', buffer: docx('报价') };
const PAGE = { name: '报价.html', mimeType: 'text/html', buffer: Buffer.from('<html>') };

/* What the desk reads of what was given. */
async function given(number: string): Promise<{ id: string; fields: Record<string, string> }> {
  const desk = await staff('desk');
  const { items } = await desk.must('listCases', { query: { view: 'all', q: number } });
  const seen = await look(desk, items[0].case);
  return { id: items[0].case, fields: Object.fromEntries(seen.fields.map((one: any) => [one.name, one.text.zh])) };
}

describe('residents', () => {
  it('find what else they may open, and suggest something that is answered and rated', async () => {
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await page.goto('/nanshan/?lang=zh');
    await inspect(page, 'resident-home-programmes-phone');
    await page.getByRole('link', { name: /居民谏言/ }).click();
    await inspect(page, 'resident-suggestion-phone');
    await tick(page.getByRole('radio', { name: '便民服务' }));
    await page.getByLabel('您的建议').fill('菜市场门口放两把椅子');
    await page.locator('#area').selectOption({ label: '马家龙社区' });
    await send(page.locator('form.form button[type=submit]'));
    await page.waitForURL(/progress/);
    const desk = await staff('desk');
    const number = (await page.locator('#progress').getAttribute('data-number')) ?? '';
    const { id } = await given(number);
    await act(desk, id, 'reject', { answer: '消防通道上不能放，已在广场加了四把。' });
    await page.reload();
    await page.getByText('消防通道上不能放').waitFor();
    await page.locator('summary', { hasText: '评价' }).click();
    await tick(page.getByRole('radio', { name: '满意', exact: true }));
    await send(page.locator('details.act[open] button[type=submit]'));
    await expect.poll(async () => (await look(desk, id)).timeline.map((one: any) => one.action)).toContain('rate');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it.each([true, false])('answer questions of every type, script %s', async (script) => {
    const screen = await openScreen({ viewport: PHONE, javaScriptEnabled: script });
    const { page } = screen;
    await page.goto('/nanshan/report?playbook=survey&lang=zh');
    await page.locator('#gives').fill('一百');
    await tick(page.getByRole('checkbox', { name: '扶手' }));
    await tick(page.getByRole('checkbox', { name: '坡道' }));
    await page.getByLabel('扶手长度').fill('12.5');
    await page.getByLabel('同住几户').fill('3');
    await page.getByLabel('方便哪个月施工').fill('2030-05');
    await tick(page.getByRole('checkbox', { name: '是' }));
    await page.getByLabel('方便上门的时间').fill('2030-05-06T15:30');
    await page.getByLabel('12345工单编号').fill('SZ2026-0017');
    await page.getByLabel('已联系过的单位').selectOption({ index: 1 });
    if (script) await page.locator('#plan').setInputFiles([PLAN, PAGE]);
    await page.locator('#area').selectOption({ label: '马家龙社区' });
    await send(page.locator('form.form button[type=submit]'));
    /* it comes back with what was typed, and says what is wrong where it is */
    await page.locator('[data-field=gives].has-error').waitFor();
    expect(await page.locator('[data-field=gives] .error').textContent()).toContain('请写数字');
    expect(await page.getByRole('checkbox', { name: '坡道' }).isChecked()).toBe(true);
    expect(await page.locator('#length').inputValue()).toBe('12.5');
    expect(await page.getByLabel('方便上门的时间').inputValue()).toBe('2030-05-06T15:30');
    expect(await page.getByLabel('已联系过的单位').inputValue()).not.toBe('');
    if (script) {
      await page.locator('.file-list', { hasText: '三号楼图纸.pdf' }).waitFor();
      await page.locator('.photo-failed', { hasText: '附件只收' }).getByRole('button', { name: '移除' }).click();
      await inspect(page, 'resident-survey-phone');
    } else await page.locator('#plan').setInputFiles([PLAN]);
    await page.locator('#gives').fill('1,200.50');
    await send(page.locator('form.form button[type=submit]'));
    await page.waitForURL(/progress/);
    const number = (await page.locator('#progress').getAttribute('data-number')) ?? '';
    expect((await given(number)).fields).toMatchObject({
      wishes: '扶手、坡道', gives: '1,200.50元', length: '12.5米', homes: '3', home: '是',
      plan: '1份附件', visit: '2030-05-06 15:30', ticket: 'SZ2026-0017',
    });
    await page.locator('.document-list a', { hasText: 'PDF · 0.1 MB' }).first().waitFor();
    if (script) expect(screen.faults(/422/)).toEqual([]);
    await screen.close();
  });

  it('add papers later, the desk its own, and each saves what the other sent', async () => {
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await page.goto('/nanshan/report?playbook=survey&lang=en');
    await tick(page.getByRole('checkbox', { name: 'Lamps' }));
    await page.locator('#gives').fill('1');
    await page.locator('#area').selectOption({ label: '马家龙社区' });
    await send(page.locator('form.form button[type=submit]'));
    await page.waitForURL(/progress/);
    await page.locator('summary', { hasText: 'Add papers' }).click();
    const form = page.locator('details.act[open]');
    await send(form.locator('button[type=submit]'));
    await form.locator('.has-error[data-field=plan]').waitFor();
    await form.locator('input[type=file]').setInputFiles([PLAN]);
    await inspect(page, 'resident-papers-phone-en');
    await send(form.locator('button[type=submit]'));
    const link = page.locator('.said ~ .document-list a, .document-list a').first();
    await link.waitFor();
    const [saved] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(saved.suggestedFilename()).toMatch(/^Q\d\d-\d+-1\.pdf$/);
    const number = (await page.locator('#progress').getAttribute('data-number')) ?? '';
    await inspect(page, 'resident-papers-shown-phone-en');
    await page.setViewportSize({ width: 1440, height: 900 });
    await signInAtDesk(page, 'desk');
    await page.goto(`/desk/#/nanshan/case/${(await given(number)).id}`);
    await doAction(page, '附报价', async (dialog) => {
      await dialog.locator('input[type=file]').setInputFiles([PAGE]);
      await dialog.getByText('附件只收').waitFor();
      await dialog.locator('input[type=file]').setInputFiles([OFFER]);
      await dialog.getByText('报价.docx').waitFor();
      await dialog.getByLabel('方便上门的时间').fill('2030-05-06T15:30');
      await inspect(page, 'desk-papers-desktop');
    });
    await expect.poll(() => page.locator('.timeline .document').count()).toBe(2);
    await inspect(page, 'desk-papers-shown-desktop');
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-papers-shown-phone');
    expect(screen.faults(/422/)).toEqual([]);
    await screen.close();
  });
});
