/* Amounts of a book as people read them: whole numbers of its smallest unit, with its decimals. */
import type { Book } from '../api';

export function amount(value: number, book: Pick<Book, 'places'>): string {
  return (value / 10 ** book.places).toLocaleString('zh-CN', { minimumFractionDigits: book.places, maximumFractionDigits: book.places });
}

/* The same with its sign, for what comes and goes. */
export function signed(value: number, book: Pick<Book, 'places'>): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${amount(Math.abs(value), book)}`;
}
