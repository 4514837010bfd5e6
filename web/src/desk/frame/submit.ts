/*
 * Sending a form: once at a time, with what the server finds wrong at its field.
 */
import { reactive, ref } from 'vue';
import { Refusal } from '../api';
import { fieldOf } from '../field';
import { sentence } from '../refusal';
import { pick, t } from '../texts';

export function useSubmit(tenant: string) {
  const sending = ref(false);
  const fault = ref('');
  const errors = reactive<Record<string, string>>({});

  function clear(): void {
    fault.value = '';
    for (const name of Object.keys(errors)) delete errors[name];
  }

  /* Says at each field that is needed and empty that it is to be filled in; whether none is. */
  function isFilled(fields: readonly { name: string; missing: boolean }[]): boolean {
    for (const { name, missing } of fields) errors[name] = missing ? t('fill_in') : '';
    return fields.every(({ missing }) => !missing);
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

  return { sending, fault, errors, clear, isFilled, submit };
}
