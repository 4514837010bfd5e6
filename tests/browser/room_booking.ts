/*
 * A room: found, asked for, refused to the second one, confirmed, called off; each on a room of
 * its own.
 */
import { describe, expect, it } from 'vitest';
import { act, look, staff } from '../api/lib/world';
import { DESKTOP, PHONE, inspect, openScreen } from './lib/screen';
import { come, doAction, send } from './lib/steps';

const PLACE = '440305001007';
const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);

async function room(name: string, bookable: boolean): Promise<string> {
  const desk = await staff('desk');
  const fields = { station: name, place: PLACE, address: '南山大道9号', kind: 'room', hours: '每天 9:00–21:00', bookable };
  return (await desk.must('addRow', { path: { register: 'stations' }, json: { fields } })).row;
}

describe('a room', () => {
  it.each([true, false])('is booked by a resident once for a time, script %s', async (script) => {
    const name = script ? '书画室' : '排练室';
    const row = await room(name, true);
    const screen = await openScreen({ viewport: PHONE, javaScriptEnabled: script });
    const { page } = screen;
    const ask = async (at: string): Promise<void> => {
      await page.goto(`/nanshan/registers/stations/${row}?lang=zh`);
      await page.getByRole('link', { name: '活动室预约' }).press('Enter');
      await page.locator('h2', { hasText: name }).waitFor();
      await page.getByLabel('几月几日几点开始').fill(`${day}T${at}`);
      await page.getByLabel('用多久').fill('1.5');
      await page.getByLabel('做什么用').fill('书法课');
      await page.getByLabel('联系电话').fill('13800138000');
      await send(page.locator('form.form button[type=submit]'));
    };
    await page.goto('/nanshan/?lang=zh');
    await page.getByRole('link', { name: /活动室预约/ }).press('Enter');
    await page.waitForURL(/registers\/stations/);
    await page.goto(`/nanshan/registers/stations/${row}?lang=zh`);
    await page.getByText('近期都空着').waitFor();
    await ask('09:30');
    await page.waitForURL(/progress/);
    const progress = page.url();
    const number = (await page.locator('#progress').getAttribute('data-number')) ?? '';
    await ask('10:30');
    await page.getByText('这个时间已经有人约了').waitFor();
    if (script) await inspect(page, 'room-taken-phone');
    await page.goto(`/nanshan/registers/stations/${row}?lang=zh`);
    await page.getByText(/09:30 – .*11:00/).waitFor();
    if (script) await inspect(page, 'room-phone');

    const desk = await staff('desk');
    const { items } = await desk.must('listCases', { query: { view: 'all', q: number } });
    const id = items[0].case as string;
    if (script) {
      const keeper = await come('desk', id, { viewport: DESKTOP });
      await doAction(keeper.page, '确认', (dialog) => dialog.getByLabel('注意事项').fill('到值班室取钥匙'));
      await keeper.page.locator('.case-head', { hasText: '已约好' }).waitFor();
      await inspect(keeper.page, 'room-confirmed-desktop');
      expect(keeper.faults()).toEqual([]);
      await keeper.close();
    } else await act(desk, id, 'confirm', { note: '到值班室取钥匙' });
    await page.goto(progress);
    await page.getByText('到值班室取钥匙').first().waitFor();
    if (script) await inspect(page, 'room-progress-phone');
    await page.locator('summary', { hasText: '取消预约' }).press('Enter');
    await send(page.locator('details.act[open] button[type=submit]'));
    await page.getByText('已取消').first().waitFor();
    await expect.poll(async () => (await look(desk, id)).state.name).toBe('cancelled');
    await page.goto(`/nanshan/registers/stations/${row}?lang=zh`);
    await page.getByText('近期都空着').waitFor();
    expect(screen.faults(/409|422/)).toEqual([]);
    await screen.close();
  });

  it('that is not let is not to be asked for', async () => {
    const row = await room('配电间', false);
    const screen = await openScreen({ viewport: DESKTOP });
    await screen.page.goto(`/nanshan/registers/stations/${row}?lang=en`);
    await screen.page.getByRole('link', { name: 'See all' }).waitFor();
    expect(await screen.page.getByRole('link', { name: 'Book a room' }).count()).toBe(0);
    expect((await screen.page.goto(`/nanshan/report?playbook=room-booking&row=${row}&lang=en`))?.status()).toBe(404);
    await screen.close();
  });
});
