/*
 * Where in the desk one is, kept after the `#` so that a case or a filtered list
 * can be bookmarked and sent to a colleague: #/TENANT/mine, #/TENANT/all?q=…,
 * #/TENANT/case/ID, #/TENANT/intake and so on.
 */
import { ref } from 'vue';

export const PLACES = ['mine', 'waiting', 'duty', 'all', 'intake', 'revisit', 'orders', 'registers', 'ballots', 'people', 'codes', 'books', 'burden', 'settings'] as const;
export type Place = (typeof PLACES)[number];

export type Route =
  | { name: 'sign-in'; tenant: string }
  | { name: Place; tenant: string; query?: string }
  | { name: 'case'; tenant: string; id: string };

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [tenant = '', name = '', id = ''] = path.split('/').map(decodeURIComponent);
  if (tenant !== '' && name === 'case' && id !== '') return { name, tenant, id };
  const place = PLACES.find((one) => one === name);
  if (tenant !== '' && place !== undefined) return { name: place, tenant, query };
  return { name: 'sign-in', tenant };
}

export function href(to: Route): string {
  if (to.name === 'sign-in') return `#/${to.tenant}`;
  if (to.name === 'case') return `#/${to.tenant}/case/${to.id}`;
  return `#/${to.tenant}/${to.name}${to.query ? `?${to.query}` : ''}`;
}

const at = (): string => (typeof location === 'undefined' ? '' : location.hash);

export const route = ref<Route>(readRoute(at()));

if (typeof window !== 'undefined') {
  window.addEventListener('hashchange', () => {
    route.value = readRoute(at());
  });
}

export function go(to: Route): void {
  location.hash = href(to);
}

/* The same view under another address, without a step to go back to. */
export function rename(to: Route): void {
  history.replaceState(history.state, '', href(to));
  route.value = to;
}
