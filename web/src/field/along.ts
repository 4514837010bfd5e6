/*
 * What is taken along: today's matters, their cases with small photos, the forms of
 * their playbooks, one's areas with what is open in them, and the lists forms choose
 * from.  Reading it is keeping it (line.ts); only what the server shows this person.
 */
import { ref } from 'vue';
import { ask, client, Refusal, type Area, type CaseRow, type Me } from '../desk/api';
import { areas, chain, inside, organizations, playbook, programmes, shapes } from '../desk/catalogue';
import { through } from '../kit/transport';
import { HELD_MS } from './session';
import { dropOlder, writeSelf } from './store';

const MOST = 100; /* matters of a list */
const SIDE_BY_SIDE = 4; /* questions at once */
const FORMS = ['service-request', 'feedback', 'neighbour-help', 'inspection']; /* of what is reported outdoors */
const SCHEMES = ['event', 'part', 'own'];

export const isTaking = ref(false);
/* When everything was there last. */
export const takenAt = ref(Number(localStorage.getItem('linli.field.taken') ?? 0));

export function myRows(tenant: string): Promise<CaseRow[]> {
  return ask(client.GET('/api/v1/{tenant}/cases', { params: { path: { tenant }, query: { view: 'mine', limit: MOST } } })).then((one) => one.items);
}

export function openIn(tenant: string, area: string): Promise<CaseRow[]> {
  return ask(client.GET('/api/v1/{tenant}/cases', { params: { path: { tenant }, query: { view: 'all', state: 'open', area, limit: MOST } } })).then((one) => one.items);
}

/* The areas of one's posts, each once. */
export function myAreas(me: Me): Area[] {
  return [...new Map(me.posts.map((one) => [one.area.code, one.area])).values()];
}

export async function photo(tenant: string, id: string, number: number): Promise<Blob> {
  const reply = await through(new Request(`${location.origin}/api/v1/${tenant}/cases/${id}/photos/${number}?size=thumb`));
  if (!reply.ok) throw new Refusal(reply.status, undefined);
  return reply.blob();
}

async function all(jobs: (() => Promise<unknown>)[]): Promise<void> {
  const left = [...jobs];
  const one = async (): Promise<void> => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) {
      await job().catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        if (error.status === 0) throw error; /* the network is gone: the rest too */
      });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, one));
}

async function takeCase(tenant: string, id: string): Promise<void> {
  const found = await ask(client.GET('/api/v1/{tenant}/cases/{case}', { params: { path: { tenant, case: id } } }));
  await playbook(tenant, found.playbook);
  for (const one of found.photos) await photo(tenant, id, one.photo);
}

async function takeArea(tenant: string, area: Area): Promise<void> {
  await openIn(tenant, area.code);
  const community = (await chain(tenant, area.code)).find((one) => one.kind === 'community');
  if (community === undefined) return;
  await shapes(tenant, 'grid', community.code);
  await inside(tenant, community.code);
}

export async function takeAlong(me: Me): Promise<void> {
  const { tenant } = me;
  if (isTaking.value) return;
  isTaking.value = true;
  try {
    const rows = await myRows(tenant);
    const offered = await programmes(tenant);
    await all([
      ...[...new Set(rows.map((one) => one.case))].map((id) => () => takeCase(tenant, id)),
      ...myAreas(me).map((area) => () => takeArea(tenant, area)),
      ...offered.filter((one) => FORMS.includes(one.playbook)).map((one) => () => playbook(tenant, one.playbook)),
      () => organizations(tenant),
      () => areas(tenant),
      () => shapes(tenant, 'community'),
      ...SCHEMES.map((scheme) => () => ask(client.GET('/api/v1/{tenant}/classes', { params: { path: { tenant }, query: { scheme } } }))),
    ]);
    takenAt.value = Date.now();
    localStorage.setItem('linli.field.taken', String(takenAt.value));
    await writeSelf({ me, at: takenAt.value });
    await dropOlder(Date.now() - HELD_MS);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; /* what was kept before stays */
  } finally {
    isTaking.value = false;
  }
}
