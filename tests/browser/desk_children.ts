/*
 * What comes of a case, at the desk: a meeting's item filed as a case, a petition that waits for a
 * dispute only the mediator sees, a relocation drive with its files.
 */
import { describe, expect, it } from 'vitest';
import type { Client } from '../api/lib/client';
import { COMMUNITY, act, clock, look, staff, visitor } from '../api/lib/world';
import { inspect, openScreen } from './lib/screen';
import { doAction, pressAction, send, signInAtDesk } from './lib/steps';

async function childOf(user: Client, id: string): Promise<any> {
  await clock().sync();
  const page = await user.must('listLinks', { path: { case: id } });
  return page.items[0];
}

describe('what comes of a case', () => {
  it('an item of a meeting is filed as a case, and both show the other', async () => {
    const desk = await staff('desk');
    const opened = await desk.must('openCase', {
      json: { playbook: 'meeting', area: COMMUNITY, via: 'desk', fields: { subject: '网格议事', kind: 'grid', meets_on: '2026-12-20' } },
    });
    await act(desk, opened.case, 'add_item', { matter: '楼后井盖松了' });
    await act(desk, opened.case, 'file', {}, { part: 1 });
    const child = await childOf(desk, opened.case);
    expect(child.kind.name).toBe('child');
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto(`/desk/#/nanshan/case/${opened.case}`);
    await page.locator('[aria-labelledby=links] a', { hasText: child.number }).waitFor();
    await inspect(page, 'desk-children-desktop');
    await page.locator('[aria-labelledby=links] a', { hasText: child.number }).click();
    await page.locator('.case-head h1', { hasText: child.number }).waitFor();
    await page.locator('[aria-labelledby=links] a', { hasText: opened.number }).waitFor();
    await act(desk, child.case, 'decline', { reason: '产权单位已更换' });
    await clock().sync();
    expect((await look(desk, opened.case)).parts[0].state.name).toBe('done');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('a petition waits for its mediation, which the desk does not see', async () => {
    const desk = await staff('desk');
    const opened = await desk.must('openCase', {
      json: { playbook: 'petition', area: COMMUNITY, via: 'desk', fields: { matter: '楼顶漏水', given_by: '2027-03-31', sent_by: 'city' } },
    });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto(`/desk/#/nanshan/case/${opened.case}`);
    await page.locator('.case-head h1', { hasText: opened.number }).waitFor();
    await pressAction(page, '受理');
    const dialog = page.getByRole('dialog');
    await send(dialog.locator('button[type=submit]'));
    await dialog.waitFor({ state: 'hidden' });
    await doAction(page, '转调解', async (form) => {
      await form.getByLabel('要调解的事').fill('物业费抵扣');
    });
    await inspect(page, 'desk-petition-desktop');
    await page.setViewportSize({ width: 390, height: 844 });
    await inspect(page, 'desk-petition-phone');
    expect(await childOf(desk, opened.case)).toBeUndefined(); /* only the mediator sees it */
    await act(desk, opened.case, 'draft', { answer: '正在调解' }, { confirmed: true });
    expect((await look(desk, opened.case)).state.name).toBe('handling');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('a dispute reaches the mediator and nobody else', async () => {
    const desk = await staff('desk');
    const opened = await visitor().must('openCase', {
      json: { playbook: 'dispute', area: COMMUNITY, via: 'qr', fields: { what: '楼上半夜拍球', kind: 'neighbours' } },
    });
    expect((await desk.call('getCase', { path: { case: opened.case } })).status).toBe(404);
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'mediator');
    await page.locator('a', { hasText: opened.number }).first().waitFor();
    await page.goto(`/desk/#/nanshan/case/${opened.case}`);
    await page.locator('.case-head h1', { hasText: opened.number }).waitFor();
    await doAction(page, '当场答复', async (form) => {
      await form.getByLabel('答复').fill('明天社区上门，双方都在');
    });
    await page.setViewportSize({ width: 390, height: 844 });
    await inspect(page, 'desk-dispute-phone');
    const mediator = await staff('mediator');
    expect((await look(mediator, opened.case)).state.name).toBe('answered');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('a relocation drive opens a file for each household, which its desk does not see', async () => {
    const desk = await staff('desk');
    const chief = await staff('chief');
    const row = await desk.must('addRow', {
      path: { register: 'households' },
      json: { fields: { address: '老街12号', place: '440305001001', kind: 'home' } },
    });
    const opened = await desk.must('openCase', {
      json: { playbook: 'relocation', area: '440305001001', via: 'desk', fields: { name: '老街片区', basis: '征字〔2026〕3号', deadline: '2027-03-31' } },
    });
    await act(desk, opened.case, 'add', { address: '老街12号', household: row.row });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'chief');
    await page.goto(`/desk/#/nanshan/case/${opened.case}`);
    await page.locator('.case-head h1', { hasText: opened.number }).waitFor();
    await pressAction(page, '启动，每户建档');
    const dialog = page.getByRole('dialog');
    await send(dialog.locator('button[type=submit]'));
    await dialog.waitFor({ state: 'hidden' });
    const file = await childOf(chief, opened.case);
    expect(await childOf(desk, opened.case)).toBeUndefined();
    await page.reload();
    await page.locator('[aria-labelledby=links] a', { hasText: file.number }).click();
    await page.locator('.case-head h1', { hasText: file.number }).waitFor();
    await inspect(page, 'desk-relocation-desktop');
    await act(chief, file.case, 'leave_out', { reason: '红线外' });
    await clock().sync();
    expect((await look(chief, opened.case)).state.name).toBe('finished');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
