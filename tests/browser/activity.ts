/*
 * An activity from the desk to the phone: announced, signed up for, waited for, signed in by
 * code and by list, closed with minutes.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, act, clock, look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { doAction, send, signInAtDesk } from './lib/steps';

async function announced(places: number): Promise<string> {
  const desk = await staff('desk');
  const { row } = await desk.must('addRow', { path: { register: 'series' }, json: { fields: { series: '周六书法班', place: COMMUNITY, kind: 'club' } } });
  const fields = { series: row, title: '写春联', starts_at: '2029-09-12T09:30:00+08:00', ends_at: '2029-09-12T11:30:00+08:00', places };
  const { case: id } = await desk.must('openCase', { json: { playbook: 'activity', area: COMMUNITY, via: 'desk', fields } });
  await act(desk, id, 'hand_in', { remind_at: '2029-09-11T09:30:00+08:00' });
  await act(await staff('checker'), id, 'announce', { remind_at: '2029-09-11T09:30:00+08:00' });
  return id;
}

describe('an activity', () => {
  it.each([true, false])('is signed up for on a phone, script %s, and a place that comes free goes to who waits', async (script) => {
    const id = await announced(1);
    const { number } = await look(await staff('desk'), id);
    await clock().sync();
    const screen = await openScreen({ viewport: PHONE, javaScriptEnabled: script });
    const { page } = screen;
    const sign = async (who: string): Promise<string> => {
      await page.goto(`/nanshan/square/${number}?lang=zh`);
      await page.getByRole('link', { name: '活动报名' }).click();
      await page.getByRole('heading', { name: '社区活动' }).waitFor();
      if (script) await inspect(page, 'activity-sign-up-phone');
      await page.getByLabel('怎么称呼').fill(who);
      await send(page.locator('form.form button[type=submit]'));
      await page.waitForURL(/progress/);
      return page.url();
    };
    const first = await sign('张阿姨');
    await page.getByText('报上了').first().waitFor();
    const second = await sign('李叔');
    await page.getByText('候补中').first().waitFor();
    await page.goto(first);
    await page.locator('summary', { hasText: '取消报名' }).click();
    await send(page.locator('details.act[open] button[type=submit]'));
    await page.getByText('已取消报名').first().waitFor();
    await clock().sync();
    await page.goto(second);
    await page.getByText('报上了').first().waitFor();
    await page.getByRole('status').getByText('您已递补成功').waitFor();
    if (script) await inspect(page, 'activity-message-phone');
    await send(page.getByRole('button', { name: '知道了' }));
    await page.getByRole('button', { name: '知道了' }).waitFor({ state: 'detached' });
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('is begun at the desk with a code, ticked from the list and closed', async () => {
    const desk = await staff('desk');
    const id = await announced(10);
    const opened = await desk.must('openCase', { json: { playbook: 'sign-up', parent: id, via: 'hotline', fields: { who: '王师傅' } } });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto(`/desk/#/nanshan/case/${id}`);
    await doAction(page, '开始签到', async (form) => {
      await form.getByLabel('签到码').fill('4827');
    });
    await clock().sync();
    await page.reload();
    const roll = page.locator('[aria-labelledby=beneath]');
    await roll.getByText('王师傅').waitFor();
    await inspect(page, 'activity-roll-desktop');
    await roll.getByRole('button', { name: '到了', exact: true }).click();
    await roll.getByText('已到场').first().waitFor();
    /* who comes by is entered beneath it, without a place being asked */
    await roll.getByRole('link', { name: '登记活动报名' }).click();
    await page.locator('.intake-form').getByLabel('怎么称呼').fill('路过的');
    await inspect(page, 'activity-enter-desktop');
    await page.getByRole('button', { name: '只登记' }).click();
    await page.locator('.intake-done h1').waitFor();
    await page.goto(`/desk/#/nanshan/case/${id}`);
    await roll.getByText('路过的').waitFor();
    await page.setViewportSize(PHONE);
    await inspect(page, 'activity-roll-phone');
    await doAction(page, '结束并写小结', async (form) => {
      await form.getByLabel('活动小结').fill('写了六十副春联');
    });
    await clock().sync();
    expect((await look(desk, opened.case)).state.name).toBe('came');
    const { fields } = await look(desk, id);
    expect(fields.find((one: any) => one.name === 'came').text.zh).toBe('1');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
