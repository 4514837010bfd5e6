/*
 * What a resident said and photographed is nobody's but the staff's and their own:
 * nothing that anybody may open shows it before somebody approved it, whatever became
 * of the case.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { CLASS, COMMUNITY, act, look, organizationOf, report, staff, visitor, type Opened } from './lib/world';
import { upload } from './photo';

const WORDS = '楼上王阿姨家的空调水滴到我家被子上';
const SPOT = '七单元四百零三门口';
const CONTACT = '13887654321';
const SAID = [WORDS, SPOT, CONTACT, '13887654321', encodeURIComponent(WORDS)];

const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGM40KCAFTEMLQkAisZYAbd3YOQAAAAASUVORK5CYII=',
  'base64',
);

let desk: Client;
let handler: Client;
let opened: Opened;
let photo: string;

/* Everything that is open to anybody and tells of cases, in both languages. */
async function everything(): Promise<[string, string][]> {
  const told: [string, string][] = [];
  for (const lang of ['zh', 'en'] as const) {
    const anybody = visitor('nanshan', lang);
    const ask = async (id: string, call: Parameters<Client['call']>[1] = {}): Promise<void> => {
      told.push([`${id} ${lang}`, (await anybody.call(id, call)).text]);
    };
    for (const state of ['open', 'ended']) await ask('listPublicCases', { query: { state, limit: 100 } });
    await ask('listPublicCases', { query: { area: COMMUNITY, limit: 100 } });
    await ask('listNearby', { query: { lon: '113.93', lat: '22.53', crs: 'cgcs2000' } });
    await ask('getTally');
    for (const id of ['pageHome', 'pageTenant', 'pagePublic', 'pageReport']) await ask(id);
    await ask('pagePublic', { query: { state: 'closed' } });
    await ask('open311Requests', { path: { format: 'json' }, query: { jurisdiction_id: 'nanshan' } });
    await ask('open311Requests', { path: { format: 'xml' }, query: { jurisdiction_id: 'nanshan' } });
    await ask('open311RequestJson', { path: { service_request_id: opened.case } });
  }
  return told;
}

beforeAll(async () => {
  desk = await staff('desk');
  handler = await staff('handler');
  photo = (await upload(DOT)).body.upload as string;
  opened = await report({ topic: 'property', kind: 'complaint', description: WORDS, spot: SPOT, contact: CONTACT, photos: [photo] } as any);
});

describe('what a resident said', () => {
  it('is read by the staff, and by nobody else, while the case is open', async () => {
    expect(JSON.stringify(await look(desk, opened.case))).toContain(WORDS);
    for (const [where, text] of await everything()) {
      expect(text.length).toBeGreaterThan(0);
      for (const said of [...SAID, photo]) expect([where, text.includes(said)]).toEqual([where, false]);
    }
  });

  it('stays so when it was dispatched, answered and shown as done', async () => {
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    for (const [where, text] of await everything()) for (const said of SAID) expect([where, text.includes(said)]).toEqual([where, false]);
  });

  it('has no picture that can be fetched without a session or the tracking code', async () => {
    for (const no of [1, 2]) {
      const answer = await visitor().call('getCasePhoto', { path: { case: opened.case, photo: String(no) } });
      expect(answer.status).toBe(401);
    }
    const follower = await visitor().must('followCase', { path: { case: opened.case } });
    const seen = await visitor().must('getProgress', { path: { tracking: follower.tracking } });
    for (const said of [WORDS, SPOT, CONTACT]) expect(JSON.stringify(seen)).not.toContain(said);
  });
});
