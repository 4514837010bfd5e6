/*
 * Ballots that programmes open, from the public page: deputies decide on projects with their
 * codes, residents say which showcase they like until a minute, and results follow closing.
 */
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { COMMUNITY, act, clock, look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { come, doAction, send, tick } from './lib/steps';

const here = (days: number): string => new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10); // the day in China
type Row = Record<string, unknown>;

async function addRows(register: string, rows: Row[]): Promise<void> {
  const desk = await staff('desk');
  for (const fields of rows) await desk.must('addRow', { path: { register }, json: { fields: { place: COMMUNITY, ...fields } } });
}

/* The codes of a case's only ballot, from the desk's page of it. */
async function codesOf(page: Page, label: string, count: number): Promise<string[]> {
  await page.getByRole('region', { name: '表决' }).getByText('正在投票').waitFor();
  await page.getByRole('link', { name: new RegExp(label) }).click();
  await send(page.getByRole('button', { name: new RegExp(`给还没有码的${count}人发码`) }));
  await page.locator('.ballot-slips strong').nth(count - 1).waitFor();
  return page.locator('.ballot-slips strong').allTextContents();
}

/* From the public page to the receipt. */
async function voteFrom(address: string, code: string, choice: string, shot: string): Promise<void> {
  const phone = await openScreen({ viewport: PHONE });
  await phone.page.goto(address);
  await phone.page.getByRole('link', { name: '去投票' }).waitFor();
  await inspect(phone.page, `${shot}-page-phone`);
  await phone.page.getByRole('link', { name: '去投票' }).press('Enter');
  await phone.page.getByLabel('投票码').fill(code);
  await send(phone.page.getByRole('button', { name: '下一步' }));
  await tick(phone.page.getByRole('checkbox', { name: choice }));
  await send(phone.page.getByRole('button', { name: '投票', exact: true }));
  await phone.page.getByRole('heading', { name: '您的选票已收到' }).waitFor();
  expect(((await phone.page.locator('.vote-code').textContent()) ?? '').trim()).not.toBe('');
  expect(phone.faults()).toEqual([]);
  await phone.close();
}

async function seesResult(address: string, words: string, shot: string): Promise<void> {
  const phone = await openScreen({ viewport: PHONE });
  await phone.page.goto(address);
  await phone.page.getByRole('link', { name: '投票结果' }).press('Enter');
  await phone.page.locator('tr', { hasText: words }).getByText('入选', { exact: true }).waitFor();
  await inspect(phone.page, `${shot}-result-phone`);
  expect(phone.faults()).toEqual([]);
  await phone.close();
}

describe('ballots of programmes', () => {
  it('let deputies decide which projects are carried out', async () => {
    await clock().set(`${here(40)}T09:00:00+08:00`);
    await addRows('deputies', [{ deputy: '一号代表', level: 'street' }, { deputy: '二号代表', level: 'street' }]);
    const desk = await staff('desk');
    const { case: id, number } = await desk.must('openCase', {
      json: { playbook: 'formal-vote', via: 'desk', area: COMMUNITY, fields: { title: '明年票决', collect_until: here(60), places: 1 } },
    });
    for (const project of ['修健身步道', '建口袋公园']) await act(desk, id, 'suggest', { project, why_wanted: '居民多次提出' });
    await act(desk, id, 'stop_collecting');
    for (const part of [1, 2]) await act(desk, id, 'shortlist', { cost: 30000000 }, { part });
    await act(desk, id, 'lay_before', { body: 'deputies', way: 'pick' });
    await act(desk, id, 'deliberated', { met_on: here(40), minutes: '同意名单。' });
    const chief = await come('chief', id);
    await doAction(chief.page, '发起代表票决', async () => undefined);
    await chief.page.locator('.case-head', { hasText: '正在票决' }).waitFor();
    await clock().sync();

    const clerk = await come('desk', id);
    await inspect(clerk.page, 'desk-formal-ballot-desktop');
    const all = (await look(desk, id)).ballots[0].ballot;
    const { electors } = await desk.must('getBallot', { path: { ballot: all } });
    const codes = await codesOf(clerk.page, '代表票决', electors);
    for (const code of codes) await voteFrom(`/nanshan/square/${number}?lang=zh`, code, '建口袋公园', 'resident-formal');
    for (const one of [chief, clerk]) {
      expect(one.faults()).toEqual([]);
      await one.close();
    }
    await clock().set(`${here(46)}T09:00:00+08:00`);
    await seesResult(`/nanshan/square/${number}?lang=zh`, '建口袋公园', 'resident-formal');
    await clock().set(`${here(60)}T09:00:00+08:00`);
    expect(await look(await staff('desk'), id)).toMatchObject({ state: { name: 'carrying' }, ballots: [{ state: 'final' }] });
  });

  it('ask residents which showcase they like, until the minute that was said', async () => {
    await clock().set(`${here(61)}T09:00:00+08:00`);
    await addRows('homes', [{ home: '评选楼1栋101' }, { home: '评选楼1栋102' }]);
    const desk = await staff('desk');
    const { case: id, number } = await desk.must('openCase', {
      json: { playbook: 'showcase-vote', via: 'desk', area: COMMUNITY, fields: { title: '第十三期评选', about: '两件事里选一件。', counts: 'opinion', until: `${here(70)}T00:00:00+08:00`, most: 1, seats: 1 } },
    });
    for (const entry of ['给三号院装上路灯', '修好北门坡道']) await act(desk, id, 'add', { entry });
    await act(desk, id, 'submit');
    const checker = await come('checker', id);
    await doAction(checker.page, '核对无误，开始投票', async () => undefined);
    await checker.page.locator('.case-head', { hasText: '正在投票' }).waitFor();
    await clock().sync();
    const clerk = await come('desk', id);
    const { electors } = await desk.must('getBallot', { path: { ballot: (await look(desk, id)).ballots[0].ballot } });
    const [code] = await codesOf(clerk.page, '居民投票', electors);
    await voteFrom(`/nanshan/square/${number}?lang=zh`, code!, '修好北门坡道', 'resident-showcase-vote');
    for (const one of [checker, clerk]) {
      expect(one.faults()).toEqual([]);
      await one.close();
    }
    await clock().set(`${here(69)}T23:59:59+08:00`);
    const before = await openScreen({ viewport: PHONE });
    await before.page.goto(`/nanshan/square/${number}?lang=zh`);
    await before.page.getByRole('link', { name: '去投票' }).waitFor();
    expect(await before.page.content()).not.toContain('投票结果');
    await clock().set(`${here(70)}T00:00:01+08:00`);
    await seesResult(`/nanshan/square/${number}?lang=zh`, '修好北门坡道', 'resident-showcase-vote');
    expect(before.faults()).toEqual([]);
    await before.close();
  });
});
