/*
 * Who has it, and who is on duty: readings of the inbox, proposals for dispatch,
 * the roster, hand-over, morning sheet, weekly text, the burden of forms.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { COMMUNITY, CLASS, act, dispatched, look, organizationOf, report, staff, visitor } from './lib/world';

let desk: Client;
let handler: Client;

const inbox = (client: Client, query: Record<string, string | number | undefined> = {}): Promise<any> => client.must('getInbox', { query });
const casesOf = (found: any): string[] => found.items.map((item: any) => item.row.case);

beforeAll(async () => {
  desk = await staff('desk');
  handler = await staff('handler');
});

describe('the inbox', () => {
  it('says with which post and unit a thing is, and never with which person', async () => {
    const sent = await dispatched(desk, handler);
    const unit = await organizationOf(handler);
    const own = await inbox(handler, { reading: 'unit', limit: 100 });
    expect(casesOf(own)).toContain(sent.case);
    expect(own.with.every((group: any) => group.owner.organization.id === unit && group.unit)).toBe(true);
    expect(own.unit).toBe(own.with.reduce((sum: number, group: any) => sum + group.open, 0));
    const whole = await inbox(desk);
    const group = whole.with.find((one: any) => one.owner.organization?.id === unit);
    expect(group.open).toBeGreaterThan(0);
    expect(whole.items).toEqual([]);
    expect(JSON.stringify(whole)).not.toMatch(/陈建国|"(person|account|login|name_of)"/);
    const there = (one: any) => [one.owner.area.code, one.owner.post];
    expect(whole.with.map(there)).toEqual([...whole.with].sort((a: any, b: any) => (there(a) < there(b) ? -1 : 1)).map(there));
  });

  it('tells what is due today, and narrows to one post', async () => {
    const { case: id } = await report();
    const today = await inbox(desk, { reading: 'today', limit: 100 });
    expect(casesOf(today)).toContain(id);
    expect(today.items.every((item: any) => item.row.due_at < '2026-09-08' && item.row.due_at >= today.as_of.slice(0, 10))).toBe(true);
    const { owner } = await look(desk, id);
    const narrow = { post: owner.post, at: owner.area.code };
    const mine = await inbox(desk, { reading: 'today', limit: 100, ...narrow });
    expect(casesOf(mine)).toContain(id);
    expect(mine.items.every((item: any) => item.owner.post === owner.post && item.owner.area.code === owner.area.code)).toBe(true);
    const one = await inbox(desk, { reading: 'today', limit: 1 });
    expect([one.items.length, one.more]).toEqual([1, today.items.length > 1]);
    expect(casesOf(await inbox(desk, { reading: 'overdue', limit: 100 }))).not.toContain(id);
  });

  it('shows nobody what lies elsewhere', async () => {
    const { case: id } = await report();
    for (const reading of ['unit', 'today']) expect(casesOf(await inbox(handler, { reading, limit: 100 }))).not.toContain(id);
    const other = await staff('desk', 'xifeng');
    expect(casesOf(await inbox(other, { reading: 'today', limit: 100 }))).not.toContain(id);
    expect((await visitor().call('getInbox')).status).toBe(401);
    expect((await desk.call('getInbox', { query: { at: '99' } })).status).toBe(404);
  });
});

describe('the lists of duties', () => {
  let admin: Client;
  let unit: string;
  const proposal = async (id: string, query: Record<string, string> = {}): Promise<any> => desk.must('getProposal', { path: { case: id }, query });
  const row = (kind: string, more: Record<string, unknown> = {}) => ({ kind, item: '路灯损坏处置', class: CLASS, ...more });

  beforeAll(async () => {
    admin = await staff('admin');
    unit = await organizationOf(handler);
  });

  it('propose who leads, and say why', async () => {
    const { case: id } = await report();
    expect((await proposal(id)).duty).toBeNull();
    const put = await admin.must('putDuties', { json: { rows: [row('basic', { organization: unit, basis: '街道履职事项清单（演示）' }), row('assist', { class: 'part:01', item: '部件' })] } });
    expect(put.rows).toHaveLength(2);
    expect((await desk.must('listDuties')).rows).toEqual(put.rows);
    const found = await proposal(id, { class: CLASS });
    expect(found.duty).toMatchObject({ kind: 'basic', item: '路灯损坏处置', organization: { id: unit } });
    expect(found.likely).toBe(true);
    expect(found.items[0].organization.id).toBe(unit);
    const texts = found.items[0].reasons.map((one: any) => [one.why, one.text.zh, one.text.en]);
    expect(texts[0]).toEqual(['listed', '基本履职事项清单列明：路灯损坏处置', "On the list of the street's own duties: 路灯损坏处置"]);
    expect(texts.map(([why]: string[]) => why)).toContain('before');
    expect((await proposal(id, { class: 'part:0117' })).duty.kind).toBe('assist');
  });

  it('refuse what was taken back to the own units of the street, by name, and let it go to others', async () => {
    const own = (await admin.must('addOrganization', { json: { name: '测试街道路灯组', area: '440305001' } })).id as string;
    await admin.must('putDuties', { json: { rows: [row('reclaimed', { department: '市灯光环境管理中心' })] } });
    const { case: id } = await report();
    const found = await proposal(id, { class: CLASS });
    expect(found.duty).toMatchObject({ kind: 'reclaimed', department: '市灯光环境管理中心' });
    expect(found.items.find((one: any) => one.organization.id === own).barred).toBe(true);
    const { rev } = await look(desk, id);
    const refused = await desk.call('actOnCase', { path: { case: id, action: 'file_and_dispatch' }, json: { rev, fields: { class: CLASS, unit: own } } });
    expect([refused.status, refused.body.errors[0].pointer, refused.body.errors[0].code]).toEqual([422, '/fields/unit', 'taken-back']);
    expect(refused.body.errors[0].zh).toContain('路灯损坏处置');
    await act(desk, id, 'file_and_dispatch', { class: CLASS, unit });
    await admin.must('putDuties', { json: { rows: [] } });
    expect((await admin.must('listDuties')).rows).toEqual([]);
  });

  it('are the administrator\'s, and checked row by row', async () => {
    const status = async (client: Client, rows: unknown[]): Promise<[number, string | undefined]> => {
      const { status: got, body } = await client.call('putDuties', { json: { rows } });
      return [got, body?.errors?.[0]?.pointer];
    };
    expect((await status(desk, []))[0]).toBe(403);
    expect(await status(admin, [row('basic'), row('basic', { class: '' })])).toEqual([422, '/rows/1/class']);
    expect(await status(admin, [row('basic', { organization: '0000000000001' })])).toEqual([422, '/rows/0/organization']);
    expect((await visitor().call('listDuties')).status).toBe(401);
    expect((await handler.call('getProposal', { path: { case: (await report()).case } })).status).toBe(404);
  });
});

describe('duty', () => {
  let admin: Client;
  let first: Client;
  let second: Client;
  const person: Record<string, string> = {};
  const at = (day: number, hour: number) => `2026-09-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00+08:00`;
  /* the demonstration data plans the street's own duty */
  const week = { from: '2026-09-07', to: '2026-09-13', area: COMMUNITY };
  const turn = (login: string, post: string, since: string, until: string) => ({ post, person: person[login]!, since, until });
  const roster = (client: Client): Promise<any> => client.must('getRoster', { query: week });
  const refused = async (client: Client, id: string, call: any): Promise<[number, string]> => {
    const { status, body } = await client.call(id, call);
    return [status, body?.errors?.[0]?.pointer ?? body?.code];
  };

  beforeAll(async () => {
    admin = await staff('admin');
    for (const login of ['night.one', 'night.two']) {
      person[login] = (await admin.must('addPerson', { json: { name: `值守${login}`, login, password: 'a-long-password' } })).person;
    }
    first = await visitor().signIn('night.one', 'a-long-password');
    second = await visitor().signIn('night.two', 'a-long-password');
    await admin.must('makeAppointment', { json: { person: person['night.two'], post: 'grid_officer', area: '440305001' } });
  });

  it('is a post for as long as the turn lasts, and the days nobody is planned for are told', async () => {
    expect((await first.must('getMe')).posts).toEqual([]);
    const planned = await desk.must('putRoster', {
      json: {
        ...week,
        rows: [
          turn('night.one', 'duty_officer', at(7, 8), at(8, 8)),
          turn('night.two', 'duty_leader', at(7, 8), at(8, 8)),
          turn('night.two', 'duty_officer', at(9, 18), at(10, 8)),
        ],
      },
    });
    expect(planned.items.map((one: any) => [one.label.zh, one.name])).toEqual([
      ['带班领导', '值守night.two'],
      ['值班员', '值守night.one'],
      ['值班员', '值守night.two'],
    ]);
    expect(planned.gaps.map((gap: any) => [gap.day.slice(0, 10), gap.post])).toEqual([
      ['2026-09-08', 'duty_leader'],
      ['2026-09-08', 'duty_officer'],
      ['2026-09-09', 'duty_leader'],
    ]);
    expect((await first.must('getMe')).posts).toMatchObject([{ post: 'duty_officer', label: { zh: '值班员', en: 'Officer on duty' } }]);
    const { case: id } = await report();
    expect((await look(first, id)).case).toBe(id);
    expect((await roster(first)).plans).toBe(false);
  });

  it('is planned by the desk, for people and posts that are there', async () => {
    const put = (client: Client, row: Record<string, unknown>) => refused(client, 'putRoster', { json: { ...week, rows: [{ ...turn('night.one', 'duty_officer', at(12, 8), at(13, 8)), ...row }] } });
    expect(await put(first, {})).toEqual([403, 'forbidden']);
    expect(await put(desk, { person: '0000000000001' })).toEqual([422, '/rows/0/person']);
    expect(await put(desk, { until: at(12, 7) })).toEqual([422, '/rows/0/until']);
    expect(await put(desk, { since: at(20, 8), until: at(21, 8) })).toEqual([422, '/rows/0/since']);
    expect((await put(desk, { post: 'chief' }))[0]).toBe(422);
    expect((await roster(desk)).items).toHaveLength(3);
    expect(await refused(desk, 'getRoster', { query: { ...week, area: '99' } })).toEqual([404, 'not-found']);
    expect((await refused(desk, 'getRoster', { query: { from: week.from, to: week.to } }))[0]).toBe(403);
  });

  it('changes hands when both agree, and not before', async () => {
    const { items } = await roster(first);
    const mine = items.find((one: any) => one.mine);
    const theirs = items.find((one: any) => one.post === 'duty_officer' && !one.mine);
    const asks = { shift: mine.shift, person: person['night.two'], other: theirs.shift };
    expect(await refused(second, 'askSwap', { json: asks })).toEqual([403, 'forbidden']);
    expect(await refused(first, 'askSwap', { json: { ...asks, other: mine.shift } })).toEqual([422, '/other']);
    const { swap } = await first.must('askSwap', { json: asks });
    const [waiting] = (await roster(second)).swaps;
    expect(waiting).toMatchObject({ swap, asks_me: true, mine: false, asked_by: '值守night.one' });
    expect(await refused(first, 'answerSwap', { path: { swap }, json: { agreed: true } })).toEqual([403, 'forbidden']);
    expect((await first.must('getMe')).posts).toHaveLength(1);
    await second.must('answerSwap', { path: { swap }, json: { agreed: true } });
    expect((await first.must('getMe')).posts).toEqual([]);
    expect((await second.must('getMe')).posts.map((one: any) => one.post).sort()).toEqual(['duty_leader', 'duty_officer', 'grid_officer']);
    const after = (await roster(desk)).items;
    expect(after.find((one: any) => one.shift === theirs.shift).name).toBe('值守night.one');
    expect((await roster(second)).swaps).toEqual([]);
    expect(await refused(second, 'answerSwap', { path: { swap }, json: { agreed: false } })).toEqual([404, 'not-found']);
  });

  it('is handed over in words the system wrote, which the next shift signs', async () => {
    const opened = await report({ topic: 'lamp', description: '只有我知道的原话', spot: '3栋' });
    const { number } = opened;
    const text = await desk.must('getBriefing', { query: { kind: 'handover', area: '440305001' } });
    expect(text.opened).toBeGreaterThan(0);
    expect(text.text.zh).toContain(number);
    expect(text.text.zh).toContain(`新收 ${text.opened} 件`);
    expect(text.text.en).toContain(`${text.opened} new`);
    expect(text.text.zh + text.text.en).not.toContain('只有我知道的原话');
    const json = { kind: 'handover', area: '440305001', since: text.since, until: text.until, text: `${text.text.zh}\n钥匙在门卫处。` };
    const kept = await second.must('saveReport', { json });
    expect(kept).toMatchObject({ kind: 'handover', mine: true, signed_by: null });
    expect(await refused(second, 'signReport', { path: { report: kept.report } })).toEqual([403, 'forbidden']);
    expect(await refused(first, 'signReport', { path: { report: kept.report } })).toEqual([404, 'not-found']);
    const signed = await desk.must('signReport', { path: { report: kept.report } });
    expect(signed.signed_by).not.toBeNull();
    expect(await refused(desk, 'signReport', { path: { report: kept.report } })).toEqual([409, 'not-now']);
    const [newest] = (await desk.must('listReports', { query: { kind: 'handover', area: '440305001' } })).items;
    expect(newest).toMatchObject({ report: kept.report, text: json.text });
    const next = await desk.must('getBriefing', { query: { kind: 'handover', area: '440305001' } });
    expect(next.since <= text.until).toBe(true);
  });

  it('tells a chief what is urgent and what came again by name, and the rest in numbers', async () => {
    const chief = await staff('chief');
    const [urgent, plain] = [await report(), await report()];
    await act(desk, urgent.case, 'set_level', { level: 'urgent' });
    const digest = await chief.must('getBriefing', { query: { kind: 'digest', area: '440305001' } });
    expect(digest.urgent).toContainEqual({ case: urgent.case, number: urgent.number });
    expect(digest.text.zh).toMatch(new RegExp(`紧急在办 ${digest.urgent.length} 件[^]*${urgent.number}[^]*七天内[^]*新收 ${digest.opened} 件`));
    expect(digest.text.zh + digest.text.en).not.toContain(plain.number);
    expect(digest.since.slice(11, 16)).toBe('18:00');
    await act(desk, urgent.case, 'void', { reason: '报错了' });
    const after = await chief.must('getBriefing', { query: { kind: 'digest', area: '440305001' } });
    expect(after.urgent).not.toContainEqual({ case: urgent.case, number: urgent.number });
  });

  it('begins the day with a sheet, and ends the week with a text somebody may change', async () => {
    const morning = await desk.must('getBriefing', { query: { kind: 'morning', area: '440305001' } });
    expect(morning.since.slice(0, 16)).toBe('2026-09-06T18:00');
    for (const part of ['今天到期', '超时', '重复反映', '要回电话']) expect(morning.text.zh).toContain(part);
    expect(morning.repeated).toBeGreaterThan(0);
    const weekly = await desk.must('getBriefing', { query: { kind: 'weekly', area: '440305001', day: '2026-09-10' } });
    expect([weekly.since.slice(0, 10), weekly.until.slice(0, 10)]).toEqual(['2026-09-07', '2026-09-14']);
    expect(weekly.text.zh).toContain(`本周新收 ${weekly.opened} 件，比上周多 ${weekly.opened} 件`);
    const json = { kind: 'weekly', area: '440305001', since: weekly.since, until: weekly.until, text: '改过的一周情况。' };
    const kept = await desk.must('saveReport', { json });
    expect((await desk.must('listReports', { query: { kind: 'weekly', area: '440305001' } })).items[0]).toMatchObject({ report: kept.report, text: json.text });
    expect(await refused(desk, 'signReport', { path: { report: kept.report } })).toEqual([409, 'not-now']);
    const file = await desk.call('getReportPaper', { path: { report: kept.report } });
    expect([file.status, file.text.slice(0, 2)]).toEqual([200, 'PK']);
    expect((await visitor().call('getReportPaper', { path: { report: kept.report } })).status).toBe(401);
    expect((await desk.call('getReportPaper', { path: { report: '0000000000000' } })).status).toBe(404);
    expect(await refused(desk, 'saveReport', { json: { ...json, until: json.since } })).toEqual([422, '/until']);
    expect((await desk.call('getBriefing', { query: { kind: 'weekly', area: '99' } })).status).toBe(404);
    expect((await desk.call('listReports', { query: { kind: 'weekly', area: '99' } })).status).toBe(404);
    expect((await visitor().call('getBriefing', { query: { kind: 'weekly' } })).status).toBe(401);
  });
});
