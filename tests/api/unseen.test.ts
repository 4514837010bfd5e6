/*
 * The same day twice, once with a report of wrongdoing that only its staff may know
 * of: nobody else is told a byte that differs.  Only what is sealed (cursors, the
 * stream's ids) may look different; it says nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './lib/client';
import { startTwins, type House } from './lib/house';
import { COMMUNITY, LAMP, START } from './lib/world';

const SPOT = { lon: 113.93, lat: 22.53, crs: 'gcj02', how: 'pin' };
let houses: [House, House];

beforeAll(async () => {
  houses = await startTwins(START);
});
afterAll(() => Promise.all(houses.map((house) => house.stop())));

/* The day's seconds, one after the other. */
function ticking(house: House): () => Promise<unknown> {
  let at = Date.parse(START);
  return () => house.clock.set(new Date((at += 1000)).toISOString());
}

/* Cursors, the random key of a page's form and the port are as they happen to be. */
const shownOf = (house: House, text: string): string =>
  text
    .replace(/\b[0-9A-HJKMNP-TV-Z]{77}\b/g, 'SEALED')
    .replace(/(name=\\?"key\\?" value=\\?")[0-9a-f-]{36}/g, '$1KEY')
    .replaceAll(house.base, 'http://here');

/* Listens until the stream says what it was waited for. */
async function listen(house: House): Promise<(until: string) => Promise<string>> {
  const end = new AbortController();
  const reply = await fetch(`${house.base}/api/v1/nanshan/stream`, { signal: end.signal });
  const reader = reply.body!.getReader();
  let text = '';
  return async (until) => {
    while (!text.includes(until)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended: ${text}`);
      text += Buffer.from(value).toString();
    }
    end.abort();
    return text;
  };
}

/* Everything somebody without an account, and a handler elsewhere, is told on that day, in order. */
async function day(house: House, secret: boolean): Promise<string[]> {
  const tick = ticking(house);
  const anyone = new Client(house.base, 'nanshan');
  const desk = await new Client(house.base, 'nanshan').signIn('desk');
  const handler = await new Client(house.base, 'nanshan').signIn('handler');
  const told: string[] = [];
  let keys = 0;
  const ask = async (id: string, call: Parameters<Client['call']>[1] = {}, who: Client = anyone): Promise<any> => {
    const answer = await who.call(id, { ...call, key: `00000000-0000-4000-8000-${String(++keys).padStart(12, '0')}` });
    const headers = Object.entries(answer.headers).filter(([name]) => name !== 'date' && name !== 'x-request-id');
    told.push(shownOf(house, `${id} ${answer.status} ${JSON.stringify(headers)} ${answer.text}`));
    return answer.body;
  };
  const open = (fields: Record<string, unknown>) => ({ json: { playbook: 'service-request', area: COMMUNITY, fields } });
  const hidden = new Client(house.base, 'nanshan');
  const act = (id: string, action: string, fields: Record<string, unknown>) =>
    desk.must('actOnCase', { path: { case: id, action }, json: { fields } });

  const heard = await listen(house);
  const first = await ask('openCase', open({ ...LAMP, place: SPOT, contact: '13800138000' }));
  await tick();
  let report: { case: string; cursor: string } | undefined;
  if (secret) {
    report = await hidden.must('openCase', open({ topic: 'wages', kind: 'report', description: '欠薪三个月', place: SPOT, contact: '13900139000' }));
    await act(report!.case, 'note', { note: '先核实' });
  }
  await tick();
  /* in the very second of the next public report */
  if (report) await act(report.case, 'note', { note: '已联系' });
  const second = await ask('openCase', open({ topic: 'noise', description: '半夜施工', place: SPOT }));
  await ask('followCase', { path: { case: first.case } });
  await ask('actOnProgress', { path: { tracking: second.tracking, action: 'add' }, json: { fields: { more: '今晚又来了' } } });
  await tick();
  const declined = await act(second.case, 'decline', { reason: '重复反映' });
  if (report) await act(report.case, 'decline', { reason: '查无此事' });
  await tick();
  const third = await ask('openCase', open(LAMP));
  await ask('getTally', { query: { after: third.cursor } });
  await ask('getTally');
  await ask('listPublicCases', { query: { limit: 2 } });
  await ask('listPublicCases', { query: { limit: 100, state: 'open' } });
  await ask('listNearby', { query: { lon: SPOT.lon, lat: SPOT.lat, crs: SPOT.crs } });
  await ask('listNearby', { query: { lon: SPOT.lon, lat: SPOT.lat, crs: SPOT.crs, topic: 'wages' } });
  for (const tracking of [first.tracking, second.tracking]) {
    await ask('getProgress', { path: { tracking } });
    await ask('pageProgress', { path: { tracking } });
  }
  await ask('pageTenant');
  await ask('pagePublic');
  await ask('open311Requests', { query: { jurisdiction_id: 'nanshan' } });
  await ask('getCasePhoto', { path: { case: first.case, photo: '1' } });
  await ask('listCases', { query: { view: 'all', after: third.cursor } }, handler);
  await ask('listCases', { query: { q: '欠薪' } }, handler);
  await ask('getCase', { path: { case: second.case } }, handler);
  await ask('readyz');
  expect(declined.cursor).toHaveLength(77);
  told.push(shownOf(house, await heard(third.case)));
  return told;
}

describe('a report that only its staff may know of', () => {
  it('changes not a byte of what anybody else is told', async () => {
    const without = await day(houses[0], false);
    const beside = await day(houses[1], true);
    expect(without.length).toBeGreaterThan(20);
    expect(beside).toEqual(without);
  });
});
