/*
 * Lists that hardly change while somebody works: organizations, areas, playbooks.
 * Asked for once a page; a failed question is asked again next time.
 */
import { ask, client, type Area, type Organization, type Playbook, type Programme } from './api';
import type { Shapes } from './map/shape';

const kept = new Map<string, Promise<unknown>>();

function once<T>(name: string, fetch: () => Promise<T>): Promise<T> {
  const found = kept.get(name) as Promise<T> | undefined;
  if (found !== undefined) return found;
  const made = fetch();
  kept.set(name, made);
  made.catch(() => kept.delete(name));
  return made;
}

export function forget(): void {
  kept.clear();
}

export function organizations(tenant: string): Promise<Organization[]> {
  return once(`organizations ${tenant}`, async () => {
    const list = await ask(client.GET('/api/v1/{tenant}/organizations', { params: { path: { tenant } } }));
    return list.items;
  });
}

async function listAreas(tenant: string, query: { kind?: 'street' | 'community'; parent?: string; q?: string }): Promise<Area[]> {
  const list = await ask(client.GET('/api/v1/{tenant}/areas', { params: { path: { tenant }, query } }));
  return list.items;
}

/* Streets and communities: few enough to be looked through here. */
export function areas(tenant: string): Promise<Area[]> {
  return once(`areas ${tenant}`, async () => {
    const lists = await Promise.all([listAreas(tenant, { kind: 'street' }), listAreas(tenant, { kind: 'community' })]);
    return lists.flat();
  });
}

/* By a part of a name, another name or a code, wherever it lies. */
export function findAreas(tenant: string, q: string): Promise<Area[]> {
  return listAreas(tenant, { q });
}

/* What lies in a community: grids, compounds, lanes, buildings. */
export function inside(tenant: string, parent: string): Promise<Area[]> {
  return once(`inside ${tenant} ${parent}`, async () => {
    const list = await listAreas(tenant, { parent });
    return list.filter((one) => one.code !== parent);
  });
}

export function playbook(tenant: string, name: string): Promise<Playbook> {
  return once(`playbook ${tenant} ${name}`, () =>
    ask(client.GET('/api/v1/{tenant}/playbooks/{playbook}', { params: { path: { tenant, playbook: name } } })),
  );
}

/* What one may open a matter of. */
export function programmes(tenant: string): Promise<Programme[]> {
  return once(`programmes ${tenant}`, async () => {
    const list = await ask(client.GET('/api/v1/{tenant}/playbooks', { params: { path: { tenant } } }));
    return list.items;
  });
}

/* What there may be matters of. */
export function allProgrammes(tenant: string): Promise<Programme[]> {
  return once(`all programmes ${tenant}`, async () => {
    const list = await ask(client.GET('/api/v1/{tenant}/playbooks', { params: { path: { tenant }, query: { which: 'all' } } }));
    return list.items;
  });
}

/* Where an area lies: itself last, what it lies in before it. */
export function chain(tenant: string, area: string): Promise<Area[]> {
  return once(`chain ${tenant} ${area}`, async () => {
    const found = await ask(client.GET('/api/v1/{tenant}/areas/{area}', { params: { path: { tenant, area } } }));
    return found.chain;
  });
}

/* The outlines of what lies in an area: the grids of a community, the communities of all. */
export function shapes(tenant: string, kind: 'community' | 'grid', parent?: string): Promise<Shapes> {
  return once(`shapes ${tenant} ${kind} ${parent ?? ''}`, async () => {
    const query = { kind, ...(parent === undefined ? {} : { parent }) };
    const found = await ask(client.GET('/api/v1/{tenant}/map/areas', { params: { path: { tenant }, query } }));
    return found as unknown as Shapes;
  });
}

/* What a map of a place shows: the grids of its community, the one it lies in marked. */
export async function ground(tenant: string, area: string | undefined): Promise<Shapes> {
  if (area === undefined) return shapes(tenant, 'community');
  const places = await chain(tenant, area);
  const community = places.find((one) => one.kind === 'community');
  if (community === undefined) return shapes(tenant, 'community');
  const grids = await shapes(tenant, 'grid', community.code);
  if (grids.features.length === 0) return shapes(tenant, 'community');
  const here = new Set(places.map((one) => one.code));
  return {
    ...grids,
    features: grids.features.map((one) => ({ ...one, properties: { ...one.properties, here: here.has(one.properties.code) } })),
  };
}
