/*
 * Nothing personal leaves: rows of every register and cases of every programme are filled with words
 * wherever nobody but their handlers may read, some of them are published, and then every operation
 * that answers anybody is asked for everything there is.
 *
 * The operations are the contract's own: a new one is asked by itself, and one whose parameter is not
 * known here, or that was never answered with success, fails the test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Client } from './lib/client';
import { contract, type Operation } from './lib/contract';
import { COMMUNITY, act, base, clock, report, staff, visitor } from './lib/world';

const anyone = () => visitor();

/* What was written where nobody but its handlers may read it: no two words are alike. */
const words: string[] = [];
let made = 0;
const keep = (one: string) => (words.push(one), one);
const word = () => keep(`密${(++made * 7919 + 100_000).toString(36)}语`);
const phone = () => keep(`139${String(10_000_000 + ++made * 7919)}`);

const rows = new Map<string, string[]>(); // register -> rows
let today = 0;
const day = (more: number) => new Date(today + more * 86_400_000).toISOString().slice(0, 10);

/* A value for a field; `open`: everybody reads it. */
function valueOf(field: any, open: boolean): unknown {
  switch (field.type) {
    case 'text':
      return open && !field.personal ? `公开${++made}` : word();
    case 'external_no':
      return `W${++made}`;
    case 'phone':
      return phone();
    case 'choice':
      return field.many ? [field.options[0].name] : field.options[0].name;
    case 'checklist':
      return [field.options[0].name];
    case 'date':
      return day(30);
    case 'datetime':
      return `${day(20)}T10:00:00+08:00`;
    case 'money':
    case 'integer':
    case 'quantity':
    case 'scale':
      return 1;
    case 'bool':
      return false; // nobody agrees to have anything shown
    case 'area':
      return COMMUNITY;
    case 'subject':
      return rows.get(field.register)?.[0];
    default:
      return undefined;
  }
}
const fill = (fields: any[], open: (name: string) => boolean) =>
  Object.fromEntries(fields.map((one) => [one.name, valueOf(one, open(one.name))]).filter(([, value]) => value !== undefined));

/* The file of a programme; of what other tests have adopted there, too. */
const FOLDERS = ['playbooks', 'playbooks/registers', 'playbooks/optional', 'tests/lib'];
function file(name: string): any {
  const found = FOLDERS.map((folder) => new URL(`../../${folder}/${name}.yaml`, import.meta.url)).find((one) => existsSync(one));
  if (found === undefined) throw new Error(`no file of ${name}`);
  return parse(readFileSync(found, 'utf8'));
}
const listed = (some: any): string[] => [some ?? []].flat();

/* The actions that lead a new case of a playbook to its public page, as its file has them. */
function way(playbook: any): string[] {
  const start: string = playbook.open.to ?? Object.keys(playbook.states)[0];
  const ways = new Map<string, string[]>([[start, []]]);
  for (const [state, done] of ways) {
    if (listed(playbook.page.live).includes(state)) return done;
    for (const [name, action] of Object.entries<any>(playbook.actions)) {
      if (listed(action.from).includes(state) && action.to !== undefined && action.part === undefined && action.by !== 'system' && !ways.has(action.to)) ways.set(action.to, [...done, name]);
    }
  }
  return [];
}

const path: Record<string, string[]> = {
  tenant: ['nanshan'], area: [COMMUNITY], code: ['Q0'], format: ['json', 'xml'], service_code: [], photo: ['1'], document: ['1'], receipt: ['0000000000'],
};
const pairs: Record<string, string>[] = []; // register and row
const query: Record<string, string[]> = {
  crs: ['cgcs2000'], jurisdiction_id: ['nanshan'], kind: ['notice', 'listing', 'wish', 'showcase', 'board', 'opinion'], area: ['', COMMUNITY], state: ['open', 'ended', 'closed'],
  stands: ['live', 'kept'], show: ['live', 'kept'], lang: ['zh', 'en'], limit: ['100'],
};
/* What a key opens to whoever was given it, and files that were built. */
const KEYED = ['seeScreen', 'seePass', 'getPassPhoto', 'getPassDocument', 'pagePass', 'open311TokenJson', 'open311TokenXml', 'getFieldFile', 'getAsset', 'stream'];
/* What is there only when somebody photographed, voted, hung up a code or laid a file of maps: other files read those. */
const RARE = ['getPagePhoto', 'getPageDocument', 'getProgressPhoto', 'getProgressDocument', 'getBallot', 'getVoices', 'getReceipts', 'checkReceipt', 'pageBallot', 'pageScan', 'pageVote', 'open311ServiceJson', 'open311ServiceXml', 'mapTiles'];

