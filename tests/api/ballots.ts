/*
 * Ballots over HTTP and as pages: drafted, checked, voted on by code, by name and on paper,
 * closed to the second, counted, looked up, objected to; and that nothing tells a number before.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { contract } from './lib/contract';
import { COMMUNITY, act, clock, look, newKey, staff, visitor } from './lib/world';

const OPENS = '2031-12-02T09:00:00+08:00';
const CLOSES = '2031-12-09T00:00:00+08:00'; // which ends the 8th
const ABSENT = '0000000000000';
let desk: Client;
let checker: Client;
let id: string;
let codes: string[];
let anyone: Client;

const WORDS = {
  title: { zh: '三号院要不要加装充电桩', en: 'Charging piles in yard 3?' },
  about: { zh: '费用由街道承担。' },
  area: COMMUNITY,
  use: 'decision',
  method: 'single',
  options: [{ title: { zh: '东门' } }, { title: { zh: '西门' } }, { title: { zh: '不装' } }],
  electorate: { by: 'names', names: ['赵一', '钱二', '孙三', '李四', '周五'] },
  opens_at: OPENS,
  closes_at: CLOSES,
  quorum: { of: 1, in: 2 },
  publicity_days: 3,
};
const at = (more: Record<string, string> = {}) => ({ path: { ballot: id, ...more } });
const signIn = async () => {
  desk = await staff('desk');
  checker = await staff('checker');
};
const draft = async (more: Record<string, unknown> = {}): Promise<any> => desk.must('draftBallot', { json: { ...WORDS, ...more } });
const vote = (code: string, option: string | undefined, by?: Client) =>
  (by ?? anyone).call('castVote', { ...at(), json: { code, choice: option === undefined ? [] : [{ option }] } });

describe('a draft', () => {
  /* not before all: the other suites share the clock */
  beforeAll(async () => {
    anyone = visitor();
    await clock().set('2031-12-01T09:00:00+08:00');
    await signIn();
  });

  it('is seen by those who run ballots there, and changed until it is checked', async () => {
    const made = await draft();
    id = made.ballot;
    expect(made).toMatchObject({ phase: 'draft', rev: 1, electors: 0, may: ['change', 'cancel'], options: [{ id: '1' }, { id: '2' }, { id: '3' }] });
    expect(JSON.stringify(made)).not.toMatch(/赵一|result|turnout"/);
    expect((await anyone.call('getBallot', at())).status).toBe(404);
    expect((await anyone.must('listBallots')).items).toEqual([]);
    expect((await desk.must('listBallots')).items.map((one: any) => one.ballot)).toContain(id);
    const changed = await desk.must('changeBallot', { ...at(), json: { ...WORDS, rev: 1, publicity_days: 5 } });
    expect(changed).toMatchObject({ rev: 2, publicity_days: 5 });
    expect((await desk.call('changeBallot', { ...at(), json: { ...WORDS, rev: 1 } })).body.code).toBe('stale');
    expect((await desk.call('checkBallot', { ...at(), json: { rev: 2 } })).body.code).toBe('related-person');
    expect((await checker.must('getBallot', at())).may).toContain('check');
    expect((await anyone.call('pageBallot', at())).status).toBe(404);
  });

  it('is told what is wrong at its place', async () => {
    const wrong = async (more: Record<string, unknown>) => {
      const answer = await desk.call('draftBallot', { json: { ...WORDS, ...more } });
      return [answer.status, answer.body.errors?.[0]?.pointer];
    };
    expect(await wrong({ closes_at: OPENS })).toEqual([422, '/closes_at']);
    expect(await wrong({ options: [{ title: { zh: '一项' } }] })).toEqual([422, '/options']);
    expect(await wrong({ options: [{ title: { zh: '甲' } }, { title: { zh: '甲' } }] })).toEqual([422, '/options/1/title']);
    expect(await wrong({ method: 'greedy' })).toEqual([422, '/options/0/cost']);
    expect(await wrong({ electorate: { by: 'names' } })).toEqual([422, '/electorate/names']);
    expect(await wrong({ electorate: { by: 'rows' } })).toEqual([422, '/electorate/register']);
    expect(await wrong({ area: '99' })).toEqual([422, '/area']);
    expect(await wrong({ quorum: { of: 3, in: 2 } })).toEqual([422, '/quorum/of']);
  });
});

