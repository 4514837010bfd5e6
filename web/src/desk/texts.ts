/*
 * The desk's own sentences, and the choice of language.  What comes from the
 * server comes in both languages; pick() takes one.
 */
import { computed, ref, watchEffect } from 'vue';
import en from './texts/en.json';
import zh from './texts/zh.json';

interface Texts { zh: string; en: string }
interface Named { label: Texts }

export type Lang = 'zh' | 'en';
export type TextKey = keyof typeof zh;

const stored = localStorage.getItem('linli.lang');
const preferred = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';

export const lang = ref<Lang>(stored === 'zh' || stored === 'en' ? stored : preferred);
export const locale = computed(() => (lang.value === 'zh' ? 'zh-CN' : 'en-GB'));

watchEffect(() => {
  localStorage.setItem('linli.lang', lang.value);
  document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en';
});

/* A sentence; {name} in it is replaced by slots.name. */
export function t(key: TextKey, slots: Record<string, string | number> = {}): string {
  const text = (lang.value === 'zh' ? zh : en)[key];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(slots[name] ?? ''));
}

/* What a matter of a list is about: its topic, or what its programme calls it and its kind. */
export function aboutOf(row: { title: Texts; topic: Named | null; kind: Named | null }): string {
  if (row.topic !== null) return pick(row.topic.label);
  return [row.title, row.kind?.label].filter((one) => one !== undefined).map(pick).join(' · ');
}

export function pick(texts: Texts | undefined): string {
  return texts === undefined ? '' : texts[lang.value];
}
