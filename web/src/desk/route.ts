/*
 * Where in the desk one is, kept after the `#` so that a case can be bookmarked
 * and sent to a colleague: #/TENANT/mine, #/TENANT/all, #/TENANT/case/ID.
 */
import { ref } from 'vue';

export type Route =
  | { name: 'sign-in'; tenant: string }
  | { name: 'mine' | 'all'; tenant: string }
  | { name: 'case'; tenant: string; id: string };

function read(hash: string): Route {
  const [tenant = '', name = '', id = ''] = hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  if (tenant !== '' && name === 'case' && id !== '') return { name, tenant, id };
  if (tenant !== '' && (name === 'mine' || name === 'all')) return { name, tenant };
  return { name: 'sign-in', tenant };
}

export const route = ref<Route>(read(location.hash));

window.addEventListener('hashchange', () => {
  route.value = read(location.hash);
});

export function href(to: Route): string {
  if (to.name === 'sign-in') return `#/${to.tenant}`;
  return to.name === 'case' ? `#/${to.tenant}/case/${to.id}` : `#/${to.tenant}/${to.name}`;
}

export function go(to: Route): void {
  location.hash = href(to);
}
