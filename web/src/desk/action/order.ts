/*
 * In which order actions are offered.  A playbook lists them by its own story; at
 * the desk what is mostly done next stands first, words stand apart, and what is
 * rare or cannot be taken back is one press further away.  Names nobody knows here
 * keep the playbook's order, in between.
 */
import type { Action, Playbook } from '../api';

/* What carries a matter on, the likelier before the less likely. */
const NEXT = [
  'take', 'take_over', 'file_and_dispatch', 'dispatch', 'decide_dispatch', 'sign', 'contact', 'done',
  'pass', 'confirm', 'resume', 'fail', 'partly', 'not_solved', 'solve_here', 'file', 'pass_up',
];
/* What only says something. */
const WORDS = ['reply', 'note', 'add'];
/* What is rare, sets a matter aside or ends it without its being solved. */
const RARE = [
  'set_level', 'add_unit', 'shelve', 'decide_shelve', 'decide_close', 'attempt', 'still_not_solved',
  'reopen_hard', 'fail_hard', 'refuse', 'recall', 'take_back', 'decline', 'withdraw', 'void',
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

/* What ends a matter while somebody still listens: its one need is what was said. */
const AT_ONCE = ['solve_here', 'answer_now'];

export function atOnce(book: Playbook): Playbook['actions'][number] | undefined {
  const isWords = (name: string | undefined) => book.fields.some((field) => field.name === name && field.type === 'text');
  return book.actions.find((one) => AT_ONCE.includes(one.name) && one.needs.length === 1 && isWords(one.needs[0]));
}