function tells(where: string, text: string): void {
  for (const one of words) if (text.includes(one) || text.includes(encodeURIComponent(one))) throw new Error(`${where} tells ${one}`);
}

/* Every call of an operation with what there is: each value of each parameter once. */
function calls(operation: Operation): { path: Record<string, string>; query: Record<string, string> }[] {
  const names = operation.parameters.filter((one) => one.in === 'path').map((one) => one.name);
  const unknown = names.find((name) => !(name in path) && !['register', 'row'].includes(name));
  if (unknown !== undefined) throw new Error(`${operation.id}: what is {${unknown}}? Say it in tests/api/secrets.ts`);
  const asked = operation.parameters.filter((one) => one.in === 'query');
  const needed = Object.fromEntries(asked.filter((one) => one.required).map((one) => [one.name, query[one.name]?.[0] ?? '']));
  const found: ReturnType<typeof calls> = [];
  const known = names.includes('register') ? pairs : [{}];
  const longest = Math.max(1, ...names.map((name) => path[name]?.length ?? 1));
  for (const pair of known) {
    for (let at = 0; at < longest; at++) {
      const values = names.map((name) => [name, (pair as Record<string, string>)[name] ?? path[name]?.[Math.min(at, (path[name]?.length ?? 1) - 1)] ?? '0']);
      found.push({ path: Object.fromEntries(values), query: needed });
    }
  }
  for (const one of asked) for (const value of query[one.name] ?? []) found.push({ path: found[0]!.path, query: { ...needed, [one.name]: value } });
  return found;
}

