/*
 * What the words of a call propose: where it is, what kind of matter, which class.
 * Only what nobody has chosen is filled in, and all of it can be changed.
 */
import { onBeforeUnmount, ref, watch, type Ref } from 'vue';
import { ask, client, Refusal, type Proposals } from '../api';
import { MOST_WORDS } from './message';

const PAUSE = 500; /* ms after the last key */
const LEAST = 4; /* signs that are worth asking about */

export function useProposed(tenant: string, words: () => string, take: (found: Proposals, words: string) => void): Ref<Proposals | undefined> {
  const proposed = ref<Proposals>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;

  async function look(text: string): Promise<void> {
    const mine = ++turn;
    try {
      const found = await ask(client.POST('/api/v1/{tenant}/proposals', { params: { path: { tenant } }, body: { text: text.slice(0, MOST_WORDS) } }));
      if (mine !== turn) return;
      proposed.value = found;
      take(found, text);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; /* it is only a help */
    }
  }

  watch(words, (text) => {
    clearTimeout(timer);
    turn++;
    if (text.trim().length < LEAST) proposed.value = undefined;
    else timer = setTimeout(() => void look(text), PAUSE);
  });
  onBeforeUnmount(() => clearTimeout(timer));
  return proposed;
}
