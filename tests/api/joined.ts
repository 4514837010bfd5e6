/*
 * Double check-in: passbooks of two tenants that one person reads together, by digits made in one and
 * typed in the other; a certificate over both; and that nobody else learns of either.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { COMMUNITY, act, clock, newKey, staff, visitor } from './lib/world';

interface Book {
  row: string;
  code: string;
  told: string;
  tenant: string;
}

const HERE = 'nanshan';
const THERE = 'xifeng';
const now = async () => Date.parse((await visitor().must('getTally')).as_of);

async function communityOf(client: Client): Promise<string> {
  if (client.tenant === HERE) return COMMUNITY;
  const { items } = await client.must('listAreas', { query: { kind: 'community' } });
  return items[0].code as string;
}

async function passbook(tenant: string, label: string): Promise<Book> {
  const desk = await staff('desk', tenant);
  const fields = { label, place: await communityOf(desk), since: '2026-01-01', person: '林秀兰', phone: '13811112222' };
  const { row, code } = await desk.must('addRow', { path: { register: 'passbooks' }, json: { fields } });
  const seen = await desk.must('getRow', { path: { register: 'passbooks', row } });
  return { row, code, told: seen.holder_code, tenant };
}

let used = 0;
async function serve(book: Book, hours: number): Promise<void> {
  const [desk, checker] = [await staff('desk', book.tenant), await staff('checker', book.tenant)];
  const area = await communityOf(desk);
  const { row: rule } = await desk.must('addRow', { path: { register: 'earning-rules' }, json: { fields: { label: `值守${++used}`, place: area, rate: 10 } } });
  const begins = new Date((await now()) - used * 86_400_000).toISOString();
  const fields = { passbook: book.row, rule, what: '值守', begins, hours };
  const { case: id } = await desk.must('openCase', { json: { playbook: 'good-deed', area, via: 'desk', fields } });
  await act(desk, id, 'hand_in');
  await act(checker, id, 'confirm', {});
}

const ask = (book: Book, form: Record<string, string> = {}, lang: 'zh' | 'en' = 'zh') =>
  visitor(book.tenant, lang).call('submitCheck', { form: { number: book.code, code: book.told, lang, ...form } });
const make = async (from: Book, to: { code: string; tenant: string }) => {
  const page = await ask(from, { action: 'code', place: to.tenant, other_number: to.code });
  expect(page.status).toBe(200);
  return /class="told">([0-9]{4} [0-9]{4})</.exec(page.text)?.[1] ?? '';
};
const type = (at: Book, from: Book, digits: string, key = newKey()) =>
  ask(at, { action: 'join', place: from.tenant, other_number: from.code, join_code: digits, key });

describe('passbooks in two tenants', () => {
  let home: Book;
  let work: Book;

  beforeAll(async () => {
    home = await passbook(HERE, '居住地的存折');
    work = await passbook(THERE, '工作地的存折');
    await serve(home, 35);
    await serve(work, 20);
  }, 60_000);

  it('are read together by digits made in one and typed in the other', async () => {
    expect((await ask(home)).text).toContain('和另一个地方的存折合看');
    const digits = await make(work, home);
    const page = await type(home, work, digits);
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/<dt>合计<\/dt><dd><strong>5\.5<\/strong>/);
    expect(page.text).toContain('出具合并证明');
    expect((await ask(home)).text).toMatch(/<strong>2<\/strong> 小时/);
    await serve(work, 10); // what the other place enters later is there at once
    expect((await ask(home)).text).toMatch(/<dt>合计<\/dt><dd><strong>6\.5<\/strong>/);
    expect((await ask(work)).text).not.toContain('出具合并证明'); // joined where it was typed, and only there
    const scanned = await visitor().call('pageCheck', { query: { number: home.code, place: THERE, other_number: work.code, join_code: digits.replace(' ', '') } });
    expect(scanned.text).toContain('name="join_code"');
  });

  it('refuse digits that were used, that are too old, forged, or made for somebody else', async () => {
    const other = await passbook(HERE, '别人的存折');
    const wrong = async (answer: ReturnType<typeof type>, words: string) => {
      const { status, text } = await answer;
      expect([status, text.includes(words)]).toEqual([422, true]);
    };
    await clock().set(new Date((await now()) + 600_000).toISOString());
    const digits = await make(work, home);
    const key = newKey();
    expect((await type(home, work, digits, key)).status).toBe(200);
    expect((await type(home, work, digits, key)).status).toBe(422); // sent again, it is read as used
    await wrong(type(home, work, digits), '已经用过');
    await wrong(type(other, work, digits), '对不上'); // made for another passbook
    await wrong(type(other, work, await make(work, other)), '已和别的存折合看'); // one person, one passbook
    await clock().set(new Date((await now()) + 600_000).toISOString());
    const old = await make(work, home);
    await clock().set(new Date((await now()) + 1_200_000).toISOString());
    await wrong(type(home, work, old), '已过期');
    await clock().set(new Date((await now()) + 600_000).toISOString());
    await wrong(type(home, work, '00000000'), '对不上');
    await wrong(ask(home, { action: 'code', place: 'nowhere', other_number: work.code }), '请选另一个地方');
    await wrong(ask(home, { action: 'code', place: HERE, other_number: work.code }), '请选另一个地方');
    await wrong(ask(other, { action: 'both' }), '不能出具合并证明');
    expect((await ask(other, { action: 'part', place: THERE })).status).toBe(409);
  });

  it('have a certificate over both that only the holder makes and anybody checks', async () => {
    const made = await ask(home, { action: 'both' });
    expect(made.text).toContain('居住地的存折');
    const number = /<p class="note">([A-Z]+-[0-9]+-[0-9]{12})</.exec(made.text)?.[1] ?? '';
    const code = /class="told">([0-9]{4} [0-9]{4})</.exec(made.text)?.[1] ?? '';
    const check = (form: Record<string, string>) => visitor().call('submitCheck', { form: { lang: 'zh', ...form } });
    const total = /<dt>合计<\/dt><dd><strong>6\.5<\/strong>/;
    const seen = await check({ number, code });
    expect([seen.status, total.test(seen.text)]).toEqual([200, true]);
    for (const one of ['居住地的存折', '工作地的存折', '林秀兰', '13811112222', home.told]) expect(seen.text).not.toContain(one);
    await clock().set(new Date((await now()) + 60_000).toISOString());
    await serve(work, 30);
    expect((await check({ number, code })).text).toMatch(total); // as of then, whatever came later
    expect((await check({ number: number.replace(/.$/, (end) => String((Number(end) + 1) % 10)), code })).status).toBe(422);
    expect((await check({ number, code: code === '1111 1111' ? '2222 2222' : '1111 1111' })).status).toBe(422);
  });

  it('are told of to nobody else: staff read sums of five people and more', async () => {
    const at = { path: { register: 'passbooks' } };
    const desk = await staff('desk');
    expect((await desk.must('getRegister', at)).joins).toBe(true);
    expect(await desk.must('sumJoined', at)).toEqual({ least: 5, people: null, here: null, there: null });
    for (const [client, book, not] of [[desk, home, work], [await staff('desk', THERE), work, home]] as const) {
      const shown = JSON.stringify(await client.must('getRow', { path: { register: 'passbooks', row: book.row } }));
      for (const one of [not.row, `"${not.tenant}"`]) expect(shown).not.toContain(one);
    }
    for (let i = 0; i < 5; i++) {
      const [here, there] = [await passbook(HERE, `家${i}`), await passbook(THERE, `岗${i}`)];
      if (i === 0) await serve(there, 100);
      expect((await type(here, there, await make(there, here))).status).toBe(200);
    }
    expect(await desk.must('sumJoined', at)).toEqual({ least: 5, people: 5, here: 0, there: 10 }); // six, in steps
    expect(await (await staff('desk', THERE)).must('sumJoined', at)).toMatchObject({ people: null });
    expect((await desk.call('sumJoined', { path: { register: 'boards' } })).status).toBe(404);
    expect((await visitor().call('sumJoined', at)).status).toBe(401);
    const left = await ask(home, { action: 'part', place: THERE, key: newKey() });
    expect([left.status, left.text.includes('出具合并证明')]).toEqual([200, false]);
    expect(await desk.must('sumJoined', at)).toMatchObject({ people: 5 });
  }, 60_000);
});