describe('no public reply', () => {
  let desk: Client;
  const answered = new Set<string>();

  it('is given something to tell: rows and cases of everything, with words wherever nobody reads', async () => {
    desk = await staff('desk');
    today = Date.parse((await anyone().must('getTally')).as_of);
    const clients = [desk, await staff('checker'), await staff('chief'), await staff('admin')];
    const registers = (await desk.must('listRegisters')).items.map((one: any) => one.name ?? one.register) as string[];
    for (const register of [...registers, ...registers]) {
      if (rows.has(register)) continue;
      const form = await desk.must('getRegister', { path: { register } });
      const shown = listed(file(register).see?.public).map((one: any) => one.field ?? one);
      const fields = fill(form.fields, (name) => name === form.name || name === form.code || shown.includes(name));
      for (const client of clients) {
        const answer = await client.call('addRow', { path: { register }, json: { fields } });
        if (answer.status !== 201) continue;
        rows.set(register, [answer.body.row]);
        pairs.push({ register, row: answer.body.row });
        break;
      }
    }
    expect([...rows.keys()].filter((one) => ['passbooks', 'boards', 'boxes', 'council', 'supervisors', 'households', 'home-visits'].includes(one))).toHaveLength(7);

    const kept: { case: string; number: string; tracking?: string }[] = [];
    for (const { playbook: name } of (await desk.must('listPlaybooks')).items) {
      const playbook = await anyone().must('getPlaybook', { path: { playbook: name } });
      const { page } = file(name);
      const asked = playbook.fields.filter((field: any) => playbook.open.fields.includes(field.name));
      const fields = fill(asked, (one) => [page?.title, ...listed(page?.shows)].includes(one));
      for (const via of playbook.open.via) {
        const answer = await (via === 'web' ? anyone() : desk).call('openCase', { json: { playbook: name, area: COMMUNITY, via, fields } });
        if (answer.status !== 201) continue;
        kept.push(answer.body);
        if (page !== undefined) await publish(name, answer.body.case, clients);
        break;
      }
    }
    const opened = await report({ topic: 'lamp', description: word(), contact: phone(), spot: word() } as any);
    await act(desk, opened.case, 'note', { note: word() });
    await clock().sync();
    path.playbook = (await desk.must('listPlaybooks')).items.map((one: any) => one.playbook);
    path.case = [...kept.map((one) => one.case), opened.case];
    path.service_request_id = path.case;
    path.tracking = [(await anyone().must('followCase', { path: { case: opened.case } })).tracking];
    path.ballot = (await desk.must('listBallots')).items.map((one: any) => one.ballot);
    const pages = [];
    for (const stands of ['live', 'kept']) pages.push(...(await anyone().must('listPages', { query: { stands, limit: 100 } })).items);
    path.number = pages.map((one: any) => one.number);
    const { position } = await anyone().must('getArea', { path: { area: COMMUNITY } });
    Object.assign(query, { lon: [String(position.lon)], lat: [String(position.lat)] });
    Object.assign(query, { row: pairs.map((one) => one.row), playbook: path.playbook, service_request_id: path.case, number: path.number });
    expect(kept.length).toBeGreaterThan(25);
    expect(words.length).toBeGreaterThan(100);
    const live = pages.filter((one: any) => kept.some((mine) => mine.number === one.number)).map((one: any) => one.kind);
    for (const kind of ['notice', 'listing', 'wish', 'showcase']) expect(live).toContain(kind);
  }, 120_000);

  /* As far as the way to its page goes, each step by whoever may. */
  async function publish(name: string, id: string, clients: Client[]): Promise<void> {
    const playbook = file(name);
    for (const action of playbook.extends === undefined ? way(playbook) : []) {
      for (const client of clients) {
        const seen = await client.call('getCase', { path: { case: id } });
        const offer = seen.body?.actions?.find((one: any) => one.action === action && one.part === undefined);
        if (offer === undefined) continue;
        const open = (one: string) => [playbook.page.title, ...listed(playbook.page.shows)].includes(one);
        const answer = await client.call('actOnCase', { path: { case: id, action }, json: { rev: seen.body.rev, fields: fill(offer.needs, open) } });
        if (answer.status < 300) break;
      }
    }
  }

  it('has one of them in it', async () => {
    for (const operation of contract.values()) {
      if (operation.method !== 'GET' || !operation.allow.includes('anyone') || KEYED.includes(operation.id)) continue;
      for (const call of calls(operation)) {
        const { status, text } = await anyone().call(operation.id, call);
        if (status < 400) answered.add(operation.id);
        tells(`${operation.id} ${JSON.stringify(call)}`, text);
      }
    }
    const never = [...contract.values()].filter((one) => one.method === 'GET' && one.allow.includes('anyone') && ![...KEYED, ...RARE].includes(one.id) && !answered.has(one.id));
    expect(never.map((one) => one.id)).toEqual([]);
  }, 120_000);

  it('has one of them in what a passbook or a box says to its holder, or the stream to everybody', async () => {
    let held = 0;
    for (const { register, row } of pairs) {
      const { code, holder_code } = await desk.must('getRow', { path: { register: register!, row: row! } });
      if (holder_code === undefined) continue;
      for (const action of ['', 'code', 'join', 'both']) {
        const form = { number: code, code: holder_code, lang: 'zh', place: 'xifeng', other_number: 'CZ-1', ...(action === '' ? {} : { action }) };
        const { text } = await anyone().call('submitCheck', { form });
        tells(`submitCheck ${register} ${action}`, text);
        held += text.includes(code) ? 1 : 0;
      }
    }
    expect(held).toBeGreaterThan(3);
    const end = new AbortController();
    const reply = await fetch(`${base()}/api/v1/nanshan/stream`, { signal: end.signal });
    const reader = reply.body!.getReader();
    const opened = await report({ topic: 'noise', description: word(), contact: phone() } as any);
    await act(desk, opened.case, 'note', { note: word() });
    const last = await report();
    let text = '';
    while (!text.includes(last.case)) text += Buffer.from((await reader.read()).value ?? []).toString();
    end.abort();
    expect(text).toContain(opened.case);
    tells('stream', text);
  });
});
