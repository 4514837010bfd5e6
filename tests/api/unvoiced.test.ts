/*
 * The same vote twice, by the same electors, with other choices: until it is closed nobody is told
 * a byte that differs, by any reply, page, export, stream or line of the log, and no entry more
 * stands in one history than in the other.  A voice more is told only where the ballot says so.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './lib/client';
import { contract, type Operation } from './lib/contract';
import { startTwins, type House } from './lib/house';
import { COMMUNITY, START, act, look } from './lib/world';

const OPENS = '2026-09-07T10:00:00+08:00';
const CLOSES = '2026-09-09T18:00:00+08:00';
const SEAT = { place: COMMUNITY, kind: 'elected', since: '2026-01-01', until: '2028-12-31' };
const WORDS = {
  title: { zh: '三号院要不要加装充电桩' },
  area: COMMUNITY,
  use: 'decision',
  method: 'single',
  options: [{ title: { zh: '东门' } }, { title: { zh: '西门' } }, { title: { zh: '不装' } }],
  electorate: { by: 'names', names: ['赵一', '钱二', '孙三', '李四', '周五'] },
  opens_at: OPENS,
  closes_at: CLOSES,
  publicity_days: 3,
};
/* Who is asked what they are told; the last is nobody in particular. */
const LOGINS = ['desk', 'checker', 'chief', 'auditor', 'admin', undefined];

interface Vote {
  ballot: string;
  codes: string[];
}
let houses: [House, House];
/* kept secret; its turnout is told; of a case */
let votes: Vote[] = [];
let matter: string;
let row: string;

async function codes(desk: Client, ballot: string, count: number): Promise<Vote> {
  const electors = Array.from({ length: count }, (_, i) => i + 1);
  const { items } = await desk.must('issueCodes', { path: { ballot }, json: { electors } });
  return { ballot, codes: items.map((one: any) => one.code) };
}

/* Three ballots of five, five and three electors, as far as their opening. */
async function prepare(house: House): Promise<void> {
  const [desk, checker, chief] = await Promise.all(['desk', 'checker', 'chief'].map((login) => new Client(house.base, 'nanshan').signIn(login)));
  for (const turnout_live of [false, true]) {
    const { ballot } = await desk!.must('draftBallot', { json: { ...WORDS, turnout_live } });
    await checker!.must('checkBallot', { path: { ballot }, json: { rev: 1 } });
    votes.push(await codes(desk!, ballot, 5));
  }
  for (const seat of ['一号席', '二号席', '三号席']) {
    ({ row } = await desk!.must('addRow', { path: { register: 'council' }, json: { fields: { ...SEAT, seat, person: `成员${seat}` } } }));
  }
  const fields = { question: '同意把东门花坛改成非机动车位吗', about: '二十个车位。' };
  matter = (await desk!.must('openCase', { json: { playbook: 'council-vote', area: COMMUNITY, via: 'desk', fields } })).case;
  await act(desk!, matter, 'submit');
  await act(chief!, matter, 'put_question');
  await house.clock.set(OPENS);
  const { ballots } = await look(await new Client(house.base, 'nanshan').signIn('desk'), matter);
  votes.push(await codes(await new Client(house.base, 'nanshan').signIn('desk'), ballots[0].ballot, 3));
}

beforeAll(async () => {
  houses = await startTwins(START, prepare, OPENS);
});
afterAll(() => Promise.all(houses.map((house) => house.stop())));

