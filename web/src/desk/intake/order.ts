/*
 * The order a caller tells things in: who is calling, what is wrong, what kind of matter
 * that is, whether it can wait; then where, in one place on the form; then what may be
 * left out.  What is only ticked is never folded away: it says what cannot wait; nor is a
 * recording, which is made while they speak.
 */
import type { Playbook } from '../api';
import type { Question } from '../field';

const LONG = 400; /* a text that may be longer than this tells what is wrong */

const TURNS: Partial<Record<string, number>> = { phone: 0, text: 1, bool: 3 };
const OTHERS = 2;

export interface Order {
  what: Question[];
  where: Question[];
  more: Question[];
}

function rank({ field, needed }: Question): keyof Order {
  if (field.type === 'phone') return 'what';
  if (field.personal && !needed) return 'more'; /* a caller is reached by their number */
  if (field.type === 'point') return 'where';
  if (field.type === 'text') return (field.max ?? 0) > LONG ? 'what' : 'where';
  return needed || field.type === 'bool' || field.voice ? 'what' : 'more';
}

export function inOrder(book: Playbook): Order {
  const order: Order = { what: [], where: [], more: [] };
  for (const name of book.open.fields) {
    const field = book.fields.find((one) => one.name === name);
    if (field === undefined) continue;
    const question = { field, needed: book.open.required.includes(name) };
    order[rank(question)].push(question);
  }
  const turn = ({ field }: Question) => TURNS[field.type] ?? OTHERS;
  order.what.sort((a, b) => turn(a) - turn(b));
  return order;
}