describe('an open ballot', () => {
  it('is set by somebody else, and codes are given out once', async () => {
    const set = await checker.must('checkBallot', { ...at(), json: { rev: 2 } });
    expect(set).toMatchObject({ phase: 'waiting', electors: 5 });
    expect([...set.lot].sort()).toEqual(['1', '2', '3']);
    expect((await desk.call('changeBallot', { ...at(), json: { ...WORDS, rev: 3 } })).body.code).toBe('not-now');
    const key = newKey();
    const told = await desk.must('issueCodes', { ...at(), key, json: { electors: [1, 2, 3, 4, 5] } });
    codes = told.items.map((one: any) => one.code);
    expect(told.items.map((one: any) => one.name)).toEqual(WORDS.electorate.names);
    expect(new Set(codes).size).toBe(5);
    expect(told.items[0].qr).toMatch(/^M\d/);
    expect(new Set(told.items.map((one: any) => one.qr)).size).toBe(5);
    expect((await desk.must('issueCodes', { ...at(), key, json: { electors: [1, 2, 3, 4, 5] } })).items).toEqual(told.items);
    expect(JSON.stringify(await desk.must('listElectors', at()))).not.toMatch(codes[0]!);
    expect((await desk.call('issueCodes', { ...at(), json: { electors: [6] } })).status).toBe(422);
    expect((await desk.call('admitElector', { ...at(), json: { name: '吴六', proof: '440301' } })).body.code).toBe('not-now');
    expect((await vote(codes[0]!, '1')).body.code).toBe('not-now');
  });

  it('takes a voice, another mind, a blank one, and answers the same', async () => {
    await clock().set(OPENS);
    await signIn();
    const first = await vote(codes[0]!, '1');
    const again = await vote(codes[0]!.toLowerCase().replaceAll('-', ''), '2');
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect((await vote(codes[1]!, undefined)).status).toBe(200);
    expect((await vote(codes[2]!, '9')).status).toBe(422);
    expect((await vote('0000-0000-0000-0000', '1')).status).toBe(404);
    expect((await vote(codes[2]!, '1', desk)).status).toBe(200);
    expect((await desk.call('castVote', { ...at(), json: { choice: [] } })).status).toBe(404); // no elector by name
  });

  it('tells nobody a number, or who voted', async () => {
    for (const one of [anyone, desk, checker]) {
      const seen = await one.must('getBallot', at());
      expect(seen.phase).toBe('open');
      expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['turnout']));
      expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['result']));
    }
    const roll = await desk.must('listElectors', at());
    expect(roll.items[0]).toEqual({ elector: 1, name: '赵一', code_given: true, paper: false });
    expect(roll.items[3]).toEqual({ ...roll.items[0], elector: 4, name: '李四' });
    for (const what of ['getVoices', 'getReceipts']) expect((await anyone.call(what, at())).status).toBe(404);
    expect((await anyone.call('checkReceipt', at({ receipt: 'AAAABBBBCCCCDDDD' }))).status).toBe(404);
    const page = await anyone.call('pageBallot', at());
    expect(page.text).toContain('2031年12月8日 24:00');
    expect(page.text).not.toMatch(/<progress|已计入/);
  });

  it('lets a paper ballot take back what was sent in', async () => {
    await desk.must('handPaper', at({ elector: '3' }));
    await desk.must('handPaper', at({ elector: '4' }));
    expect((await desk.call('handPaper', at({ elector: '4' }))).body.code).toBe('check-failed');
    expect((await desk.call('handPaper', at({ elector: '9' }))).status).toBe(404);
    expect((await vote(codes[2]!, '3')).body.code).toBe('check-failed');
    expect((await desk.call('enterSheet', { ...at({ sheet: '1' }), json: { choice: [] } })).body.code).toBe('not-now');
  });

  it('is voted on as pages, without script and without showing a choice again', async () => {
    const tenant = {};
    expect((await anyone.call('pageVote', { path: tenant })).text).toContain('name="code"');
    expect((await anyone.call('pageVote', { query: { code: 'nothing' } })).status).toBe(404);
    expect((await anyone.call('submitVote', { form: { code: 'AAAA-AAAA-AAAA-AAAA', action: 'open' } })).status).toBe(404);
    const paper = await anyone.call('submitVote', { form: { code: codes[4]!, action: 'open', lang: 'zh' } });
    expect(paper.text).toContain('value="2"');
    const nothing = await anyone.call('submitVote', { form: { code: codes[4]!, action: 'cast', lang: 'zh' } });
    expect([nothing.status, nothing.text.includes('请填写这一项')]).toEqual([422, true]);
    const sent = await anyone.call('submitVote', { form: { code: codes[4]!, action: 'cast', pick: '2', lang: 'zh' } });
    expect(sent.status).toBe(200);
    expect(sent.text).toContain('您的选票已收到');
    expect(sent.text).not.toMatch(/西门|checked/);
    const later = await anyone.call('pageVote', { query: { code: codes[4]!, lang: 'en' } });
    expect(later.text).toContain('This code has voted');
    expect(later.text).not.toContain('checked');
    expect((await anyone.call('submitVote', { form: { code: codes[3]!, action: 'open', lang: 'zh' } })).text).toContain('您已领取纸质选票');
  });
});

