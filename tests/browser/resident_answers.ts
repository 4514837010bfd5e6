/*
 * What a resident is asked later, in every type a page can ask, with script and without.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, look, staff, visitor } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { tick, send } from './lib/steps';

describe('a resident who answers', () => {
  it.each([true, false])('is asked amounts, items, months and yes or no, script %s', async (script) => {
    const opened = await visitor().must('openCase', { json: { playbook: 'survey', area: COMMUNITY, via: 'web', fields: { wishes: ['lamp'], gives: 10000 } } });
    const screen = await openScreen({ viewport: PHONE, javaScriptEnabled: script });
    const { page } = screen;
    await page.goto(`/nanshan/progress/${opened.tracking}?lang=zh`);
    await page.locator('summary', { hasText: '更正' }).click();
    const form = page.locator('details.act[open]');
    await form.getByLabel('愿意出多少').fill('一百');
    await tick(form.getByRole('checkbox', { name: '扶手' }));
    await tick(form.getByRole('checkbox', { name: '坡道' }));
    await form.getByLabel('扶手长度').fill('12.5');
    await form.getByLabel('同住几户').fill('3');
    await form.getByLabel('方便哪个月施工').fill('2030-05');
    await tick(form.getByRole('checkbox', { name: '是' }));
    if (script) await inspect(page, 'resident-answers-phone');
    await send(form.locator('button[type=submit]'));
    /* it comes back with what was typed, and says what is wrong where it is */
    await form.locator('[data-field=gives].has-error', { hasText: '请写数字' }).waitFor();
    expect(await form.getByRole('checkbox', { name: '坡道' }).isChecked()).toBe(true);
    expect(await form.getByLabel('扶手长度').inputValue()).toBe('12.5');
    await form.getByLabel('愿意出多少').fill('1,200.50');
    await send(form.locator('button[type=submit]'));
    await page.locator('.steps', { hasText: '1,200.50元' }).waitFor();
    const entry = (await look(await staff('desk'), opened.case)).timeline.at(-1);
    const given = Object.fromEntries(entry.values.map((one: any) => [one.name, one.text.zh]));
    expect(given).toMatchObject({ wishes: '扶手、坡道', gives: '1,200.50元', length: '12.5米', homes: '3', home: '是' });
    if (script) expect(screen.faults(/422/)).toEqual([]);
    await screen.close();
  });
});
