/*
 * Files of a form's field: sent one after the other as they are chosen, as many as the field
 * takes; the form only carries their tokens.  How one is sent is the field's own.
 */
import { ref, type Ref } from 'vue';
import { ask, client } from '../api';
import { whyNot } from '../refusal';

export interface UploadField {
  readonly tenant: string;
  readonly most: number;
  readonly modelValue: string[];
}

export interface UploadTold {
  (event: 'update:modelValue', value: string[]): void;
  (event: 'fault', text: string): void;
}

export interface Uploads {
  sending: Ref<number>; /* files on their way */
  names: Ref<Record<string, string>>; /* what a file is called here, by its token */
  take: (files: File[]) => Promise<void>;
  onChoose: (event: Event) => Promise<void>;
  remove: (upload: string) => void;
}

/* As it is, without its name. */
export async function sendDocument(tenant: string, bytes: Blob): Promise<string> {
  const sent = await ask(
    client.POST('/api/v1/{tenant}/uploads/documents', {
      params: { path: { tenant } },
      body: { document: '' },
      bodySerializer: () => {
        const form = new FormData();
        form.append('document', bytes, 'document');
        return form;
      },
    }),
  );
  return sent.upload;
}

export function useUploads(field: UploadField, tell: UploadTold, send: (file: File) => Promise<string>): Uploads {
  const sending = ref(0);
  const names = ref<Record<string, string>>({});

  async function take(files: File[]): Promise<void> {
    const chosen = files.slice(0, field.most - field.modelValue.length);
    let tokens = field.modelValue;
    tell('fault', '');
    for (const file of chosen) {
      sending.value += 1;
      try {
        const upload = await send(file);
        names.value[upload] = file.name;
        tokens = [...tokens, upload];
        tell('update:modelValue', tokens);
      } catch (error) {
        tell('fault', `${file.name}: ${whyNot(error, field.tenant)}`);
      } finally {
        sending.value -= 1;
      }
    }
  }

  function onChoose(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const chosen = [...(input.files ?? [])];
    input.value = '';
    return take(chosen);
  }

  function remove(upload: string): void {
    tell('update:modelValue', field.modelValue.filter((one) => one !== upload));
  }

  return { sending, names, take, onChoose, remove };
}
