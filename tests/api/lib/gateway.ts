/*
 * What stands where an office has its gateway for short messages: it keeps what it is sent, checks
 * who sent it, and answers as a test wants.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Sent {
  id: string;
  signed: boolean;
  body: any;
}

export interface Gateway {
  options: string[];
  /* What came since it was last asked. */
  take(): Sent[];
  /* How it answers from now on. */
  answer(status: number): void;
  close(): Promise<unknown>;
}

export async function openGateway(folder: string): Promise<Gateway> {
  const secret = randomBytes(32);
  const file = join(folder, 'messages.secret');
  let sent: Sent[] = [];
  let status = 202;
  await writeFile(file, `whsec_${secret.toString('base64')}\n`, { mode: 0o600 });
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString();
      const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': said } = request.headers;
      const mac = createHmac('sha256', secret).update(`${String(id)}.${String(at)}.${text}`).digest('base64');
      sent.push({ id: String(id), signed: said === `v1,${mac}`, body: JSON.parse(text) });
      response.writeHead(status, status >= 300 && status < 400 ? { Location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    options: ['--messages', `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`, '--messages-secret', file],
    take() {
      const all = sent;
      sent = [];
      return all;
    },
    answer(next: number) {
      status = next;
    },
    close: () => new Promise((done) => server.close(done)),
  };
}
