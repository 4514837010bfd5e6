/*
 * A survey: its sample drawn by the checker's press, asked home by home from the list, its result with sample size and response rate.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, act, clock, look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { doAction, send, signInAtDesk, tick } from './lib/steps';

describe('a survey', () => {
  it('draws homes, asks them, and says how many answered', async () => {
    const desk = await staff('desk');
    for (let no = 1; no <= 12; no++) {
      await desk.must('addRow', { path: { register: 'homes' }, json: { fields: { home: `阳光花园${no}栋101`, place: COMMUNITY } } });
    }
    const { case: id } = await desk.must('openCase', {
      json: { playbook: 'opinion-survey', area: COMMUNITY, via: 'desk', fields: { subject: '垃圾分类', kind: 'awareness', question: '您知道厨余垃圾几点可以投放吗？', sample: 4, until: '2029-12-20' } },
    });
    await act(desk, id, 'hand_in');
    await act(await staff('checker'), id, 'draw', { until: '2029-12-20' });
    await clock().sync();
    const drawn = (await desk.must('listBeneath', { path: { case: id } })).items;
    expect(drawn.length).toBe(4);
    expect((await look(desk, drawn[0].case)).playbook).toBe('survey-answer');
    expect(new Set(await Promise.all(drawn.map(async (one: any) => (await look(desk, one.case)).fields[0].text.zh))).size).toBe(4);
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto(`/desk/#/nanshan/case/${id}`);
    const list = page.locator('[aria-labelledby=beneath]');
    await list.locator('li').nth(3).waitFor();
    await list.getByText(/阳光花园\d+栋101/).first().waitFor();
    await inspect(page, 'survey-desktop');
    await page.goto(`/nanshan/letters/${id}?lang=zh`);
    await page.locator('.door').nth(3).waitFor();
    await inspect(page, 'survey-letters-desktop');
    const address = new URL((await page.locator('.door-url').nth(3).textContent()) ?? '').pathname;
    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto(`${address}?lang=zh`);
    await phone.page.getByText('您知道厨余垃圾几点可以投放吗？').waitFor();
    await phone.page.locator('summary', { hasText: '我来回答' }).click();
    await inspect(phone.page, 'survey-own-answer-phone');
    await tick(phone.page.getByRole('radio', { name: '知道／满意', exact: true }));
    await send(phone.page.locator('details.act[open] button[type=submit]'));
    await phone.page.getByRole('heading', { name: '知道／满意' }).waitFor();
    expect(await phone.page.locator('summary', { hasText: '我来回答' }).count()).toBe(0);
    expect(phone.faults()).toEqual([]);
    await phone.close();
    await page.goto(`/desk/#/nanshan/case/${id}`);
    await list.locator('li a').first().click();
    await doAction(page, '问到了', async (form) => {
      await tick(form.getByRole('radio', { name: '电话', exact: true }));
      await tick(form.getByRole('radio', { name: '知道／满意', exact: true }));
    });
    await page.setViewportSize(PHONE);
    await inspect(page, 'survey-answer-phone');
    await act(desk, id, 'close');
    await clock().sync();
    await act(desk, id, 'write_up', { summary: '样本四户，答了两户' });
    await page.goto(`/desk/#/nanshan/case/${id}`);
    await page.getByText('50%').first().waitFor();
    const fields = Object.fromEntries((await look(desk, id)).fields.map((one: any) => [one.name, one.text.zh]));
    expect(fields).toMatchObject({ drawn_homes: '4', answered: '2', unreached: '2', response_rate: '50%', good_rate: '100%' });
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
