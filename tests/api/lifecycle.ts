/*
 * One matter from a resident's report to its close, by three different people,
 * and the ways back: rework and recall.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { CLASS, COMMUNITY, LAMP, START, act, clock, dispatched, look, newKey, organizationOf, report, staff, visitor } from './lib/world';

let desk: Client;
let handler: Client;
let checker: Client;

const AT_THE_DESK = ['add', 'ask', 'decline', 'end_endless', 'file', 'file_and_dispatch', 'note', 'reply', 'set_level', 'shelve', 'solve_here', 'urge', 'void'];
const names = (actions: any[]) => actions.map((one) => one.action).sort();
const inbox = async (client: Client, id: string) =>
  (await client.must('listCases', { query: { view: 'mine', limit: 100 } })).items.find((one: any) => one.case === id);

beforeAll(async () => {
  desk = await staff('desk');
  handler = await staff('handler');
  checker = await staff('checker');
});

describe('from report to close', () => {
  it('goes open, dispatch, done, pass by three people, each offered exactly their step', async () => {
    const opened = await report({ ...LAMP, contact: '13800138000' });
    expect(opened.tracking).toHaveLength(26);

    expect(await inbox(desk, opened.case)).toMatchObject({ number: opened.number, overdue: false });
    const received = await look(desk, opened.case);
    expect(received.state.name).toBe('received');
    expect(received.area.code).toBe(COMMUNITY);
    expect(names(received.actions)).toEqual(AT_THE_DESK);

    const unit = await organizationOf(handler);
    const sent = await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit });
    expect(sent).toMatchObject({ case: opened.case, replayed: false, state: { name: 'handling' } });
    expect(await inbox(desk, opened.case)).toBeUndefined();
    expect(names((await look(desk, opened.case)).actions)).toContain('recall');

    const waiting = await inbox(handler, opened.case);
    expect(waiting).toMatchObject({ part: 1 });
    const task = await look(handler, opened.case);
    expect(task.parts).toHaveLength(1);
    expect(task.parts[0].owner.organization.id).toBe(unit);
    expect(names(task.actions.filter((one: any) => one.part === 1))).toEqual(['contact', 'done', 'refuse', 'sign']);

    await act(handler, opened.case, 'done', { answer: '更换了灯泡，当晚试灯正常。' }, { part: 1 });
    expect((await look(checker, opened.case)).state.name).toBe('checking');
    expect(names((await look(checker, opened.case)).actions)).toEqual(['ask', 'fail', 'note', 'pass', 'reply']);
    expect((await look(handler, opened.case)).actions).toEqual([]);

    await act(checker, opened.case, 'pass');
    const closed = await look(desk, opened.case);
    expect(closed.state.name).toBe('closed');
    expect(closed.closed_at).not.toBeNull();
    expect(names(closed.actions)).toEqual(['reopen']);
    expect(closed.timeline.map((one: any) => one.action)).toEqual(
      expect.arrayContaining(['file_and_dispatch', 'done', 'pass']),
    );

    const progress = await visitor().must('getProgress', { path: { tracking: opened.tracking } });
    expect(progress).toMatchObject({ number: opened.number, closed: true, state: { name: 'closed' } });
    expect(JSON.stringify(progress.steps)).toContain('更换了灯泡');
  });

  it('says what one could do next, and after that, and no further than that is certain', async () => {
    const opened = await report({ topic: 'lamp', description: '东门路灯不亮。', spot: '3栋楼下' }, '440305001001C001');
    const team = await staff('team');
    const before = await look(team, opened.case);
    const ahead = await team.must('getAhead', { path: { case: opened.case } });
    expect(ahead.rev).toBe(before.rev);
    expect(ahead.standings[0].state.name).toBe('nearby');
    expect(names(ahead.standings[0].actions)).toEqual(names(before.actions));
    const take = ahead.standings[0].actions.find((one: any) => one.action === 'take');
    expect(ahead.standings[take.to].state.name).toBe('on_spot');
    const later = ahead.standings[take.to].actions;
    expect(names(later)).toEqual(expect.arrayContaining(['solve_here', 'pass_up']));
    expect(names(later)).not.toContain('take');
    expect(later.find((one: any) => one.action === 'pass_up').to).toBeUndefined(); // it branches
    const solved = later.find((one: any) => one.action === 'solve_here');
    expect(ahead.standings[solved.to].state.name).toBe('closed'); // nobody left a number to be called back
    expect((await look(team, opened.case)).rev).toBe(before.rev);
    await act(team, opened.case, 'take');
    expect(names((await look(team, opened.case)).actions)).toEqual(names(later));
  });

  it('goes ahead of a task, and leaves a check to others', async () => {
    const opened = await report(LAMP);
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    const path = { case: opened.case };
    const { standings } = await handler.must('getAhead', { path });
    const lead = (at: number, action: string) => standings[at].actions.find((one: any) => one.action === action && one.part === 1);
    const signed = lead(0, 'sign').to;
    const contacted = lead(signed, 'contact').to;
    expect(lead(contacted, 'sign')).toBeUndefined();
    expect(lead(contacted, 'done')).toBeDefined();
    for (const action of ['sign', 'contact']) await act(handler, opened.case, action, {}, { part: 1 });
    expect(names((await look(handler, opened.case)).actions)).toEqual(names(standings[contacted].actions));
    expect((await visitor().call('getAhead', { path })).status).toBe(401);
    expect((await desk.call('getAhead', { path: { case: '0000000000000' } })).status).toBe(404);
  });

  it('says who held it how long, in seconds that add up', async () => {
    const opened = await report(LAMP);
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    const held = await desk.must('getHeld', { path: { case: opened.case } });
    const own = held.spans.filter((span: any) => span.part === 0);
    expect(own.map((span: any) => [span.state.name, span.owner?.post ?? null])).toEqual([['received', 'desk'], ['handling', null]]);
    expect(own.reduce((sum: number, span: any) => sum + span.seconds, 0)).toBe(held.seconds);
    expect(held.spans.filter((span: any) => span.part === 1)).toHaveLength(1);
    expect(own[1].to).toBeNull();
    expect((await visitor().call('getHeld', { path: { case: opened.case } })).status).toBe(401);
    expect((await desk.call('getHeld', { path: { case: '0000000000000' } })).status).toBe(404);
  });

  it('takes the last step back while nothing happened since, and says why not when it cannot', async () => {
    const opened = await report(LAMP);
    const unit = await organizationOf(handler);
    const path = { case: opened.case };
    const before = await look(desk, opened.case);
    expect(before.undo).toBeUndefined();
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit });
    const sent = await look(desk, opened.case);
    expect(sent.undo.label.en).toBe(sent.timeline.at(-1).label.en);
    expect((await look(handler, opened.case)).undo).toBeUndefined();
    expect((await desk.call('undoAction', { path, json: { rev: sent.rev - 1 } })).body.code).toBe('stale');
    expect(await desk.must('undoAction', { path, json: { rev: sent.rev } })).toMatchObject({ case: opened.case, state: { name: 'received' } });
    const after = await look(desk, opened.case);
    expect(after).toMatchObject({ parts: [], due_at: before.due_at, owner: before.owner, class: null, rev: before.rev + 2 });
    expect(names(after.actions)).toEqual(AT_THE_DESK);
    expect(after.timeline.map((one: any) => [one.action, one.undone ?? false]).slice(-2)).toEqual([['file_and_dispatch', true], ['undo', false]]);
    const progress = await visitor().must('getProgress', { path: { tracking: opened.tracking } });
    expect(JSON.stringify(progress.steps)).not.toContain(sent.undo.label.zh);
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit });
    await act(handler, opened.case, 'sign', {}, { part: 1 });
    const refused = await desk.call('undoAction', { path, json: {} });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'not-undone', errors: [{ code: 'undo-signed' }] });
    expect((await visitor().call('undoAction', { path, json: {} })).status).toBe(401);
  });

  it('finds no words of a step that was undone, and keeps them nowhere', async () => {
    const opened = await report();
    const path = { case: opened.case };
    const words = `误写在这一件上的话${opened.number.replace(/\D/g, '')}`;
    const found = async () => (await desk.must('listCases', { query: { view: 'all', q: words } })).items.map((one: any) => one.case);
    await act(desk, opened.case, 'note', { note: words });
    await clock().sync();
    expect(await found()).toEqual([opened.case]);
    await desk.must('undoAction', { path, json: {} });
    await clock().sync();
    expect(await found()).toEqual([]);
    const after = await look(desk, opened.case);
    expect(JSON.stringify(after)).not.toContain(words);
    expect(after.timeline.map((one: any) => [one.action, one.undone ?? false]).slice(-2)).toEqual([['note', true], ['undo', false]]);
  });

  it('tells a telephone number to nobody by the link, the lists or the history', async () => {
    const opened = await report({ ...LAMP, contact: '13700137000' });
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    const answers = [
      await visitor().call('getProgress', { path: { tracking: opened.tracking } }),
      await visitor().call('pageProgress', { path: { tracking: opened.tracking } }),
      await visitor().call('listPublicCases'),
      await desk.call('listCases', { query: { view: 'all', limit: 100 } }),
    ];
    for (const answer of answers) expect(answer.text).not.toContain('13700137000');
    expect(JSON.stringify((await look(desk, opened.case)).timeline)).not.toContain('13700137000');
  });

  it('shows the telephone number to those whose turn it is, and keeps that they looked', async () => {
    const opened = await report({ ...LAMP, contact: '13700137000' });
    const path = { case: opened.case };
    const reveal = (client: Client, field = 'contact') => client.call('revealValue', { path, json: { field } });
    expect(JSON.stringify((await look(desk, opened.case)).fields)).toContain('137****7000');
    expect((await reveal(desk)).body.text).toBe('13700137000');
    expect((await reveal(handler)).status).toBe(404);
    expect((await reveal(checker)).status).toBe(403);
    expect((await reveal(desk, 'description')).status).toBe(404);
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    expect((await reveal(handler)).body.text).toBe('13700137000');
    const steps = (await look(handler, opened.case)).timeline.filter((step: any) => step.action === 'reveal');
    expect(steps).toHaveLength(2);
    expect(JSON.stringify(steps)).not.toContain('13700137000');
  });

  it('goes back for rework, counted, and is closed after the second check', async () => {
    const { case: id } = await dispatched(desk, handler);
    await act(handler, id, 'done', { answer: '换了灯泡' }, { part: 1 });
    await act(checker, id, 'fail', { reason: '晚上还是不亮' });
    expect((await look(handler, id)).state.name).toBe('handling');
    const again = (await look(handler, id)).actions.find((one: any) => one.action === 'done');
    await act(handler, id, 'done', { answer: '换了镇流器' }, { part: again.part });
    await act(checker, id, 'pass');
    expect((await look(desk, id)).state.name).toBe('closed');
  });

  it('comes back to the desk when every task is recalled', async () => {
    const { case: id } = await dispatched(desk, handler);
    await act(desk, id, 'recall', { reason: '派错单位' }, { part: 1 });
    expect((await look(desk, id)).state.name).toBe('received');
    expect(names((await look(desk, id)).actions)).toEqual(AT_THE_DESK);
    expect(names((await look(handler, id).catch(() => ({ actions: [] }))).actions)).toEqual(['ask', 'note', 'reply']);
  });

  it('asks the desk how somebody was asked, and the reporter not; attempts are parts, and three of them end it', async () => {
    const opened = await report({ ...LAMP, answer_by: 'phone', contact: '13800138000' });
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    await act(handler, opened.case, 'done', { answer: '已更换灯泡' }, { part: 1 });
    await act(checker, opened.case, 'pass');
    const asks = (actions: any[]) => actions.find((one) => one.action === 'confirm').asks.map((one: any) => one.name);
    expect(asks((await look(desk, opened.case)).actions)).toEqual(['satisfied', 'remark', 'way']);
    const path = { tracking: opened.tracking };
    expect(asks((await visitor().must('getProgress', { path })).actions)).toEqual(['satisfied', 'remark']);
    const refused = await visitor().call('actOnProgress', { path: { ...path, action: 'confirm' }, json: { fields: { way: 'call' } } });
    expect(refused.body.errors[0]).toMatchObject({ pointer: '/fields/way', code: 'unknown' });
    await act(desk, opened.case, 'attempt', { way: 'call', result: 'later', again_on: '2026-12-01' });
    for (const result of ['no_answer', 'off', 'refused']) await act(desk, opened.case, 'attempt', { way: 'call', result });
    const ended = await look(desk, opened.case);
    expect(ended.state.name).toBe('unreached');
    expect(ended.parts.map((part: any) => part.state.name)).toEqual(['done', 'noted', 'noted', 'noted', 'noted']);
    expect(ended.parts[1].fields.map((one: any) => one.value ?? one.text.zh)).toEqual(expect.arrayContaining(['later', '2026-12-01']));
  });

  it('can be declined with a reason the resident reads', async () => {
    const opened = await report();
    await act(desk, opened.case, 'decline', { reason: '不属于本街道管辖' });
    const progress = await visitor().must('getProgress', { path: { tracking: opened.tracking } });
    expect(progress.closed).toBe(true);
    expect(JSON.stringify(progress.steps)).toContain('不属于本街道管辖');
  });
});

describe('the same request twice', () => {
  it('opens one case for one key, and tells the same tracking code again', async () => {
    const call = { key: newKey(), json: { playbook: 'service-request', area: COMMUNITY, fields: LAMP } };
    const first = await visitor().must('openCase', call);
    const second = await visitor().must('openCase', call);
    expect(first).toMatchObject({ replayed: false });
    expect(second).toEqual({ ...first, replayed: true });
  });

  it('does an action once for one key', async () => {
    const { case: id } = await report();
    const { rev } = await look(desk, id);
    const call = {
      key: newKey(),
      path: { case: id, action: 'file_and_dispatch' },
      json: { rev, fields: { class: CLASS, unit: await organizationOf(handler) } },
    };
    const first = await desk.must('actOnCase', call);
    const second = await desk.must('actOnCase', call);
    expect(second).toMatchObject({ cursor: first.cursor, replayed: true });
    expect((await look(desk, id)).parts).toHaveLength(1);
  });

  it('refuses another content under a used key', async () => {
    const key = newKey();
    const json = { playbook: 'service-request', area: COMMUNITY, fields: LAMP };
    await visitor().must('openCase', { key, json });
    const other = { ...json, fields: { ...LAMP, description: '别的内容' } };
    const answer = await visitor().call('openCase', { key, json: other });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('key-reused');
  });
});

describe('what everybody may know', () => {
  it('lists kind, community and state of cases, never words', async () => {
    const words = `只有我知道的话${Date.now()}`;
    const opened = await report({ topic: 'noise', description: words, spot: words.slice(0, 20), contact: '13900139000' });
    const answer = await visitor().call('listPublicCases', { query: { area: COMMUNITY } });
    const row = answer.body.items.find((one: any) => one.number === opened.number);
    expect(row).toMatchObject({ kind: { name: 'noise' }, area: { code: COMMUNITY }, state: { name: 'received' } });
    expect(answer.text).not.toContain('只有我知道');
    expect(answer.text).not.toContain('13900139000');
  });

  it('has a tally that follows each step', async () => {
    const count = async (state: string, after?: string) => {
      const { items, as_of, reached } = await visitor().must('getTally', { query: after === undefined ? {} : { after } });
      expect([Date.parse(as_of) >= Date.parse(START), reached]).toEqual([true, true]);
      const rows = items.filter((one: any) => one.area === COMMUNITY && one.state === state);
      return rows.reduce((sum: number, one: any) => sum + one.count, 0);
    };
    await clock().sync();
    const before = await count('received');
    const opened = await report();
    expect(await count('received', opened.cursor)).toBe(before + 1);
    const declined = await act(desk, opened.case, 'decline', { reason: '重复' });
    expect(await count('received', declined.cursor)).toBe(before);
  });

  it('waits for no cursor that was not given here', async () => {
    const { cursor } = await report();
    for (const [tenant, after] of [['xifeng', cursor], ['nanshan', '0'.repeat(77)], ['nanshan', '12']] as const) {
      const answer = await visitor(tenant).call('getTally', { query: { after } });
      expect([after, answer.status, answer.body.errors.at(-1).pointer]).toEqual([after, 422, '/parameters/after']);
    }
  });

  it('shows progress to whoever holds the code, in their own district only', async () => {
    const opened = await report();
    const answer = await visitor('xifeng').call('getProgress', { path: { tracking: opened.tracking } });
    expect(answer.status).toBe(404);
    const none = await visitor().call('getProgress', { path: { tracking: '0'.repeat(26) } });
    expect(none.status).toBe(404);
  });
});

describe('lists', () => {
  it('come in pages without a gap or a repetition', async () => {
    for (let i = 0; i < 3; i++) await report();
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await desk.must('listCases', {
        query: { view: 'all', limit: 2, ...(before === undefined ? {} : { before }) },
      });
      seen.push(...page.items.map((one: any) => one.case));
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    const whole = await desk.must('listCases', { query: { view: 'all', limit: 100 } });
    expect(seen.slice(0, 5)).toEqual(whole.items.slice(0, 5).map((one: any) => one.case));
  });
});
