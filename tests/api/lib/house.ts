/*
 * A server of one's own: fresh demonstration data in a temporary folder, a free
 * port, a held clock.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Clock } from './clock';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = resolve(root, process.env.LINLI ?? process.env.LINLI_BIN ?? 'build/linli');

export interface House {
  base: string;
  clock: Clock;
  stop(): Promise<void>;
}

/* The line that says where it listens; everything it wrote when it ends before. */
function listening(child: ChildProcess, written: string[]): Promise<string> {
  return new Promise((resolvePromise, reject) => {
    createInterface({ input: child.stdout as Readable }).on('line', (line) => {
      const found = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line);
      if (found) resolvePromise(found[1]!);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      reject(new Error(`linli serve ended with ${code}\n${written.join('')}`));
    });
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolvePromise) => child.on('exit', resolvePromise));
}

/* Starts at an instant of office hours, so that working clocks run. */
export async function startHouse(now: string): Promise<House> {
  const data = await mkdtemp(join(tmpdir(), 'linli-test-'));
  await promisify(execFile)(program, ['seed', '--data', data, '--at', now], { cwd: root });
  const child = spawn(program, ['serve', '--data', data, '--port', '0', '--hold-clock', '3'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const written: string[] = [];
  child.stderr?.on('data', (text: Buffer) => written.push(text.toString()));
  const base = await listening(child, written);
  const clock = new Clock(child.stdio[3] as Duplex);
  await clock.set(now);
  return {
    base,
    clock,
    async stop() {
      child.kill('SIGTERM');
      const code = await ended(child);
      await rm(data, { recursive: true, force: true });
      if (code !== 0) throw new Error(`linli serve ended with ${code}\n${written.join('')}`);
    },
  };
}
