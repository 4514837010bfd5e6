/*
 * Posts a person can be given, and which of them are held in an organization.
 */
import type { Gap, Post } from '../api';

export const POSTS = ['desk', 'dispatcher', 'checker', 'handler', 'chief', 'grid_officer', 'compound_team', 'administrator', 'auditor'] as const satisfies readonly Post[];

/* A handler works for an organization; the other posts answer for a place. */
export function needsOrganization(post: string | undefined): boolean {
  return post === 'handler';
}

/* A day somebody chose, as the instant it begins or ends in Chinese standard time. */
export function startOf(day: string): string {
  return `${day}T00:00:00+08:00`;
}

export function endOf(day: string): string {
  return `${day}T23:59:59+08:00`;
}

/* Gaps by post, in the order they came. */
export function byPost(gaps: readonly Gap[]): { post: string; label: Gap['label']; gaps: Gap[] }[] {
  const groups = new Map<string, { post: string; label: Gap['label']; gaps: Gap[] }>();
  for (const gap of gaps) {
    const group = groups.get(gap.post) ?? { post: gap.post, label: gap.label, gaps: [] };
    group.gaps.push(gap);
    groups.set(gap.post, group);
  }
  return [...groups.values()];
}
