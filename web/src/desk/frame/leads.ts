/*
 * Where `g` and a letter lead.
 */
import type { Place } from '../route';

export const LEADS = {
  i: 'mine',
  a: 'all',
  c: 'intake',
  r: 'registers',
  d: 'duty',
  o: 'orders',
  p: 'people',
  q: 'codes',
  s: 'settings',
} as const satisfies Record<string, Place>;
