/*
 * Short paths of a report, each one press or one form: solved on the spot by whoever is near or
 * by the desk, and a task that is recalled before anybody signed for it.
 */
import { describe, expect, it } from 'vitest';
import { dispatched, look, report, staff } from '../api/lib/world';
import { DESKTOP, PHONE, inspect } from './lib/screen';
import { come, doAction } from './lib/steps';

describe('a short path', () => {
  it.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)('solves it on the spot, on a %s', async (size, viewport) => {
    const opened = await report();
    const desk = await come('desk', opened.case, { viewport });
    await doAction(desk.page, '当场办结', async (dialog) => {
      await inspect(desk.page, `desk-solve-here-${size}`);
      await dialog.getByLabel('办理结果').fill('值班电工已合闸，灯亮了。');
    });
    await desk.page.locator('.case-head', { hasText: '已结案' }).waitFor();
    expect(desk.faults()).toEqual([]);
    await desk.close();
  });

  it('recalls a task nobody has signed for, with nothing to fill in', async () => {
    const opened = await dispatched(await staff('desk'), await staff('handler'));
    const desk = await come('desk', opened.case, { viewport: PHONE });
    await doAction(desk.page, '撤回任务', async () => {});
    await desk.page.locator('.case-head', { hasText: '待受理' }).waitFor();
    expect((await look(await staff('desk'), opened.case)).parts[0].state.name).toBe('recalled');
    expect(desk.faults()).toEqual([]);
    await desk.close();
  });
});
