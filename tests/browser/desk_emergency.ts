/*
 * An emergency is declared at the desk; who is on its list tells on a phone that they came.
 */
import { describe, expect, it } from 'vitest';
import { staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { signInAtDesk } from './lib/steps';

describe('a declared emergency', () => {
  it('opens its list to those on it, and closes when it is ended', async () => {
    const admin = await staff('admin');
    const persons = (await admin.must('listPersons', { query: { limit: 200 } })).items;
    const person = persons.find((one: any) => one.login === 'checker2').person as string;
    const now = Date.parse((await admin.must('getInbox', { query: {} })).as_of);
    const at = (hours: number) => new Date(now + (8 + hours) * 3_600_000).toISOString().slice(0, 16);
    const day = at(0).slice(0, 10);
    const rows = [{ person, post: 'duty_standby', since: `${at(1)}:00+08:00`, until: `${at(5)}:00+08:00` }];
    await admin.must('putRoster', { json: { area: '440305001', from: day, to: at(1).slice(0, 10), rows } });
    const declares = await openScreen();
    await signInAtDesk(declares.page, 'chief');
    await declares.page.goto('/desk/#/nanshan/duty?tab=emergency');
    await declares.page.getByText('现在没有宣布应急状态').waitFor();
    await declares.page.getByRole('button', { name: '宣布应急状态' }).click();
    const dialog = declares.page.getByRole('dialog');
    await dialog.getByRole('button', { name: '宣布', exact: true }).click();
    await expect.poll(() => dialog.locator('.ask-error:visible').count()).toBe(3);
    await dialog.getByLabel('依据').fill('街道防汛应急预案');
    await dialog.getByLabel('事由').fill('暴雨橙色预警');
    await dialog.getByLabel('到什么时候为止').fill(at(12));
    await inspect(declares.page, 'desk-emergency-declare-desktop');
    await dialog.getByRole('button', { name: '宣布', exact: true }).click();
    await declares.page.getByRole('heading', { name: /暴雨橙色预警/ }).waitFor();
    const tells = await openScreen({ viewport: PHONE });
    await signInAtDesk(tells.page, 'checker2');
    await tells.page.locator('.notice', { hasText: '您在值班名单上' }).getByRole('link', { name: '看名单' }).click();
    await tells.page.getByRole('button', { name: '已到岗' }).click();
    await tells.page.getByRole('button', { name: '已离岗' }).waitFor();
    await inspect(tells.page, 'desk-emergency-phone');
    await declares.page.reload();
    await declares.page.getByText(/\d 到岗$/).first().waitFor();
    await inspect(declares.page, 'desk-emergency-desktop');
    await declares.page.getByRole('button', { name: '提前结束' }).click();
    await declares.page.getByRole('button', { name: '现在结束' }).click();
    await declares.page.getByText('已结束', { exact: true }).waitFor();
    for (const screen of [declares, tells]) {
      expect(screen.faults()).toEqual([]);
      await screen.close();
    }
  });
});
