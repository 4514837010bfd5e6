/*
 * What comes after what was pressed.  The server reckoned it when the case was read
 * (getAhead): how this person alone can bring it to stand.  What waits is gone through from
 * standing to standing; where that cannot be told, nothing is offered until it is sent.
 */
import type { Action, Ahead, Case } from '../desk/api';
import type { Item } from './outbox';

/* What was pressed since the case was read, in order; also what was sent since and not yet seen. */
export function pressed(found: Case, items: readonly Item[]): Item[] {
  return items.filter((one) => one.case === found.case && one.kind === 'act' && (one.state === 'waiting' || (one.state === 'sent' && one.sent?.mild !== true && (one.rev ?? 0) >= found.rev)));
}

/* What can be pressed next; undefined: that is known once what waits is sent. */
export function nextActions(found: Case, ahead: Ahead | undefined, items: readonly Item[]): Action[] | undefined {
  const steps = pressed(found, items);
  const isHeld = items.some((one) => one.case === found.case && one.state === 'held');
  if (steps.length === 0 || isHeld) return found.actions;
  if (ahead === undefined || ahead.rev !== found.rev) return undefined;
  let at: number | undefined = 0;
  for (const step of steps) {
    const done: Action | undefined = ahead.standings[at]?.actions.find((one) => one.action === step.action && one.part === step.part);
    at = done?.to;
    if (at === undefined) return undefined;
  }
  return ahead.standings[at]?.actions;
}
