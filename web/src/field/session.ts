/*
 * Who is signed in: the desk's session, and what is remembered of it for where there
 * is no network.  The server ends a session after twelve hours; what is kept is held
 * no longer than that without hearing from it.
 */
import { ref } from 'vue';
import { ask, client, Refusal, type Me, type Tenant } from '../desk/api';
import { forget } from '../desk/catalogue';
import { keepAnswers } from './line';
import { go } from './route';
import { readSelf, wipe, writeSelf } from './store';
import { t } from './texts';

export const HELD_MS = 12 * 3_600_000;

export const me = ref<Me>();
export const notice = ref('');
/* How the district uses this: a part of a portal, or filed by itself. */
export const app = ref<Tenant['field_app']>({ own: false, filing: '' });

async function enter(found: Me): Promise<void> {
  me.value = found;
  keepAnswers(true, () => void ended());
  localStorage.setItem('linli.tenant', found.tenant);
  await loadApp(found.tenant);
}

async function loadApp(tenant: string): Promise<void> {
  try {
    const { items } = await ask(client.GET('/api/v1/tenants'));
    app.value = items.find((one) => one.tenant === tenant)?.field_app ?? app.value;
    localStorage.setItem('linli.field.app', JSON.stringify(app.value));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    app.value = JSON.parse(localStorage.getItem('linli.field.app') ?? 'null') ?? app.value;
  }
}

async function clear(): Promise<void> {
  keepAnswers(false);
  forget();
  me.value = undefined;
  await wipe();
}

/* The session is over: nothing that was shown stays; what was not sent does. */
export async function ended(): Promise<void> {
  if (me.value === undefined) return;
  const { tenant } = me.value;
  notice.value = t('session_over');
  await clear();
  go({ name: 'sign-in', tenant });
}

/* Asks who one is; without network, who one was, for as long as a session lasts. */
export async function arrive(tenant: string): Promise<void> {
  const self = await readSelf();
  const at = self?.me.tenant === tenant || tenant === '' ? self : undefined;
  const where = tenant || at?.me.tenant || localStorage.getItem('linli.tenant') || '';
  if (where === '') return;
  try {
    const found = await ask(client.GET('/api/v1/{tenant}/me', { params: { path: { tenant: where } } }));
    if (self !== undefined && self.me.account !== found.account) await wipe();
    await writeSelf({ me: found, at: Date.now() });
    await enter(found);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 0 && at !== undefined && Date.now() - at.at < HELD_MS) return enter(at.me);
    if (self !== undefined) {
      notice.value = t('session_over');
      await clear();
    }
  }
}

export async function signIn(tenant: string, login: string, password: string): Promise<void> {
  const found = await ask(client.POST('/api/v1/{tenant}/sessions', { params: { path: { tenant } }, body: { login, password } }));
  const self = await readSelf();
  if (self !== undefined && self.me.account !== found.account) await wipe();
  notice.value = '';
  await writeSelf({ me: found, at: Date.now() });
  await enter(found);
}

export async function signOut(): Promise<void> {
  const tenant = me.value?.tenant ?? '';
  try {
    await ask(client.DELETE('/api/v1/{tenant}/sessions/current', { params: { path: { tenant } } }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; /* the phone forgets all the same */
  }
  await clear();
  go({ name: 'sign-in', tenant });
}
