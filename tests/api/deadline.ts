/*
 * Deadlines in working time, and what happens when they pass: the clock is
 * moved, nothing waits.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { CLASS, LAMP, act, clock, look, organizationOf, report, staff, visitor } from './lib/world';

const later = (at: string, seconds: number) => new Date(Date.parse(at) + seconds * 1000).toISOString();
const day = (at: string) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10);

async function overdue(id: string): Promise<{ page: boolean; list: boolean; inbox: boolean }> {
  const desk = await staff('desk');
  const of = async (view: string) => {
    for (let before: string | null | undefined; before !== null; ) {
      const query: Record<string, string | number> = { view, limit: 100, ...(before === undefined ? {} : { before }) };
      const page: any = await desk.must('listCases', { query });
      const found = page.items.find((one: any) => one.case === id);
      if (found !== undefined) return found.overdue as boolean;
      before = page.next as string | null;
    }
    throw new Error(`case ${id} is on no page of ${view}`);
  };
  return { page: (await look(desk, id)).overdue, list: await of('all'), inbox: await of('mine') };
}

describe('a deadline', () => {
  it('of four working hours passes the weekend, and marks the case the second after', async () => {
    await clock().set('2026-09-11T17:00:00+08:00'); // Friday afternoon
    const { case: id } = await report();
    const { due_at: due } = await look(await staff('desk'), id);
    expect(day(due)).toBe('2026-09-14');

    await clock().set('2026-09-13T12:00:00+08:00'); // Sunday
    expect(await overdue(id)).toEqual({ page: false, list: false, inbox: false });
    await clock().set(later(due, 1));
    expect(await overdue(id)).toEqual({ page: true, list: true, inbox: true });
  });

  it('of a task is signed for in two working hours, or that passes too', async () => {
    await clock().set('2026-09-17T10:00:00+08:00'); // Thursday; Sunday the 20th is worked
    const desk = await staff('desk');
    const { case: id } = await report();
    await act(desk, id, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(await staff('handler')) });
    const due = (await look(desk, id)).parts[0].due_at as string;
    expect(Date.parse(due)).toBe(Date.parse('2026-09-17T14:00:00+08:00'));

    await clock().set(later(due, 1));
    const handler = await staff('handler');
    expect((await look(handler, id)).parts[0].overdue).toBe(true);
    const { items } = await handler.must('listCases', { query: { view: 'mine', limit: 100 } });
    expect(items.find((one: any) => one.case === id)).toMatchObject({ part: 1, overdue: true });
  });

  it('passes a week of holidays', async () => {
    await clock().set('2026-09-30T17:00:00+08:00'); // the eve of National Day
    const { case: id } = await report();
    const { due_at: due } = await look(await staff('desk'), id);
    expect(day(due)).toBe('2026-10-08');
    await clock().set('2026-10-06T12:00:00+08:00');
    expect((await overdue(id)).page).toBe(false);
    await clock().set(later(due, 1));
    expect((await overdue(id)).page).toBe(true);
  });

  it('that was kept marks nothing', async () => {
    await clock().set('2026-10-12T09:30:00+08:00');
    const desk = await staff('desk');
    const { case: id } = await report();
    const { due_at: due } = await look(desk, id);
    await act(desk, id, 'decline', { reason: '重复' });
    await clock().set(later(due, 1));
    expect((await look(await staff('desk'), id)).overdue).toBe(false);
  });
});

describe('time passes', () => {
  it('until a locked login opens again', async () => {
    await clock().set('2026-10-13T09:30:00+08:00');
    const wrong = { json: { login: 'desk', password: 'guess' } };
    for (let i = 0; i < 5; i++) expect((await visitor('yakeshi').call('signIn', wrong)).status).toBe(401);
    const right = { json: { login: 'desk', password: 'linli-demo' } };
    const locked = await visitor('yakeshi').call('signIn', right);
    expect([locked.status, locked.body.code]).toEqual([429, 'locked-out']);
    await clock().set('2026-10-13T09:46:00+08:00');
    expect((await visitor('yakeshi').call('signIn', right)).status).toBe(201);
  });

  it('until a session ends', async () => {
    const desk = await staff('desk');
    await clock().set('2026-10-13T22:00:00+08:00');
    expect((await desk.call('getMe')).status).toBe(401);
  });

  it('until a telephone number is erased, and the rest of the case is kept', async () => {
    await clock().set('2026-10-14T09:30:00+08:00');
    const desk = await staff('desk');
    const { case: id } = await report({ ...LAMP, contact: '13600136000' });
    await act(desk, id, 'decline', { reason: '重复' });
    const contact = async (client: Client) =>
      (await look(client, id)).fields.find((one: any) => one.name === 'contact');
    await clock().set('2027-04-10T09:30:00+08:00');
    expect((await contact(await staff('desk'))).erased ?? false).toBe(false);
    await clock().set('2027-04-14T09:30:00+08:00');
    const later = await staff('desk');
    expect(await contact(later)).toMatchObject({ erased: true });
    expect((await look(later, id)).fields.find((one: any) => one.name === 'description').text.zh).toBe(LAMP.description);
  });
});

afterAll(() => clock().sync());
