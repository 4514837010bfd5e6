/*
 * What a list is narrowed to, and how it stands in the address.  Only what is set
 * is written, in one order, so that the same filter has the same address.
 */
export const TEXTS = ['q', 'playbook', 'state', 'choice', 'asked', 'area', 'class', 'level', 'organization', 'opened_from', 'opened_to'] as const;
export type TextFilter = (typeof TEXTS)[number];

export const LEVELS = ['normal', 'urgent', 'emergency'] as const;

export const ASKED = ['any', 'instruction', 'supervision', 'urging', 'question'] as const;

export type Filter = Partial<Record<Exclude<TextFilter, 'level' | 'asked'>, string>> & {
  level?: (typeof LEVELS)[number];
  asked?: (typeof ASKED)[number];
  overdue?: 'yes';
};

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/* What can be nothing but a mistake is left out. */
function clean(name: TextFilter, value: string | null): string | undefined {
  const text = value?.trim() ?? '';
  if (text === '') return undefined;
  if (name.startsWith('opened_') && !DATE.test(text)) return undefined;
  if (name === 'asked' && !ASKED.some((one) => one === text)) return undefined;
  if (name === 'level' && !LEVELS.some((one) => one === text)) return undefined;
  return text;
}

export function readFilter(query: string): Filter {
  const given = new URLSearchParams(query);
  const filter: Filter = {};
  for (const name of TEXTS) {
    const value = clean(name, given.get(name));
    if (value !== undefined) Object.assign(filter, { [name]: value });
  }
  if (given.get('overdue') === 'yes') filter.overdue = 'yes';
  return filter;
}

export function writeFilter(filter: Filter): string {
  const query = new URLSearchParams();
  for (const name of TEXTS) {
    const value = clean(name, filter[name] ?? null);
    if (value !== undefined) query.set(name, value);
  }
  if (filter.overdue) query.set('overdue', filter.overdue);
  return query.toString();
}

/* How many are set beside the words that are looked for. */
export function countFilter(filter: Filter): number {
  return TEXTS.filter((name) => name !== 'q' && filter[name] !== undefined).length + (filter.overdue ? 1 : 0);
}
