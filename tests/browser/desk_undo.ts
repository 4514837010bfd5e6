/*
 * At the desk: a step taken back, a list narrowed to a programme and to what waits for
 * an answer, and the page that says what forms ask.
 */
import { describe, expect, it } from 'vitest';
import { CLASS, act, organizationOf, report, staff } from '../api/lib/world';
import { DESKTOP, PHONE, inspect, openScreen } from './lib/screen';
import { signInAtDesk } from './lib/steps';

describe('taken back', () => {
  it.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)('the last step, while nothing happened since, on a %s', async (size, viewport) => {
    const opened = await report();
    const desk = await staff('desk');
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(await staff('handler')) });
    const screen = await openScreen({ viewport });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto(`/desk/#/nanshan/case/${opened.case}`);
    await page.getByText(/还可以在 \d+ 分钟内撤销/).waitFor();
    await inspect(page, `desk-undo-offer-${size}`);
    await page.getByRole('button', { name: '撤销', exact: true }).click();
    await page.getByText(/已撤销“/).first().waitFor();
    await page.locator('.timeline-undone').waitFor();
    await inspect(page, `desk-undone-${size}`);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});

describe('narrowed and counted', () => {
  it.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)('by programme, and what forms ask, on a %s', async (size, viewport) => {
    const { number } = await report();
    const screen = await openScreen({ viewport });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/all');
    if (size === 'phone') await page.getByRole('button', { name: '更多条件' }).click();
    await page.getByLabel('事项类型').selectOption('service-request');
    await page.getByRole('link', { name: number, exact: true }).waitFor();
    await inspect(page, `desk-filter-programme-${size}`);
    await page.getByLabel('等待答复').selectOption('any');
    await page.getByRole('link', { name: number, exact: true }).waitFor({ state: 'detached' });
    expect(page.url()).toContain('playbook=service-request&asked=any');
    await page.goto('/desk/#/nanshan/burden');
    await page.getByRole('heading', { name: '重复要填的项目' }).waitFor();
    await inspect(page, `desk-burden-${size}`);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
