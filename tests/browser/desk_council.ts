/*
 * A question put to the residents' council: the roll, the question, slips with a QR code, a voice
 * by scanning one, and what was decided.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, clock, look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { come, doAction, openAtDesk, signInAtDesk, tick } from './lib/steps';

const here = (days: number): string => new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10); // the day in China

describe('a question to the council', () => {
  it('is put to the vote, voted on from a slip, and carried', async () => {
    const desk = await staff('desk');
    for (const seat of ['一号席', '二号席', '三号席'])
      await desk.must('addRow', { path: { register: 'council' }, json: { fields: { seat, place: COMMUNITY, kind: 'elected', person: `成员${seat}`, since: here(-30), until: here(400) } } });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    const { id } = await openAtDesk(page, 'council-vote', async (form) => {
      await form.getByLabel('议题').fill('同意把东门花坛改成非机动车位吗');
      await form.getByLabel('说明').fill('二十个车位，八千元，从公共收益里出，树移到西侧。');
    });
    await doAction(page, '报付表决', async () => undefined);
    const chief = await come('chief', id);
    await doAction(chief.page, '发起票决', async () => undefined);
    await chief.page.locator('.case-head', { hasText: '正在票决' }).waitFor();

    await clock().sync();
    await page.reload();
    await page.getByRole('region', { name: '表决' }).getByText('正在投票').waitFor();
    await inspect(page, 'desk-council-desktop');
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-council-phone');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('link', { name: /议题票决/ }).click();
    await page.getByRole('button', { name: /给还没有码的3人发码/ }).click();
    await page.locator('.ballot-slips .ballot-qr').nth(2).waitFor();
    await inspect(page, 'desk-council-slips-desktop');
    const codes = await page.locator('.ballot-slips strong').allTextContents();

    for (const [i, choice] of ['同意', '同意', '不同意'].entries()) {
      const phone = await openScreen({ viewport: PHONE });
      const asked: string[] = [];
      phone.page.on('request', (request) => asked.push(request.url()));
      await phone.page.goto(`/nanshan/vote?lang=zh#${codes[i]}`);
      await tick(phone.page.getByRole('radio', { name: choice, exact: true }));
      if (i === 0) await inspect(phone.page, 'resident-council-vote-phone');
      await phone.page.getByRole('button', { name: '投票', exact: true }).click();
      await phone.page.getByRole('heading', { name: '您的选票已收到' }).waitFor();
      expect(phone.page.url()).not.toContain('#');
      expect(asked.filter((url) => url.split('#')[0]!.includes(codes[i]!))).toEqual([]);
      expect(phone.faults()).toEqual([]);
      await phone.close();
    }

    for (const one of [screen, chief]) {
      expect(one.faults()).toEqual([]);
      await one.close();
    }

    await clock().set(`${here(8)}T18:00:00+08:00`);
    await clock().set(`${here(30)}T09:00:00+08:00`);
    const seen = await look(await staff('desk'), id);
    expect(seen).toMatchObject({ state: { name: 'carried' }, ballots: [{ state: 'final' }] });
  });
});
