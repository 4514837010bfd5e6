/*
 * Who is signed in.  The session itself is an http-only cookie; here is only
 * what the server says about it.
 */
import { ref } from 'vue';
import { ask, client, Refusal, type Me } from './api';
import { dropDrafts } from './intake/draft';
import { go, type Route } from './route';

export const me = ref<Me>();
/* Where somebody wanted to go who had to sign in first. */
export const wanted = ref<Route>();
/* Shown once above the next view: why one had to sign in again, and the like. */
export const notice = ref<string>('');

export async function loadMe(tenant: string): Promise<boolean> {
  try {
    me.value = await ask(client.GET('/api/v1/{tenant}/me', { params: { path: { tenant } } }));
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    me.value = undefined;
    return false;
  }
}

export async function signIn(tenant: string, login: string, password: string): Promise<void> {
  me.value = await ask(
    client.POST('/api/v1/{tenant}/sessions', {
      params: { path: { tenant } },
      body: { login, password },
    }),
  );
}

/* Leaves in any case: a session that is gone already is as good as ended. */
export async function signOut(tenant: string): Promise<void> {
  try {
    await ask(
      client.DELETE('/api/v1/{tenant}/sessions/current', { params: { path: { tenant } } }),
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  dropDrafts();
  me.value = undefined;
  go({ name: 'sign-in', tenant });
}
