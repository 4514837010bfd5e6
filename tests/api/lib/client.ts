/*
 * Calls by operationId.  Every reply is judged by the contract here, in one
 * place, and remembered, so that a test can say which operations nobody tried.
 */
import { randomUUID } from 'node:crypto';
import { contract, judge } from './contract';
import { exchange, type Reply } from './wire';

export interface Call {
  path?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  json?: unknown;
  form?: Record<string, string>;
  body?: Buffer; // as it is, with its Content-Type among the headers
  key?: string | null;
}

export interface Answer extends Reply {
  body: any;
}

/* operationId -> how it was answered. */
export const tried = new Map<string, { passed: number; refused: number }>();

function remember(id: string, status: number): void {
  const row = tried.get(id) ?? { passed: 0, refused: 0 };
  if (status < 400) row.passed++;
  else row.refused++;
  tried.set(id, row);
}

function target(id: string, call: Call): string {
  const operation = contract.get(id);
  if (operation === undefined) throw new Error(`the contract has no ${id}`);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(call.path?.[name] ?? ''),
  );
  const query = new URLSearchParams(
    Object.entries(call.query ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();
  return query === '' ? path : `${path}?${query}`;
}

export class Client {
  cookie: string | undefined;

  constructor(
    readonly base: string,
    readonly tenant: string,
    public lang: 'zh' | 'en' = 'zh',
  ) {}

  async call(id: string, call: Call = {}): Promise<Answer> {
    const operation = contract.get(id)!;
    const path = target(id, { ...call, path: { tenant: this.tenant, ...call.path } });
    const keyed = operation.parameters.some((one) => one.name === 'Idempotency-Key') && call.key !== null;
    const headers: Record<string, string> = {
      Accept: '*/*',
      'Accept-Language': this.lang,
      ...(this.cookie === undefined ? {} : { Cookie: this.cookie }),
      ...(operation.method === 'GET' ? {} : { Origin: this.base }),
      ...(keyed ? { 'Idempotency-Key': call.key ?? randomUUID() } : {}),
      ...(call.json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(call.form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...call.headers,
    };
    const body =
      call.json !== undefined
        ? JSON.stringify(call.json)
        : call.form !== undefined
          ? new URLSearchParams(call.form).toString()
          : call.body;
    const reply = await exchange(this.base, { method: operation.method, path, headers, ...(body === undefined ? {} : { body }) });
    const faults = judge(operation, reply);
    if (faults.length > 0) throw new Error(faults.join('\n'));
    remember(id, reply.status);
    const isJson = /json/.test(reply.headers['content-type'] ?? '');
    return { ...reply, body: isJson ? JSON.parse(reply.text) : undefined };
  }

  /* The same, and anything but success is an error. */
  async must(id: string, call: Call = {}): Promise<any> {
    const answer = await this.call(id, call);
    if (answer.status >= 300) throw new Error(`${id}: ${answer.status} ${answer.text.slice(0, 600)}`);
    return answer.body;
  }

  async signIn(login: string, password = 'linli-demo'): Promise<this> {
    const answer = await this.call('signIn', { json: { login, password } });
    if (answer.status !== 201) throw new Error(`signIn ${login}: ${answer.status} ${answer.text}`);
    this.cookie = answer.cookies.map((one) => one.split(';')[0]).join('; ');
    return this;
  }
}