/* What is drawn anew for every reply, and where it came from. */
/* A code to scan holds the address of its house. */
const CODE = /<path d="[^"]*" stroke="#000"/g;
const shownOf = (house: House, text: string): string =>
  text
    .replace(/\b[0-9A-HJKMNP-TV-Z]{77}\b/g, 'SEALED')
    .replace(/(name=\\?"key\\?" value=\\?")[0-9a-f-]{36}/g, '$1KEY')
    .replace(CODE, 'a code')
    .replaceAll(house.base, 'http://here');

let keys = 0;
async function cast(house: House, vote: Vote, elector: number, option: string | undefined): Promise<string> {
  const key = `00000000-0000-4000-8000-${String(++keys).padStart(12, '0')}`;
  const choice = option === undefined ? [] : [{ option }];
  const answer = await new Client(house.base, 'nanshan').call('castVote', { key, path: { ballot: vote.ballot }, json: { code: vote.codes[elector], choice } });
  expect(answer.status).toBe(200);
  return shownOf(house, answer.text);
}

/* Listens until the stream says what it was waited for. */
async function listen(house: House, who: Client): Promise<(until: string) => Promise<string>> {
  const end = new AbortController();
  const headers: Record<string, string> = who.cookie === undefined ? {} : { Cookie: who.cookie };
  const reply = await fetch(`${house.base}/api/v1/nanshan/stream`, { signal: end.signal, headers });
  const reader = reply.body!.getReader();
  let text = '';
  return async (until) => {
    while (!text.includes(until)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended: ${text}`);
      text += Buffer.from(value).toString();
    }
    end.abort();
    return shownOf(house, text);
  };
}

/* What stands in an address, by the name of its place; 1 where there is nothing of ours. */
function places({ path }: Operation): Record<string, string>[] {
  const known: Record<string, string> = { tenant: 'nanshan', area: COMMUNITY, case: matter, playbook: 'council-vote', register: 'council', row, receipt: 'AAAABBBBCCCCDDDD', format: 'json' };
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const set = Object.fromEntries(names.map((name) => [name, known[name] ?? '1']));
  return names.includes('ballot') ? votes.map(({ ballot }) => ({ ...set, ballot })) : [set];
}

/* Every reply to a question there is, to everybody, in the order of the contract. */
async function walk(house: House, logins = LOGINS): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  await house.clock.sync();
  for (const login of logins) {
    const who = new Client(house.base, 'nanshan');
    if (login !== undefined) await who.signIn(login);
    for (const operation of contract.values()) {
      if (operation.method !== 'GET' || operation.id === 'stream') continue;
      for (const path of places(operation)) {
        const answer = await who.call(operation.id, { path, ...(operation.id === 'pageVote' ? { query: { code: votes[0]!.codes[0]! } } : {}) });
        const passed = ['date', 'x-request-id', ...(answer.text.search(CODE) >= 0 ? ['content-length'] : [])];
        const headers = Object.entries(answer.headers).filter(([name]) => !passed.includes(name));
        told.set(`${login} ${operation.id} ${path.ballot ?? ''}`, shownOf(house, `${answer.status} ${JSON.stringify(headers)} ${answer.text}`));
      }
    }
  }
  return told;
}

/* What is said in one house and not in the other. */
function differing(one: Map<string, string>, other: Map<string, string>): string[] {
  expect([...other.keys()]).toEqual([...one.keys()]);
  return [...one].filter(([where, text]) => text !== other.get(where)).map(([where]) => where);
}

/* The log without its times, the numbers of requests and the lengths of what was waited for. */
const logOf = (house: House): string[] =>
  house
    .log()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => shownOf(house, line).replace(/^\S+ /, '').replace(/\b(\w*(?:us|ms|seconds|port|pid|request|id))=\S+/g, '$1'));

/* Everybody votes, one changes their mind, one says nothing: by `choices` of one house. */
async function voteAll(house: House, choices: (string | undefined)[][]): Promise<string[]> {
  const said: string[] = [];
  keys = 0;
  for (const [i, vote] of votes.entries()) {
    for (const [elector, option] of choices[i]!.entries()) said.push(await cast(house, vote, elector, option));
    said.push(await cast(house, vote, 0, choices[i]!.at(-1)));
  }
  return said;
}

describe('an open ballot', () => {
  it('tells nobody anything that depends on what was chosen', async () => {
    const sets = [
      [['1', '1', '2', undefined], ['1', '1', '1', '1'], ['yes', 'yes', 'yes']],
      [['3', undefined, '3', '2'], ['2', '3', undefined, '3'], ['no', 'abstain', 'no']],
    ];
    const heard: string[][] = [];
    const walks: Map<string, string>[] = [];
    for (const [i, house] of houses.entries()) {
      const desk = await new Client(house.base, 'nanshan').signIn('desk');
      const streams = [await listen(house, desk), await listen(house, new Client(house.base, 'nanshan'))];
      const said = await voteAll(house, sets[i]!);
      const sequence = await house.clock.sync();
      walks.push(await walk(house));
      /* something everybody hears of ends the listening */
      const last = await desk.must('openCase', {
        key: '00000000-0000-4000-8000-999999999999',
        json: { playbook: 'service-request', area: COMMUNITY, fields: { topic: 'lamp', description: '路灯不亮。' } },
      });
      heard.push([...said, String(sequence), ...(await Promise.all(streams.map((until) => until(last.case))))]);
    }
    expect(walks[0]!.size).toBeGreaterThan(700);
    expect(differing(walks[0]!, walks[1]!)).toEqual([]);
    expect(heard[1]).toEqual(heard[0]);
    expect(logOf(houses[0]).length).toBeGreaterThan(0);
    expect(logOf(houses[1])).toEqual(logOf(houses[0]));
  }, 120_000);

  it('tells how many voted only where it says so', async () => {
    keys = 100;
    for (const vote of votes.slice(0, 2)) await cast(houses[1], vote, 4, '2');
    const [without, beside] = [await walk(houses[0], ['desk', undefined]), await walk(houses[1], ['desk', undefined])];
    const live = votes[1]!.ballot;
    const where = differing(without, beside);
    expect(where.length).toBeGreaterThan(0);
    for (const one of where) {
      const [a, b] = [without.get(one)!, beside.get(one)!].map((text) => text.replace(/"turnout":\d|<strong>\d<\/strong> \/ 5/g, ''));
      expect([one, b]).toEqual([one, a]);
      expect(one).toMatch(new RegExp(`(getBallot|pageBallot) ${live}|listBallots`));
    }
  }, 120_000);

  it('is not the same vote: closed, the results differ', async () => {
    const results: unknown[] = [];
    for (const house of houses) {
      await house.clock.set(CLOSES);
      results.push((await new Client(house.base, 'nanshan').must('getBallot', { path: { ballot: votes[0]!.ballot } })).result.options);
    }
    expect(results[1]).not.toEqual(results[0]);
  });
});
