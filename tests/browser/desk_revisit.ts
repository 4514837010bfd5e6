/*
 * The revisit desk: who is to be asked, an attempt without an answer noted, an answer
 * got by telephone entered, and "not solved" back at the unit.
 */
import { describe, expect, it } from 'vitest';
import { LAMP, CLASS, act, look, organizationOf, report, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { send, signInAtDesk } from './lib/steps';

async function waiting(): Promise<{ id: string; number: string }> {
  const [desk, handler, checker] = [await staff('desk'), await staff('handler'), await staff('checker')];
  const { case: id } = await report({ ...LAMP, answer_by: 'phone', contact: '13800138000' });
  await act(desk, id, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
  await act(handler, id, 'done', { answer: '已更换灯泡' }, { part: 1 });
  await act(checker, id, 'pass', {});
  return { id, number: (await look(desk, id)).number };
}

describe('the revisit desk', () => {
  it('notes an attempt, enters an answer, and sends what is not solved back to the unit', async () => {
    const [first, second] = [await waiting(), await waiting()];
    const desk = await staff('desk');
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.getByRole('link', { name: '回访', exact: true }).click();
    const card = (number: string) => page.locator('.revisit > li', { hasText: number });
    await card(first.number).getByText('已更换灯泡').waitFor();
    await card(first.number).getByRole('button', { name: '没问到，记一次' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[value=no_answer]').check();
    await send(dialog.locator('button[type=submit]'));
    await card(first.number).getByText('本轮没问到 1 次').waitFor();
    await inspect(page, 'desk-revisit-desktop');
    expect((await look(desk, first.id)).parts.filter((part: any) => part.kind.name === 'attempt')).toHaveLength(1);
    await card(first.number).getByRole('button', { name: '已解决', exact: true }).click();
    await send(dialog.locator('button[type=submit]'));
    await expect.poll(async () => (await look(desk, first.id)).state.name).toBe('closed');
    await card(second.number).getByRole('button', { name: '没有解决', exact: true }).click();
    await send(dialog.locator('button[type=submit]'));
    await expect.poll(async () => (await look(desk, second.id)).state.name).toBe('handling');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('fits a phone', async () => {
    const { number } = await waiting();
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/revisit');
    await page.getByRole('link', { name: number, exact: true }).waitFor();
    await inspect(page, 'desk-revisit-phone');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
