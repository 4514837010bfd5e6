/*
 * Whom a matter might be given to, as the server proposes: asked for once when a
 * dialog wants a unit, and again when another class is chosen in it.
 */
import { inject, provide, ref, watch, type InjectionKey, type Ref } from 'vue';
import { ask, client, Refusal, type Proposal } from '../api';

const KEY: InjectionKey<Ref<Proposal | undefined>> = Symbol('proposal');

export function useProposal(tenant: string, id: string, wanted: () => boolean, className: () => string | undefined): Ref<Proposal | undefined> {
  const proposal = ref<Proposal>();
  let asked = 0;

  async function load(given: string | undefined): Promise<void> {
    const mine = ++asked;
    try {
      const found = await ask(
        client.GET('/api/v1/{tenant}/cases/{case}/proposal', {
          params: { path: { tenant, case: id }, query: given === undefined ? {} : { class: given } },
        }),
      );
      if (mine === asked) proposal.value = found;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; /* only a help: the form says what is wrong */
    }
  }

  watch([wanted, className] as const, ([is, given]) => void (is && load(given)), { immediate: true });
  provide(KEY, proposal);
  return proposal;
}

export function proposalHere(): Ref<Proposal | undefined> {
  return inject(KEY, () => ref<Proposal>(), true);
}
