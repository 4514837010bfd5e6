/*
 * Lists that hardly change while somebody works: organizations, areas, playbooks.
 * Asked for once a page; a failed question is asked again next time.
 */
import { ask, client, type Area, type Organization, type Playbook } from './api';

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

export function areas(tenant: string): Promise<Area[]> {
  return once(`areas ${tenant}`, async () => {
    const list = await ask(client.GET('/api/v1/{tenant}/areas', { params: { path: { tenant } } }));
    return list.items;
  });
}

export function playbook(tenant: string, name: string): Promise<Playbook> {
  return once(`playbook ${tenant} ${name}`, () =>
    ask(client.GET('/api/v1/{tenant}/playbooks/{playbook}', { params: { path: { tenant, playbook: name } } })),
  );
}
