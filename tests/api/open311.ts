/*
 * Open311 GeoReport v2 as programs of others use it: both formats, the filters,
 * the errors of the standard, and nothing in it that the public may not know.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, act, base, clock, report, staff, visitor } from './lib/world';
import { exchange } from './lib/wire';

const stranger = () => visitor('nanshan', 'en');
const LAMP = { api_key: 'demo', service_code: 'lamp', address_id: COMMUNITY, description: 'Dark since Friday, 13800138000' };

const send = (form: Record<string, string>, format = 'json') =>
  stranger().call('open311Report', { path: { format }, form });

const get = (id: string, path: Record<string, string>, query: Record<string, string> = {}) =>
  stranger().call(id, { path, query });

/* The texts of an element, in order. */
const texts = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1]);

describe('Open311', () => {
  it('is discovered in both formats', async () => {
    const json = await get('open311Discovery', { format: 'json' });
    expect(json.body.endpoints[0].url).toBe(`${base()}/open311/v2`);
    const xml = await get('open311Discovery', { format: 'xml' });
    expect(xml.headers['content-type']).toBe('text/xml; charset=utf-8');
    expect(xml.text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<discovery>/);
    expect(texts(xml.text, 'format')).toEqual(['text/xml', 'application/json']);
    expect((await get('open311Discovery', { format: 'yaml' })).status).toBe(400);
  });

  it('lists the services once, and says what each asks', async () => {
    const all = (await get('open311Services', { format: 'json' })).body;
    const codes = all.map((one: any) => one.service_code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(all.find((one: any) => one.service_code === 'lamp')).toMatchObject({ metadata: true, type: 'realtime' });
    const xml = await get('open311Services', { format: 'xml' }, { jurisdiction_id: 'nanshan' });
    expect(texts(xml.text, 'service_code')).toEqual(codes);
    const asked = (await get('open311ServiceJson', { service_code: 'lamp' })).body;
    expect(asked.attributes.map((one: any) => one.code)).not.toContain('description');
    expect((await get('open311ServiceXml', { service_code: 'lamp' })).text).toContain('<service_definition>');
  });

  it('answers what is not there with the error of the standard', async () => {
    for (const [id, path, query] of [
      ['open311Services', { format: 'json' }, { jurisdiction_id: 'atlantis' }],
      ['open311ServiceJson', { service_code: 'ufo' }, {}],
      ['open311RequestJson', { service_request_id: 'nothing' }, {}],
      ['open311TokenJson', { token: 'nothing' }, {}],
    ] as const) {
      const answer = await get(id, path as any, query as any);
      expect([id, answer.status]).toEqual([id, 404]);
      expect(answer.body[0].code).toBe(404);
      expect(answer.body[0].description).not.toBe('');
    }
    for (const id of ['open311ServiceXml', 'open311RequestXml', 'open311TokenXml']) {
      const answer = await get(id, { service_code: 'ufo', service_request_id: 'x', token: 'x' });
      expect([id, answer.status, texts(answer.text, 'code')]).toEqual([id, 404, ['404']]);
    }
    const lost = await exchange(base(), { method: 'GET', path: '/open311/v2/nothing.xml', headers: {} });
    expect([lost.status, texts(lost.text, 'code')]).toEqual([404, ['404']]);
  });

  it('takes a report, in both formats, and shows what became of it', async () => {
    const sent = await send(LAMP);
    expect(sent.status).toBe(200);
    const id = sent.body[0].service_request_id as string;
    const found = (await get('open311RequestJson', { service_request_id: id })).body[0];
    expect(found).toMatchObject({ status: 'open', service_code: 'lamp', address_id: COMMUNITY, description: null });
    const xml = await send({ ...LAMP, description: 'Also dark <b>&' }, 'xml');
    const second = texts(xml.text, 'service_request_id')[0]!;
    expect((await get('open311RequestXml', { service_request_id: second })).text).toContain('<description/>');
    const tracking = /progress\/(\w{26})/.exec(sent.body[0].service_notice)![1]!;
    expect((await get('open311TokenJson', { token: tracking })).body).toEqual([{ service_request_id: id, token: tracking }]);
    expect(texts((await get('open311TokenXml', { token: tracking })).text, 'token')).toEqual([tracking]);
    const desk = await staff('desk');
    expect(await desk.must('getCase', { path: { case: id } })).toMatchObject({ via: 'open311' });
  });

  it('finds the community by its name where no code is given', async () => {
    const { address_id: _, ...rest } = LAMP;
    const sent = await send({ ...rest, address_string: '南头街道马家龙社区3栋' });
    expect(sent.status).toBe(200);
    const found = (await get('open311RequestJson', { service_request_id: sent.body[0].service_request_id })).body[0];
    expect(found.address_id).toBe(COMMUNITY);
  });

  it('finds the place by its point, and tells about where it was', async () => {
    const { address_id: _, ...rest } = LAMP;
    const area = await visitor().must('getArea', { path: { area: COMMUNITY } });
    const { lon, lat } = area.position;
    const sent = await send({ ...rest, lat: String(lat), long: String(lon) });
    expect([sent.status, sent.text]).toEqual([200, sent.text]);
    const found = (await get('open311RequestJson', { service_request_id: sent.body[0].service_request_id })).body[0];
    expect(found.address_id.startsWith(COMMUNITY)).toBe(true);
    expect((await send({ ...rest, lat: '0', long: '0' })).status).toBe(400);
    expect((await send({ ...rest, lat: String(lat), long: String(lon), jurisdiction_id: 'yakeshi' })).status).toBe(400);
  });

  it('refuses what is wrong, and keeps nothing', async () => {
    const before = (await get('open311Requests', { format: 'json' })).body.length;
    const { api_key: _k, ...keyless } = LAMP;
    const { address_id: _a, ...nowhere } = LAMP;
    const { service_code: _s, ...nothing } = LAMP;
    const { description: _d, ...wordless } = LAMP;
    for (const [form, status] of [
      [keyless, 403],
      [{ ...LAMP, api_key: 'wrong' }, 403],
      [nowhere, 400],
      [nothing, 400],
      [wordless, 400],
      [{ ...LAMP, service_code: 'ufo' }, 404],
      [{ ...LAMP, jurisdiction_id: 'atlantis' }, 404],
      [{ ...LAMP, jurisdiction_id: 'yakeshi' }, 400],
      [{ ...LAMP, lat: 'north', long: '1' }, 400],
      [{ ...LAMP, 'attribute[ufo]': 'yes' }, 400],
      [{ ...LAMP, phone: 'none of yours' }, 400],
    ] as const) {
      const answer = await send(form);
      expect([form, answer.status, answer.body[0].code]).toEqual([form, status, status]);
    }
    expect((await get('open311Requests', { format: 'json' })).body.length).toBe(before);
  });

  it('lists by identifier, service, status and date', async () => {
    const { case: open } = await report();
    const { case: declined } = await report({ topic: 'noise', description: '凌晨三点的音响' });
    await act(await staff('desk'), declined, 'decline', { reason: '重复' });
    await clock().sync();
    const ids = async (query: Record<string, string>) =>
      (await get('open311Requests', { format: 'json' }, query)).body.map((one: any) => one.service_request_id);
    expect((await ids({ service_request_id: `${open},${declined},nonsense` })).sort()).toEqual([open, declined].sort());
    expect(await ids({ status: 'open' })).toContain(open);
    expect(await ids({ status: 'open' })).not.toContain(declined);
    expect(await ids({ status: 'closed', service_code: 'noise' })).toContain(declined);
    expect(await ids({ status: 'closed,open', service_code: 'lamp,road' })).not.toContain(declined);
    expect(await ids({ start_date: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await ids({ end_date: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await ids({ jurisdiction_id: 'yakeshi' })).not.toContain(open);
    expect(await ids({ jurisdiction_id: '', service_code: '', page_size: '3' })).toContain(open);
    for (const query of [{ status: 'lost' }, { start_date: 'yesterday' }, { start_date: '2020-01-01T00:00:00Z', end_date: '2026-01-01T00:00:00Z' }]) {
      expect((await get('open311Requests', { format: 'json' }, query as any)).status).toBe(400);
    }
    const xml = await get('open311Requests', { format: 'xml' }, { service_request_id: open });
    expect(texts(xml.text, 'service_request_id')).toEqual([open]);
  });

  it('can be called from pages of other sites, which see no session', async () => {
    const desk = await staff('desk');
    const body = new URLSearchParams(LAMP).toString();
    const sent = await exchange(base(), {
      method: 'POST',
      path: '/open311/v2/requests.json',
      headers: { Origin: 'https://elsewhere.example', Cookie: desk.cookie!, 'Content-Type': 'application/x-www-form-urlencoded' },
      body,
    });
    expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([200, '*']);
    const closed = await exchange(base(), { method: 'GET', path: '/api/v1/tenants', headers: {} });
    expect(closed.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('shows no words and no telephone of a report', async () => {
    const all = await get('open311Requests', { format: 'json' });
    expect(all.text).not.toMatch(/Dark since|13800138000|路灯已经三天/);
  });
});