describe('a closed ballot', () => {
  let receipt: string;

  it('takes the last voice before the second, and none after', async () => {
    await clock().set('2031-12-08T23:59:59+08:00');
    const last = await vote(codes[1]!, '2');
    expect(last.status).toBe(200);
    receipt = last.body.receipt;
    await clock().set(CLOSES);
    expect((await vote(codes[1]!, '1')).body.code).toBe('not-now');
    await signIn();
    expect(await desk.must('getBallot', at())).toMatchObject({ phase: 'closed', turnout: 5, papers: 2, may: ['enter'] });
    expect((await anyone.call('submitVote', { form: { code: codes[1]!, action: 'cast', pick: '1', lang: 'zh' } })).text).not.toContain('已收到');
  });

  it('waits for its papers, entered twice alike', async () => {
    const enter = (by: Client, sheet: string, option: string) => by.call('enterSheet', { ...at({ sheet }), json: { choice: [{ option }] } });
    expect((await enter(desk, '3', '1')).status).toBe(422);
    expect((await enter(desk, '1', '2')).status).toBe(204);
    expect((await enter(desk, '2', '3')).status).toBe(204);
    expect((await enter(checker, '1', '2')).status).toBe(204);
    expect((await enter(checker, '2', '1')).status).toBe(204);
    expect((await checker.must('listSheets', at())).items).toEqual([
      { sheet: 1, entered: 2, by_me: true, same: true },
      { sheet: 2, entered: 2, by_me: true, same: false },
    ]);
    const early = await checker.call('countBallot', { ...at(), json: { papers: 2 } });
    expect(early.body.code).toBe('check-failed');
    expect((await enter(checker, '2', '3')).status).toBe(204);
    expect((await desk.call('countBallot', { ...at(), json: { papers: 2 } })).body.code).toBe('related-person');
    expect((await checker.call('countBallot', { ...at(), json: { papers: 1 } })).status).toBe(422);
    const counted = await checker.must('countBallot', { ...at(), json: { papers: 2 } });
    expect(counted.phase).toBe('counted');
    expect(counted.result).toMatchObject({
      reached: true, voices: 5, electors: 5, net: 3, papers: 2, damaged: 0, blank: 0, chosen: ['2'],
      options: [{ id: '1', points: 0 }, { id: '2', points: 4 }, { id: '3', points: 1 }],
    });
  });

  it('publishes what anybody can count and look up', async () => {
    const file = await anyone.call('getVoices', at());
    expect(file.text).toMatch(/^META\nkey;value\ndescription;三号院要不要加装充电桩\n/);
    expect(file.text).toContain('rule;points');
    expect(file.text.split('VOTES\n')[1]!.trim().split('\n').slice(1)).toEqual(['1;2', '2;2', '3;2', '4;2', '5;3']);
    const list = await anyone.call('getReceipts', at());
    expect(list.text.trim().split('\n')).toHaveLength(3);
    expect((await anyone.must('checkReceipt', at({ receipt }))).counted).toBe(true);
    expect((await anyone.must('checkReceipt', at({ receipt: 'AAAABBBBCCCCDDDD' }))).counted).toBe(false);
    const page = await anyone.call('pageBallot', { ...at(), query: { receipt } });
    expect(page.text).toContain('您的选票已计入结果');
    expect((await anyone.call('pageBallot', { ...at(), query: { receipt: 'AAAA', lang: 'en' } })).text).toContain('No counted voice');
    expect((await anyone.call('pageBallots')).text).toContain('三号院要不要加装充电桩');
  });

  it('hears objections, answers them, and is final when that is over', async () => {
    await anyone.must('objectToBallot', { ...at(), json: { text: '名单里少了一户。', contact: '13800138000' } });
    const form = await anyone.call('submitObjection', { ...at(), form: { text: '没有看到公告。', key: newKey(), lang: 'zh' } });
    expect([form.status, form.headers.location]).toEqual([303, `/nanshan/ballots/${id}?said=1&lang=zh`]);
    expect((await anyone.call('submitObjection', { ...at(), form: { text: '没', key: newKey() } })).status).toBe(422);
    const { items } = await desk.must('listObjections', at());
    expect(items.map((one: any) => one.text)).toEqual(['名单里少了一户。', '没有看到公告。']);
    expect(JSON.stringify(items)).not.toContain('138');
    await desk.must('answerObjection', { ...at({ no: '1' }), json: { text: '该户不在范围内。' } });
    expect((await desk.call('answerObjection', { ...at({ no: '1' }), json: { text: '再答' } })).body.code).toBe('not-now');
    await clock().set('2031-12-20T09:00:00+08:00');
    await signIn();
    expect((await anyone.call('objectToBallot', { ...at(), json: { text: '太晚了的异议。' } })).body.code).toBe('not-now');
    expect((await anyone.must('getBallot', at())).phase).toBe('counted');
    expect((await desk.must('answerObjection', { ...at({ no: '2' }), json: { text: '公告已补。' } })).phase).toBe('final');
  });
});

