/*
 * One HTTP request over the wire exactly as given: no redirects followed, no
 * header added but those HTTP itself needs.
 */
import { request } from 'node:http';

export interface Sent {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Reply {
  status: number;
  headers: Record<string, string | undefined>;
  cookies: string[];
  text: string;
  size: number; // bytes of the body as they came
  bytes: Buffer;
}

export function exchange(base: string, sent: Sent): Promise<Reply> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        method: sent.method,
        path: sent.path,
        headers: {
          ...sent.headers,
          ...(sent.body === undefined ? {} : { 'Content-Length': Buffer.byteLength(sent.body) }),
        },
      },
      (incoming) => {
        const pieces: Buffer[] = [];
        const endless = (incoming.headers['content-type'] ?? '').startsWith('text/event-stream');
        incoming.on('error', reject);
        const whole = () => {
          const headers = Object.fromEntries(
            Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
          );
          const body = Buffer.concat(pieces);
          resolve({
            status: incoming.statusCode ?? 0,
            headers,
            cookies: incoming.headers['set-cookie'] ?? [],
            text: body.toString('utf8'),
            size: body.length,
            bytes: body,
          });
        };
        incoming.on('data', (piece: Buffer) => {
          pieces.push(piece);
          if (endless) {
            whole();
            incoming.destroy(); // a stream is over when its first event is there
          }
        });
        incoming.on('end', whole);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(sent.body);
  });
}
