/*
 * What has happened to a case since somebody last looked at it, told to who comes
 * too late with what they had in mind.
 */
import type { Case, TimelineEntry } from '../api';

export function since(seen: Case, now: Case): TimelineEntry[] {
  const last = seen.timeline.at(-1)?.at ?? '';
  return now.timeline.filter((entry) => entry.at > last);
}

/* The same action, if it is still offered. */
export function sameAction(now: Case, action: string, part: number | undefined) {
  return now.actions.find((one) => one.action === action && one.part === part);
}