describe('other electors', () => {
  it('come to the desk one by one', async () => {
    const made = await draft({ method: 'yes_no', options: undefined, electorate: { by: 'desk' }, opens_at: '2031-12-20T10:00:00+08:00', closes_at: '2031-12-21T10:00:00+08:00', use: 'opinion', turnout_live: true });
    id = made.ballot;
    await checker.must('checkBallot', { ...at(), json: { rev: 1 } });
    expect(await desk.must('admitElector', { ...at(), json: { name: '吴六', proof: '4403 0119 8001 0112 34' } })).toMatchObject({ elector: 1, name: '吴六' });
    const twice = await desk.call('admitElector', { ...at(), json: { name: '吴六', proof: '440301198001011234' } });
    expect([twice.status, twice.body.errors[0].pointer]).toEqual([422, '/proof']);
    const { items } = await desk.must('issueCodes', { ...at(), json: { electors: [1] } });
    await clock().set('2031-12-20T10:00:00+08:00');
    expect((await vote(items[0].code, 'yes')).status).toBe(200);
    expect((await anyone.must('getBallot', at())).turnout).toBe(1);
    const gone = await desk.must('cancelBallot', { ...at(), json: { reason: '题目有歧义，另行组织。' } });
    expect(gone).toMatchObject({ phase: 'cancelled', reason: '题目有歧义，另行组织。' });
    expect((await vote(items[0].code, 'yes')).status).toBe(404);
    expect((await anyone.call('pageBallot', at())).text).toContain('题目有歧义');
  });

  it('and every operation refuses where there is no such district or ballot', async () => {
    const ids = [...contract.values()].filter((one) => one.path.includes('/ballots') || one.path.endsWith('/vote')).map((one) => one.id);
    expect(ids.length).toBeGreaterThan(20);
    const bodies: Record<string, unknown> = {
      draftBallot: WORDS, changeBallot: { ...WORDS, rev: 1 }, checkBallot: { rev: 1 }, cancelBallot: { reason: '无' }, admitElector: { name: '甲', proof: '甲乙' },
      issueCodes: { electors: [1] }, castVote: { choice: [] }, enterSheet: { choice: [] }, countBallot: { papers: 1 },
      objectToBallot: { text: '没有这个投票' }, answerObjection: { text: '无' },
    };
    const forms: Record<string, Record<string, string>> = { submitVote: { code: 'x', action: 'open' }, submitObjection: { text: '没有这个投票', key: newKey() } };
    for (const one of ids) {
      const path = { ballot: ABSENT, elector: '1', sheet: '1', no: '1', receipt: 'AAAABBBBCCCCDDDD' };
      const call = { path, ...(one in bodies ? { json: bodies[one] } : {}), ...(one in forms ? { form: forms[one]! } : {}) };
      const answer = ['listBallots', 'pageBallots', 'draftBallot', 'pageVote', 'submitVote'].includes(one) ? await anyone.call(one, { ...call, path: { ...path, tenant: 'nowhere' } }) : await desk.call(one, call);
      expect([one, answer.status]).toEqual([one, 404]);
    }
  });
});

