/*
 * Sending a form: once at a time, with what the server finds wrong at its field.
 */
import { reactive, ref } from 'vue';
import { Refusal } from '../api';
import { fieldOf } from '../field';
import { sentence } from '../refusal';
import { pick } from '../texts';

export function useSubmit(tenant: string) {
  const sending = ref(false);
  const fault = ref('');
  const errors = reactive<Record<string, string>>({});

  function clear(): void {
    fault.value = '';
    for (const name of Object.keys(errors)) delete errors[name];
  }

  /* Whether it was done. */
  async function submit(send: () => Promise<void>): Promise<boolean> {
    if (sending.value) return false;
    clear();
    sending.value = true;
    try {
      await send();
      return true;
    } catch (error) {
      fault.value = sentence(error, tenant);
      if (error instanceof Refusal) for (const one of error.problem?.errors ?? []) errors[fieldOf(one.pointer)] = pick(one);
      return false;
    } finally {
      sending.value = false;
    }
  }

  return { sending, fault, errors, clear, submit };
}
