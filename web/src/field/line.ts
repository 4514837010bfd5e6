/*
 * The line to the server, and what stands in for it where there is none.  An answer
 * that was read is kept; without network, or when the network is slower than a person
 * waits, the kept one is given.  A photo that is to be sent ahead is put by, and named
 * so that the outbox finds it.
 */
import { ref } from 'vue';
import type { Transport } from '../kit/transport';
import { newKey } from '../kit/key';
import { LOCAL } from './outbox';
import { classesIn, type Class } from './propose';
import { keep, kept, keptUnder, putFile, type Kept } from './store';

const PATIENCE = 4_000; /* ms after which a kept answer is taken instead */
const LONGEST = 20_000; /* ms after which a question is given up */

/* Whether the server could not be reached when last asked. */
export const isAway = ref(typeof navigator !== 'undefined' && !navigator.onLine);
/* The age of the oldest answer on this page that was not fresh; 0: all were. */
export const oldest = ref(0);

let isKeeping = false;
let onEnded: () => void = () => undefined;

/* From sign-in to sign-out: what is read is kept, and an ended session is told. */
export function keepAnswers(on: boolean, ended: () => void = () => undefined): void {
  isKeeping = on;
  onEnded = ended;
}

const isOurs = (url: URL) => /^\/api\/v1\/[^/]+\//.test(url.pathname);
const isKept = (url: URL) => isKeeping && isOurs(url) && !url.searchParams.has('q') && !url.pathname.endsWith('/stream') && !url.pathname.endsWith('/me');

function answer(one: Kept): Response {
  oldest.value = oldest.value === 0 ? one.at : Math.min(oldest.value, one.at);
  return new Response(one.body, { status: 200, headers: { 'Content-Type': one.type } });
}

async function ask(request: Request): Promise<Response> {
  const limit = AbortSignal.timeout(LONGEST);
  try {
    const reply = await fetch(request, { signal: limit });
    isAway.value = false;
    if (reply.status === 401 && isKeeping && isOurs(new URL(request.url))) onEnded();
    return reply;
  } catch (error) {
    isAway.value = true;
    throw error;
  }
}

async function fresh(request: Request): Promise<Response> {
  const reply = await ask(request);
  if (reply.ok && isKept(new URL(request.url))) {
    const body = await reply.clone().blob();
    await keep({ url: request.url, at: Date.now(), type: reply.headers.get('Content-Type') ?? '', body });
  }
  return reply;
}

interface Named {
  code: string;
  name: string | { zh: string; en: string };
  aliases?: string[];
}

/* Lists that are searched by words: the whole list was kept, and is searched here. */
async function searched(url: URL): Promise<Response | undefined> {
  const words = (url.searchParams.get('q') ?? '').toLowerCase();
  const list = url.pathname.replace(/^.*\//, '');
  if (words === '' || (list !== 'classes' && list !== 'areas')) return undefined;
  const wanted = url.searchParams.get('scheme') === null ? ['?kind=street', '?kind=community', ''] : [`?scheme=${url.searchParams.get('scheme')}`];
  const items: Named[] = [];
  for (const query of wanted) {
    const one = await kept(`${url.origin}${url.pathname}${query}`);
    if (one !== undefined) items.push(...(JSON.parse(await one.body.text()) as { items: Named[] }).items);
  }
  const found = items.filter((one) => JSON.stringify([one.code, one.name]).toLowerCase().includes(words));
  return Response.json({ items: found.slice(0, 60) });
}

async function read(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const here = isKept(url) ? await kept(request.url) : undefined;
  const asked = fresh(request);
  if (here === undefined) {
    return asked.catch(async (error: unknown) => {
      const found = isKeeping && isOurs(url) ? await searched(url) : undefined;
      if (found === undefined) throw error;
      return found;
    });
  }
  const slow = new Promise<undefined>((done) => setTimeout(() => done(undefined), PATIENCE));
  const first = await Promise.race([asked.catch(() => undefined), slow]);
  return first ?? answer(here);
}

async function putBy(request: Request): Promise<Response> {
  const form = await request.formData();
  const [what, file] = [...form.entries()].find((entry): entry is [string, File] => typeof entry[1] !== 'string') ?? ['photo', new Blob()];
  const upload = `${LOCAL}${what}-${newKey()}`;
  await putFile(upload, file);
  return Response.json({ upload, width: 1, height: 1, kind: 'photo' }, { status: 201 });
}

/* What words propose: the server's word, else from the lists that lie here. */
async function propose(request: Request): Promise<Response> {
  const copy = request.clone();
  const slow = new Promise<undefined>((done) => setTimeout(() => done(undefined), PATIENCE));
  const first = await Promise.race([ask(request).catch(() => undefined), slow]);
  if (first !== undefined || !isKeeping) return first ?? Response.error();
  const { text } = (await copy.json()) as { text: string };
  const lists = await keptUnder(request.url.replace(/proposals$/, 'classes?scheme='));
  const classes = await Promise.all(lists.map(async (one) => (JSON.parse(await one.body.text()) as { items: Class[] }).items));
  return Response.json({ areas: [], classes: classesIn(text, classes.flat()) });
}

export const line: Transport = (request) => {
  const { pathname } = new URL(request.url);
  if (request.method === 'GET') return read(request);
  if (request.method === 'POST' && /\/uploads(\/documents)?$/.test(pathname)) return putBy(request);
  if (request.method === 'POST' && pathname.endsWith('/proposals')) return propose(request);
  return ask(request);
};
