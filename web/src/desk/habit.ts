/*
 * What this desk chose before, so that the likely choice stands first: counts of
 * organizations and classes by kind of matter, kept in this browser only, and
 * nothing about anybody.
 */
const LIMIT = 60; /* entries a desk keeps; the rarest go first */

interface Entry {
  topic: string;
  value: string;
  times: number;
  at: number;
}

function storeName(tenant: string, what: string): string {
  return `linli.habit.${tenant}.${what}`;
}

function read(tenant: string, what: string): Entry[] {
  try {
    const kept = JSON.parse(localStorage.getItem(storeName(tenant, what)) ?? '[]') as unknown;
    return Array.isArray(kept) ? (kept as Entry[]) : [];
  } catch {
    return [];
  }
}

/* Chosen most often for this topic first, then most often for any, then lately. */
export function rank(entries: readonly Entry[], topic: string): string[] {
  const score = new Map<string, { here: number; all: number; at: number }>();
  for (const entry of entries) {
    const one = score.get(entry.value) ?? { here: 0, all: 0, at: 0 };
    if (entry.topic === topic) one.here += entry.times;
    one.all += entry.times;
    one.at = Math.max(one.at, entry.at);
    score.set(entry.value, one);
  }
  return [...score]
    .sort(([, a], [, b]) => b.here - a.here || b.all - a.all || b.at - a.at)
    .map(([value]) => value);
}

export function likely(tenant: string, what: string, topic: string): string[] {
  return rank(read(tenant, what), topic);
}

/* Chosen for this very topic before. */
export function usual(tenant: string, what: string, topic: string): string | undefined {
  return rank(read(tenant, what).filter((entry) => entry.topic === topic), topic)[0];
}

export function noteHabit(tenant: string, what: string, topic: string, value: string, at: number = Date.now()): void {
  const entries = read(tenant, what);
  const found = entries.find((entry) => entry.topic === topic && entry.value === value);
  if (found === undefined) entries.push({ topic, value, times: 1, at });
  else Object.assign(found, { times: found.times + 1, at });
  entries.sort((a, b) => b.times - a.times || b.at - a.at);
  localStorage.setItem(storeName(tenant, what), JSON.stringify(entries.slice(0, LIMIT)));
}
