/*
 * The ledger: what an action enters, read as entries of the case, as accounts of a book
 * and as a statement; and that what is not there is not spent.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { COMMUNITY, act, clock, look, newKey, staff, visitor } from './lib/world';

let desk: Client;
let chief: Client;

/* Inside, because the clock has moved on and sessions with it. */
const signIn = async (): Promise<void> => {
  desk = await staff('desk');
  chief = await staff('chief');
};

const opened = async (playbook: string, fields: Record<string, unknown>): Promise<string> =>
  (await desk.must('openCase', { json: { playbook, area: COMMUNITY, via: 'desk', fields } })).case as string;

/* A budget of the community, given by the chief. */
const given = async (amount: number): Promise<string> => {
  const id = await opened('project-budget', { amount, paper: 'SM-2026-3', basis: '年度计划' });
  await act(desk, id, 'propose');
  await act(chief, id, 'give');
  return id;
};

const accounts = async (kind: string): Promise<any[]> =>
  (await desk.must('listAccounts', { path: { book: 'project' }, query: { kind } })).items as any[];
const year = async (): Promise<string> => ((await look(desk, await opened('project-budget', { amount: 1, basis: '当年' }))).opened_at as string).slice(0, 4);
const fund = async (): Promise<any> => {
  const name = `民生微实事专户 · ${await year()} · 马家龙社区`;
  return (await accounts('fund')).find((one) => one.name === name);
};