describe('a case that opens a ballot', () => {
  const SEAT = { place: COMMUNITY, kind: 'elected', since: '2031-01-01', until: '2033-12-31' };
  const QUESTION = { question: '同意把东门花坛改成非机动车位吗', about: '二十个车位，八千元，从公共收益里出。' };
  let chief: Client;
  let opened: string;
  const put = async (): Promise<void> => {
    opened = (await desk.must('openCase', { json: { playbook: 'council-vote', area: COMMUNITY, via: 'desk', fields: QUESTION } })).case;
    await act(desk, opened, 'submit');
    await act(chief, opened, 'put_question');
  };

  it('goes back when nobody may vote', async () => {
    await clock().set('2031-12-22T09:00:00+08:00');
    await signIn();
    chief = await staff('chief');
    await put();
    await clock().set('2031-12-22T09:00:01+08:00');
    const back = await look(desk, opened);
    expect([back.state.name, back.ballots[0].state]).toEqual(['received', 'cancelled']);
    await act(desk, opened, 'decline', { reason: '名册还没有建好' });
  });

  it('waits for it, shows how far it is, and goes on when it is final', async () => {
    for (const seat of ['一号席', '二号席', '三号席']) await desk.must('addRow', { path: { register: 'council' }, json: { fields: { ...SEAT, seat, person: `成员${seat}` } } });
    await put();
    await clock().set('2031-12-22T09:00:02+08:00');
    const voting = await look(desk, opened);
    expect(voting).toMatchObject({ state: { name: 'voting' }, ballots: [{ name: 'carry', label: { zh: '议题票决' }, state: 'open' }] });
    id = voting.ballots[0].ballot;
    expect(await anyone.must('getBallot', at())).toMatchObject({ phase: 'open', electors: 3, title: { zh: QUESTION.question }, closes_at: '2031-12-27T18:00:00+08:00' });
    const { items } = await desk.must('issueCodes', { ...at(), json: { electors: [1, 2, 3] } });
    for (const [i, choice] of ['yes', 'yes', 'no'].entries()) expect((await vote(items[i].code, choice)).status).toBe(200);
    expect(JSON.stringify((await look(desk, opened)).ballots)).not.toMatch(/passed|chosen/);
    await clock().set('2031-12-27T18:00:00+08:00');
    await signIn();
    expect((await look(desk, opened)).ballots[0].state).toMatch(/closed|counted/);
    await clock().set('2032-01-12T09:00:00+08:00');
    await signIn();
    expect(await look(desk, opened)).toMatchObject({ state: { name: 'carried' }, ballots: [{ state: 'final' }] });
  });
});
