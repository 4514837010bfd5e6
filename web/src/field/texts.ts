/*
 * The field face's own sentences; the language is the desk's.
 */
import { lang } from '../desk/texts';
import en from './texts/en.json';
import zh from './texts/zh.json';

export { aboutOf, lang, locale, pick } from '../desk/texts';
export type FieldText = keyof typeof zh;

export function t(key: FieldText, slots: Record<string, string | number> = {}): string {
  return (lang.value === 'zh' ? zh : en)[key].replace(/\{(\w+)\}/g, (_, name: string) => String(slots[name] ?? ''));
}

/* The same in both languages, for what is kept. */
export function both(key: FieldText): { zh: string; en: string } {
  return { zh: zh[key], en: en[key] };
}
