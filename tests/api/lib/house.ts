/*
 * A server of one's own: fresh demonstration data in a temporary folder, a free
 * port, a held clock.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Clock } from './clock';
import { openGateway, type Gateway } from './gateway';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = resolve(root, process.env.LINLI ?? process.env.LINLI_BIN ?? 'build/linli');

export interface House {
  base: string;
  data: string; /* its folder */
  clock: Clock;
  gateway: Gateway;
  /* Takes playbooks of the repository into use, beside the server. */
  adopt(...files: string[]): Promise<void>;
  /* What it wrote until now. */
  log(): string;
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

/* A schema of one's own in the PostgreSQL of a URL: where it is, and its end. */
async function place(url: string): Promise<{ store: string; drop: () => Promise<unknown> }> {
  const schema = `linli_api_${process.pid}_${Date.now()}`;
  const run = (sql: string) => promisify(execFile)('psql', ['-q', '-X', '-c', sql, url]);
  await run(`create schema ${schema}`);
  return {
    store: `${url}${url.includes('?') ? '&' : '?'}options=-csearch_path%3D${schema}`,
    drop: () => run(`set client_min_messages to error; drop schema ${schema} cascade`),
  };
}

/* Serves what lies in `data`; `end` cleans up behind it, and unless it does not clean, nothing is left. */
async function serve(now: string, data: string, where: string[], end: () => Promise<unknown>, cleans = true): Promise<House> {
  const gateway = await openGateway(data);
  const child = spawn(program, ['serve', ...where, '--port', '0', '--hold-clock', '3', ...gateway.options], {
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
    data,
    clock,
    gateway,
    async adopt(...files: string[]) {
      await promisify(execFile)(program, ['adopt', ...where, ...files], { cwd: root });
    },
    log: () => written.join(''),
    async stop() {
      child.kill('SIGTERM');
      const code = await ended(child);
      await gateway.close();
      if (cleans) await rm(data, { recursive: true, force: true });
      await end();
      if (code !== 0) throw new Error(`linli serve ended with ${code}\n${written.join('')}`);
    },
  };
}

async function found(now: string, where: string[]): Promise<void> {
  if (process.env.LINLI_TEST_SPREAD !== undefined && where.includes('--store')) {
    await promisify(execFile)(program, ['migrate', ...where, '--distribute'], { cwd: root });
  }
  await promisify(execFile)(program, ['seed', ...where, '--at', now], { cwd: root });
  await promisify(execFile)(program, ['adopt', ...where, '--at', now, 'tests/lib/neighbour.yaml', 'tests/lib/survey.yaml', 'tests/lib/halls.yaml'], { cwd: root });
}

/* Founded and started as of `now`; in SQLite, or in the PostgreSQL of a URL. */
export async function startHouse(now: string, postgres?: string): Promise<House> {
  const data = await mkdtemp(join(tmpdir(), 'linli-test-'));
  const placed = postgres === undefined ? undefined : await place(postgres);
  const where = ['--data', data, ...(placed === undefined ? [] : ['--store', placed.store])];
  await found(now, where);
  return serve(now, data, where, async () => placed?.drop());
}

/* The same house twice, keys and all; until `since` both lived the same, which is `before`. */
export async function startTwins(now: string, before?: (house: House) => Promise<void>, since = now): Promise<[House, House]> {
  const one = await mkdtemp(join(tmpdir(), 'linli-test-'));
  const other = await mkdtemp(join(tmpdir(), 'linli-test-'));
  const nothing = async () => undefined;
  await found(now, ['--data', one]);
  if (before !== undefined) {
    const house = await serve(now, one, ['--data', one], nothing, false);
    await before(house);
    await house.stop();
  }
  await cp(one, other, { recursive: true });
  return [await serve(since, one, ['--data', one], nothing), await serve(since, other, ['--data', other], nothing)];
}
