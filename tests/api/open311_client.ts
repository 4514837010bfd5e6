/*
 * Open311 by somebody else's program: `open311` of npm, as it is published, fetched
 * by tools/clients.mjs.  It asks in JSON here; the parser of XML it names cannot be
 * had any more, so XML is left to our own tests.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMUNITY, act, base, look, staff } from './lib/world';

interface Theirs {
  endpoint?: string;
  format: string;
  [method: string]: unknown;
}
const clients = fileURLToPath(new URL('../../web/node_modules/.clients/', import.meta.url));
const fetched = existsSync(clients);

let client: Theirs;

/* One of its methods, with the callback as a promise; what it calls an error is thrown. */
function ask(method: string, ...words: unknown[]): Promise<any> {
  return new Promise((resolve, reject) => {
    (client[method] as (...all: unknown[]) => void).call(client, ...words, (error: unknown, data: unknown) =>
      error ? reject(new Error(`${String(error)} ${String(data)}`)) : resolve(data),
    );
  });
}

beforeAll(() => {
  if (!fetched) return;
  const Open311 = createRequire(clients)('open311') as new (options: object) => Theirs;
  client = new Open311({ discovery: `${base()}/open311/v2/discovery.json`, apiKey: 'demo', jurisdiction: 'nanshan' });
});

describe.skipIf(!fetched)('another program that speaks Open311', () => {
  it('finds the endpoint by discovery', async () => {
    await ask('serviceDiscovery', { cache: true });
    expect(client.endpoint).toBe(`${base()}/open311/v2/`);
    expect(client.format).toBe('json');
  });

  it('lists services, and what each asks', async () => {
    const services = await ask('serviceList');
    expect(services.map((one: any) => one.service_code)).toContain('lamp');
    const { service_code, attributes } = await ask('serviceDefinition', 'lamp');
    expect(service_code).toBe('lamp');
    expect(attributes.find((one: any) => one.code === 'kind').values).toContainEqual({ key: 'help', name: '求助' });
    await expect(ask('serviceDefinition', 'ufo')).rejects.toThrow('404');
  });

  it('reports, follows by number, filter and token, and sees it closed', async () => {
    const [sent] = await ask('submitRequest', {
      service_code: 'lamp',
      address_id: COMMUNITY,
      description: '路灯不亮 & "三天"了',
      phone: '13800138000',
      attributes: { kind: 'help', spot: '3栋楼下' },
    });
    const id = sent.service_request_id as string;
    const desk = await staff('desk');
    const kept = JSON.stringify((await look(desk, id)).fields);
    for (const words of ['路灯不亮 & \\"三天\\"了', '3栋楼下', '求助', '138****8000']) expect(kept).toContain(words);

    const [found] = await ask('serviceRequest', id);
    expect(found).toMatchObject({ service_request_id: id, status: 'open', address: '南头街道马家龙社区', address_id: COMMUNITY });
    expect(found.requested_datetime.getTime()).toBeLessThanOrEqual(found.expected_datetime.getTime());
    const numbers = (list: any[]) => list.map((one) => one.service_request_id);
    const since = new Date(found.requested_datetime.getTime() - 1000).toISOString();
    expect(numbers(await ask('serviceRequests', [id, id.toLowerCase()]))).toContain(id);
    expect(numbers(await ask('serviceRequests', { service_code: 'lamp', status: 'open', start_date: since }))).toContain(id);
    expect(numbers(await ask('serviceRequests', { service_code: 'road', start_date: since }))).not.toContain(id);
    const token = /progress\/(\w{26})/.exec(sent.service_notice)![1]!;
    expect(await ask('token', token)).toEqual([{ service_request_id: id, token }]);

    await act(desk, id, 'decline', { reason: '已有同一事项' });
    expect((await ask('serviceRequest', id))[0].status).toBe('closed');
    expect(numbers(await ask('serviceRequests', { status: 'open', start_date: since }))).not.toContain(id);
  });

  it('is told why it is refused', async () => {
    await expect(ask('submitRequest', { service_code: 'ufo', address_id: COMMUNITY, description: 'x' })).rejects.toThrow('404');
    const key = client.apiKey;
    client.apiKey = 'wrong';
    await expect(ask('submitRequest', { service_code: 'lamp', address_id: COMMUNITY, description: 'x' })).rejects.toThrow('403');
    client.apiKey = key;
  });
});
