/*
 * The order a caller tells things in: who is calling, what is wrong, what kind of matter
 * that is; then where, in one place on the form; then what may be left out.
 */
import type { Playbook } from '../api';
import type { Question } from '../field';

const LONG = 400; /* a text that may be longer than this tells what is wrong */

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
  return needed ? 'what' : 'more';
}

export function inOrder(book: Playbook): Order {
  const order: Order = { what: [], where: [], more: [] };
  for (const name of book.open.fields) {
    const field = book.fields.find((one) => one.name === name);
    if (field === undefined) continue;
    const question = { field, needed: book.open.required.includes(name) };
    order[rank(question)].push(question);
  }
  const early = ({ field }: Question) => (field.type === 'phone' ? 0 : field.type === 'text' ? 1 : 2);
  order.what.sort((a, b) => early(a) - early(b));
  return order;
}