describe('the ledger', () => {
  beforeAll(signIn);

  it('has the books of the playbooks in use', async () => {
    const { items } = await desk.must('listBooks');
    expect(items.find((one: any) => one.book === 'project')).toMatchObject({ unit: 'fen', places: 2, expires: false, title: { zh: '项目资金' } });
    expect((await (await staff('handler')).call('listBooks')).status).toBe(403);
    expect((await desk.call('listAccounts', { path: { book: 'no-such-book' } })).status).toBe(404);
    expect((await desk.call('getAccount', { path: { account: '0000000000001' } })).status).toBe(404);
  });

  it('is entered by an action, and says from whom to whom, by which paper', async () => {
    const id = await given(500_000_00);
    const { items } = await desk.must('listCaseEntries', { path: { case: id } });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ rule: 'give', version: 1, evidence: 'SM-2026-3', reversed: false, book: { book: 'project', places: 2 }, label: { zh: '批准下达' } });
    expect(items[0].lines.map((line: any) => [line.kind, line.name, line.amount]).sort()).toEqual([
      ['fund', `民生微实事专户 · ${await year()} · 马家龙社区`, 500_000_00],
      ['source', '财政下达', -500_000_00],
    ]);
    expect((await look(desk, id)).books).toBe(true);
    const statement = await desk.must('getAccount', { path: { account: (await fund()).account } });
    expect(statement.items[0]).toMatchObject({ amount: 500_000_00, case: id, number: (await look(desk, id)).number, until: null });
    expect(statement.items[0].balance).toBe(statement.account.balance);
    expect((await visitor().call('listCaseEntries', { path: { case: id } })).status).toBe(401);
    expect((await (await staff('desk', 'longgang')).call('listCaseEntries', { path: { case: id } })).status).toBe(404);
  });

  it('takes an entry back whole, once, and keeps both', async () => {
    const before = (await fund()).balance;
    const id = await given(100_00);
    expect((await fund()).balance).toBe(before + 100_00);
    await act(chief, id, 'recall', { reason: '计划调整' });
    expect((await fund()).balance).toBe(before);
    const { items } = await desk.must('listCaseEntries', { path: { case: id } });
    expect(items.map((one: any) => [one.rule, one.reversed, one.reverses])).toEqual([
      ['give', true, undefined],
      ['reverse', false, items[0].entry],
    ]);
    expect((await chief.call('undoAction', { path: { case: id }, json: { rev: (await look(chief, id)).rev }, key: newKey() })).status).toBeGreaterThanOrEqual(400);
  });

  it('is read page by page', async () => {
    const { items, next } = await desk.must('listAccounts', { path: { book: 'project' }, query: { limit: 1 } });
    expect(items).toHaveLength(1);
    const page = await desk.must('listAccounts', { path: { book: 'project' }, query: { limit: 1, after: next } });
    expect(page.items[0].account).not.toBe(items[0].account);
    const path = { account: (await fund()).account as string };
    const lines = await desk.must('getAccount', { path, query: { limit: 1 } });
    const earlier = await desk.must('getAccount', { path, query: { before: lines.items[0].line, limit: 1 } });
    expect(earlier.items[0].line).toBe(lines.items[0].line - 1);
    expect(lines.items[0].balance).toBe(earlier.items[0].balance + lines.items[0].amount);
  });

  it('is not spent beyond what is there', async () => {
    const left = (await fund()).balance as number;
    const id = await opened('micro-project', { need: '3 号楼前加装扶手' });
    await act(desk, id, 'screen', { title: '3 号楼扶手', kind: 'works', estimate: left + 1, list_read: true });
    await act(desk, id, 'deliberate', { met_on: '2026-09-01', members: 15, present: 12, yes_votes: 10, no_votes: 2, minutes: '同意实施' });
    await act(await staff('checker'), id, 'publish');
    await clock().set(new Date(Date.parse((await look(desk, id)).opened_at) + 9 * 86_400_000).toISOString());
    await signIn();
    await act(desk, id, 'publicised');
    const { rev } = await look(chief, id);
    const approve = (approved: number) => chief.call('actOnCase', { path: { case: id, action: 'approve' }, json: { rev, fields: { approved } }, key: newKey() });
    const refused = await approve(left + 1);
    expect(refused.body.code).toBe('not-enough');
    expect((await fund()).balance).toBe(left);
    expect((await look(desk, id)).state.name).toBe('review');
    expect((await approve(left)).status).toBe(200);
    expect((await fund()).balance).toBe(0);
    expect((await look(desk, id)).fields.find((one: any) => one.name === 'left')).toMatchObject({ text: { zh: expect.stringContaining('500,000') } });
  });

  it('warns of projects that look split, by the ceiling of the office, and prints the file of one', async () => {
    const admin = await staff('admin');
    const kept = await admin.must('getDeadlines');
    const line = { table: 'ceiling', edition: 'tried', since: '2026-01-01', class: COMMUNITY, level: 'goods', number: 30_000_00 };
    const put = await admin.must('putDeadlines', { json: { rows: [line] } });
    expect(put.rows.find((one: any) => one.edition === 'tried')).toMatchObject({ number: 30_000_00, class: COMMUNITY, level: 'goods', until: null });
    expect(put.rows).toHaveLength(kept.rows.length + 1);
    for (const wrong of [{ ...line, length: '5d' }, { table: 'ceiling', edition: 'tried', since: '2026-01-01' }])
      expect((await admin.call('putDeadlines', { json: { rows: [wrong] } })).status).toBe(422);
    await signIn();
    const screen = async (id: string, estimate: number, confirmed = false) =>
      desk.call('actOnCase', { path: { case: id, action: 'screen' }, json: { rev: (await look(desk, id)).rev, confirmed, fields: { title: '长椅', kind: 'goods', estimate, list_read: true } }, key: newKey() });
    const [one, two] = [await opened('micro-project', { need: '长椅' }), await opened('micro-project', { need: '长椅二期' })];
    expect((await screen(one, 30_000_01)).body.code).toBe('check-failed');
    expect((await screen(one, 20_000_00)).status).toBe(200);
    const split = await screen(two, 10_000_01);
    expect([split.status, split.body.code]).toEqual([409, 'confirm-first']);
    expect(JSON.stringify(split.body)).toContain('拆分');
    expect((await screen(two, 10_000_01, true)).status).toBe(200);
    const facts = (await look(desk, two)).fields;
    expect(facts.find((fact: any) => fact.name === 'others_nearby').text.zh).toContain('20,000');
    const file = await desk.must('makePaper', { path: { case: two }, json: { paper: 'case_file' }, key: newKey() });
    const printed = await desk.call('pagePaper', { path: { case: two, no: String(file.no) } });
    for (const said of ['项目档案', '长椅二期', '初审通过', '10,000.01']) expect(printed.text).toContain(said);
  });
});
