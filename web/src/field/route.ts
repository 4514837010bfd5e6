/*
 * Where one is, after the `#`, as at the desk: #/TENANT/today, #/TENANT/case/ID,
 * #/TENANT/case/ID/do/ACTION[.PART].
 */
import { ref } from 'vue';

export const PLACES = ['today', 'areas', 'report', 'outbox', 'more'] as const;
export type Place = (typeof PLACES)[number];

export type Route =
  | { name: 'sign-in'; tenant: string }
  | { name: Place; tenant: string; query: string }
  | { name: 'case'; tenant: string; id: string }
  | { name: 'do'; tenant: string; id: string; action: string; part: number | undefined };

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [tenant = '', name = '', id = '', verb = '', what = ''] = path.split('/').map(decodeURIComponent);
  if (tenant !== '' && name === 'case' && id !== '' && verb === 'do' && what !== '') {
    const [action = '', part] = what.split('.');
    return { name: 'do', tenant, id, action, part: part === undefined ? undefined : Number(part) };
  }
  if (tenant !== '' && name === 'case' && id !== '') return { name, tenant, id };
  const place = PLACES.find((one) => one === name);
  return tenant !== '' && place !== undefined ? { name: place, tenant, query } : { name: 'sign-in', tenant };
}

export function href(to: Route): string {
  if (to.name === 'sign-in') return `#/${to.tenant}`;
  if (to.name === 'case') return `#/${to.tenant}/case/${to.id}`;
  if (to.name === 'do') return `#/${to.tenant}/case/${to.id}/do/${to.action}${to.part === undefined ? '' : `.${to.part}`}`;
  return `#/${to.tenant}/${to.name}${to.query === '' ? '' : `?${to.query}`}`;
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
