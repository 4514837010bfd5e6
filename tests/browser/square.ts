/*
 * The public square from the desk to the phone: a notice written by one and published by another;
 * a posting from a resident, put up, and taken back to its check by a passer-by.
 */
import { describe, expect, it } from 'vitest';
import { act, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { come, doAction, openAtDesk, send, signInAtDesk, tick } from './lib/steps';

describe('the public square', () => {
  it('shows a notice once somebody else has checked it, and its sheet', async () => {
    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    const { number, id } = await openAtDesk(desk.page, 'notice', async (form) => {
      await tick(form.getByRole('radio', { name: '停水停电停气' }));
      await form.getByLabel('标题').fill('周三上午停水');
      await form.getByLabel('正文').fill('水泵检修，9时至12时停水，请提前储水。');
      await form.getByLabel('公布到').fill('2030-11-20');
    });
    const checker = await come('checker', id);
    await doAction(checker.page, '核对无误，发布', async () => undefined);
    await checker.page.getByText('已公开，居民看得到').waitFor();
    await inspect(checker.page, 'desk-notice-desktop');

    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto('/nanshan/?lang=zh');
    await phone.page.getByRole('link', { name: /周三上午停水/ }).click();
    await phone.page.getByText('请提前储水').waitFor();
    await inspect(phone.page, 'resident-notice-phone');
    await phone.page.getByRole('link', { name: '查看邻里广场' }).click();
    await phone.page.locator('#kind').selectOption({ label: '通知公告' });
    await phone.page.getByRole('button', { name: '查看' }).click();
    await phone.page.getByRole('link', { name: /周三上午停水/ }).waitFor();
    await inspect(phone.page, 'resident-square-phone');
    await phone.page.goto(`/nanshan/square/${number}/sheet?lang=zh`);
    await phone.page.getByText('扫码查看最新内容').waitFor();

    await doAction(checker.page, '撤下', (dialog) => dialog.getByLabel('原因').fill('改期'));
    await phone.page.goto(`/nanshan/square/${number}?lang=zh`);
    await phone.page.getByRole('heading', { name: '这条信息已撤下' }).waitFor();
    expect(phone.faults(/410/)).toEqual([]);
    for (const one of [desk, checker]) expect(one.faults()).toEqual([]);
    for (const one of [desk, checker, phone]) await one.close();
  });

  it('takes a posting from a resident, and back when somebody says that it is wrong', async () => {
    const phone = await openScreen({ viewport: PHONE });
    const { page } = phone;
    await page.goto('/nanshan/report?playbook=posting&lang=zh');
    await tick(page.getByRole('radio', { name: '房屋出租' }));
    await page.getByLabel('标题').fill('两居室出租');
    await page.getByLabel('详细情况').fill('三楼朝南，步行五分钟到地铁。');
    await page.getByLabel('您的手机号').fill('13800138222');
    await page.locator('#area').selectOption({ label: '马家龙社区' });
    await inspect(page, 'resident-posting-form-phone');
    await send(page.locator('form.form button[type=submit]'));
    await page.waitForURL(/progress/);
    const number = (await page.locator('#progress').getAttribute('data-number')) ?? '';
    const desk = await staff('desk');
    const { items } = await desk.must('listCases', { query: { view: 'all', q: number } });
    await act(desk, items[0].case, 'put_up', { until: '2030-12-01' });
    await expect.poll(async () => (await page.goto(`/nanshan/square/${number}?lang=zh`))?.status()).toBe(200);
    expect(await page.content()).not.toContain('13800138222');
    await inspect(page, 'resident-posting-phone');
    await page.locator('summary', { hasText: '这条有问题' }).click();
    await page.getByLabel('哪里不对').fill('是中介发的');
    await send(page.locator('details.act[open] button[type=submit]'));
    await page.getByText('谢谢，已交给工作人员核对').waitFor();
    expect((await desk.must('getCase', { path: { case: items[0].case } })).state.name).toBe('checking');
    await phone.close();
  });

  it('shows a first matter from its pledge to those who take it up', async () => {
    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    const { number, id } = await openAtDesk(desk.page, 'showcase', async (form) => {
      await form.getByLabel('第几期').fill('13');
      await form.getByLabel('第一件事').fill('给三号院装上路灯');
      await form.getByLabel('公开承诺').fill('元旦前亮灯。');
      await form.getByLabel('承诺办成的日期').fill('2030-12-31');
    });
    const checker = await come('checker', id);
    await doAction(checker.page, '核对无误，公开承诺', async () => undefined);
    await desk.page.reload();
    await doAction(desk.page, '办成了，写展示', async (dialog) => {
      await dialog.getByLabel('难在哪里').fill('没有电源，三家单位都说不归自己管。');
      await dialog.getByLabel('怎么办成的').fill('三方出钱接线，两周装好。');
      await dialog.getByLabel('谁办的').fill('社区书记和施工队');
      await dialog.getByLabel('受益居民').fill('320');
    });
    await checker.page.reload();
    await doAction(checker.page, '核对无误，展示', async () => undefined);
    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto('/nanshan/square?kind=showcase&lang=zh');
    await phone.page.getByRole('heading', { name: '合计' }).waitFor();
    await inspect(phone.page, 'resident-square-sums-phone');
    await phone.page.getByRole('link', { name: /给三号院装上路灯/ }).click();
    await phone.page.getByText('没有电源，三家单位都说不归自己管。').waitFor();
    await inspect(phone.page, 'resident-showcase-phone');
    expect(phone.page.url()).toContain(number);
    for (const one of [desk, checker, phone]) {
      expect(one.faults()).toEqual([]);
      await one.close();
    }
  });

  it('gives a star in public, and looks again when a reader says something against it', async () => {
    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    const { number, id } = await openAtDesk(desk.page, 'star-community', async (form) => {
      await tick(form.getByRole('radio', { name: '文明小区' }));
      await form.getByRole('textbox', { name: '名称' }).fill('阳光花园');
      await tick(form.getByRole('checkbox', { name: '车辆停放有序' }));
    });
    const checker = await come('checker', id);
    await doAction(checker.page, '复核达标，公示', async (dialog) => {
      await tick(dialog.getByRole('checkbox', { name: '车辆停放有序' }));
      await tick(dialog.getByRole('radio').nth(3));
      await dialog.getByLabel('复核意见').fill('现场看过。');
    });
    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto(`/nanshan/square/${number}?lang=zh`);
    await phone.page.locator('summary', { hasText: '提出意见' }).click();
    await inspect(phone.page, 'resident-star-phone');
    await phone.page.getByLabel('公示期间的意见').fill('楼道还有杂物');
    await send(phone.page.locator('details.act[open] button[type=submit]'));
    await phone.page.getByText('谢谢，已交给工作人员核对').waitFor();
    await checker.page.reload();
    await checker.page.locator('.case-head', { hasText: '有异议，待核实' }).waitFor();
    expect(phone.faults(/410/)).toEqual([]);
    for (const one of [desk, checker, phone]) await one.close();
  });
});
