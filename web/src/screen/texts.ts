/*
 * The screen's own sentences.  The language is in the address (`lang=en`), because nobody
 * stands at a wall to choose it.
 */
import { ref, watchEffect } from 'vue';
import en from './texts/en.json';
import zh from './texts/zh.json';

export type TextKey = keyof typeof zh;

export const lang = ref<'zh' | 'en'>('zh');

watchEffect(() => {
  document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en';
});

/* A sentence; {name} in it is replaced by slots.name. */
export function t(key: TextKey, slots: Record<string, string | number> = {}): string {
  return (lang.value === 'zh' ? zh : en)[key].replace(/\{(\w+)\}/g, (_, name: string) => String(slots[name] ?? ''));
}

export const pick = (texts: { zh: string; en: string }): string => texts[lang.value];

const hour = { zh: new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' }), en: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' }) };
const day = { zh: new Intl.DateTimeFormat('zh-CN', { month: 'long', day: 'numeric', weekday: 'long', timeZone: 'Asia/Shanghai' }), en: new Intl.DateTimeFormat('en-GB', { month: 'long', day: 'numeric', weekday: 'long', timeZone: 'Asia/Shanghai' }) };

export const clockOf = (at: number): string => hour[lang.value].format(at);
export const dayOf = (at: number): string => day[lang.value].format(at);

/* How long, in its two largest units. */
export function lengthOf(ms: number): string {
  const minutes = Math.max(0, Math.round(Math.abs(ms) / 60_000));
  if (minutes < 60) return t('minutes', { n: minutes });
  if (minutes < 24 * 60) return t('hours', { h: Math.floor(minutes / 60), m: minutes % 60 });
  return t('days', { d: Math.floor(minutes / 1440), h: Math.floor((minutes % 1440) / 60) });
}
