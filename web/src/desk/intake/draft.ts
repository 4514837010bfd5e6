/*
 * What was being entered when the page was left: kept in this browser for a working
 * day, gone when it was sent, thrown away or signed out.  Photos are not kept: their
 * tokens run out.
 */
import type { Value } from '../field';

const LONG = 12 * 3_600_000; /* ms */
const MARK = 'linli.intake.';

export interface Draft {
  at: number;
  key: string; /* so that what was sent and not answered is not made twice */
  playbook: string;
  via: string;
  area: string | undefined;
  answer: string;
  values: Record<string, Value>;
}

const nameOf = (tenant: string, account: string) => `${MARK}${tenant}.${account}`;

export function keepDraft(tenant: string, account: string, draft: Draft): void {
  localStorage.setItem(nameOf(tenant, account), JSON.stringify(draft));
}

export function dropDraft(tenant: string, account: string): void {
  localStorage.removeItem(nameOf(tenant, account));
}

/* Of everybody who used this browser. */
export function dropDrafts(): void {
  for (const name of Object.keys(localStorage)) if (name.startsWith(MARK)) localStorage.removeItem(name);
}

export function draftOf(tenant: string, account: string, now: number): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(nameOf(tenant, account)) ?? 'null') as Draft | null;
    if (draft === null || typeof draft.values !== 'object' || !(now - draft.at < LONG)) return undefined;
    return draft;
  } catch {
    return undefined;
  }
}
