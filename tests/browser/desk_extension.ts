/*
 * More time for a task: the unit asks for it, somebody else grants it, the deadline moves.
 */
import { describe, expect, it } from 'vitest';
import { act, dispatched, look, staff } from '../api/lib/world';
import { PHONE, inspect } from './lib/screen';
import { come, doInPart } from './lib/steps';

const DAY = 86_400_000;

describe('more time', () => {
  it('is asked for by the unit on a phone, and granted by the dispatcher', async () => {
    const handler = await staff('handler');
    const { case: id } = await dispatched(await staff('desk'), handler);
    await act(handler, id, 'contact', {}, { part: 1 });
    const before = (await look(handler, id)).parts[0].due_at as string;
    const until = new Date(Date.parse(before) + 10 * DAY).toISOString().slice(0, 10);

    const unit = await come('handler', id, { viewport: PHONE });
    await doInPart(unit.page, '待办结', '申请延期', async (dialog) => {
      await dialog.getByLabel('申请延到哪天').fill(until);
      await dialog.getByLabel('延期理由').fill('灯杆要从厂里订，十天到货。');
      await inspect(unit.page, 'desk-extension-asked-phone');
    });
    await unit.page.locator('.part', { hasText: '待批准' }).waitFor();
    expect(await unit.page.getByRole('button', { name: '同意延期', exact: true }).count()).toBe(0);
    expect((await look(handler, id)).parts[0].due_at).toBe(before);

    const office = await come('dispatcher', id);
    await doInPart(office.page, '待批准', '同意延期', async (dialog) => {
      await dialog.getByLabel('审批意见').fill('同意，到货当天装好。');
      await inspect(office.page, 'desk-extension-grant-desktop');
    });
    await office.page.locator('.part', { hasText: '已同意' }).waitFor();
    await inspect(office.page, 'desk-extension-granted-desktop');
    expect((await look(handler, id)).parts[0].due_at.slice(0, 10)).toBe(until);
    for (const screen of [unit, office]) {
      expect(screen.faults()).toEqual([]);
      await screen.close();
    }
  });
});
