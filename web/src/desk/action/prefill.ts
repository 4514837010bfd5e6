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

/* Words to a unit that has the matter already (playbooks/library/oversight.yaml): they are
 * for those who are at it, not for somebody new. */
const ASKING = ['supervise', 'urge', 'ask', 'want_report'];

/* The only unit that is at it. */
function alone(found: Case): string | undefined {
  const has = [...busy(found)];
  return has.length === 1 ? has[0] : undefined;
}

export function prefilled(found: Case, action: Action, tenant: string, topic: string, unit?: string): Record<string, Value> {
  const given: Record<string, Value> = {};
  for (const field of action.needs) {
    if (field.type === 'organization') {
      const before = usual(tenant, 'organization', topic);
      const fresh = unit ?? (before === undefined || busy(found).has(before) ? undefined : before);
      const chosen = ASKING.includes(action.action) ? alone(found) : fresh;
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
  return actions.find((action) => !ASKING.includes(action.action) && action.needs.some((field) => field.type === 'organization'));
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
