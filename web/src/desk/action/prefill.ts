/*
 * What a form may begin with: the class and the unit this desk chose for such a
 * matter before, or the unit that was pressed.  All of it can be seen and changed
 * before it is sent.
 */
import type { Action, Case, Organization } from '../api';
import type { Value } from '../field';
import { likely, usual } from '../habit';

/* Who has a task of the case that is not ended. */
export function busy(found: Case): Set<string> {
  return new Set(found.parts.flatMap((part) => part.owner?.organization?.id ?? []));
}

export function prefilled(found: Case, action: Action, tenant: string, topic: string, unit?: string): Record<string, Value> {
  const given: Record<string, Value> = {};
  for (const field of action.needs) {
    if (field.type === 'organization') {
      const before = usual(tenant, 'organization', topic);
      const chosen = unit ?? (before === undefined || busy(found).has(before) ? undefined : before);
      if (chosen !== undefined) given[field.name] = field.many === true ? [chosen] : chosen;
    } else if (field.type === 'code') {
      const before = usual(tenant, 'class', topic);
      if (before !== undefined) given[field.name] = before;
    }
  }
  return given;
}

/* The action that sends a case to a unit. */
export function sendingOf(actions: readonly Action[]): Action | undefined {
  return actions.find((action) => action.needs.some((field) => field.type === 'organization'));
}

/* The units such a matter mostly goes to; the first there are where nobody knows yet. */
export function nearUnits(found: Case, units: readonly Organization[], tenant: string, topic: string, most: number): Organization[] {
  const has = busy(found);
  const free = units.filter((one) => !has.has(one.id));
  const known = likely(tenant, 'organization', topic)
    .map((id) => free.find((one) => one.id === id))
    .filter((one) => one !== undefined);
  return (known.length > 0 ? known : free).slice(0, most);
}
