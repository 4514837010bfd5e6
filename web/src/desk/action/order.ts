/*
 * In which order actions are offered.  A playbook lists them by its own story; at
 * the desk what is mostly done next stands first, words stand apart, and what is
 * rare or cannot be taken back is one press further away.  Names nobody knows here
 * keep the playbook's order, in between.
 */
import type { Action } from '../api';

/* What carries a matter on, the likelier before the less likely. */
const NEXT = [
  'take', 'file_and_dispatch', 'dispatch', 'decide_dispatch', 'sign', 'contact', 'done',
  'pass', 'confirm', 'resume', 'fail', 'partly', 'not_solved', 'solve_here', 'file', 'pass_up',
];
/* What only says something. */
const WORDS = ['reply', 'note', 'add'];
/* What is rare, sets a matter aside or ends it without its being solved. */
const RARE = [
  'set_level', 'add_unit', 'shelve', 'decide_shelve', 'decide_close', 'close_unreached', 'still_not_solved',
  'reopen_hard', 'fail_hard', 'refuse', 'recall', 'decline', 'withdraw', 'void',
];

export interface Offered {
  /* Drawn loudest; nothing is when nothing carries the matter on. */
  primary: Action | undefined;
  buttons: Action[];
  words: Action[];
  more: Action[];
}

function sorted(actions: readonly Action[], names: readonly string[]): Action[] {
  return actions
    .filter((one) => names.includes(one.action))
    .sort((a, b) => names.indexOf(a.action) - names.indexOf(b.action));
}

export function inOrder(actions: readonly Action[]): Offered {
  const next = sorted(actions, NEXT);
  const known = [...NEXT, ...WORDS, ...RARE];
  return {
    primary: next[0],
    buttons: [...next, ...actions.filter((one) => !known.includes(one.action))],
    words: sorted(actions, WORDS),
    more: sorted(actions, RARE),
  };
}
