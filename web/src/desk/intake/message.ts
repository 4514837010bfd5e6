/*
 * A message as it is copied out of a work group: who wrote it, and what.  The name and
 * the time stand before the words, on a line of their own or with a colon.
 */
export interface Message {
  reporter: string;
  text: string;
}

const CLOCK = String.raw`(?:上午|下午|晚上)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?`;
const DATE = String.raw`(?:(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?|今天|昨天|前天|星期[一二三四五六日])`;
/* "张三 11月22日 15:30", "张三  2026-11-22 15:30:01" */
const HEAD = new RegExp(String.raw`^@?(\S.{0,23}?)[\s ]+(?:${DATE}\s*)?${CLOCK}\s*$`);
/* "张三：" and then the words */
const COLON = /^@?([^\s:：,，。]{1,16})\s*[:：]\s*(.*)$/s;

export function messageOf(pasted: string): Message {
  const lines = pasted.replace(/\r/g, '').split('\n').map((line) => line.trim());
  const filled = lines.filter((line) => line !== '' && line !== '[图片]' && line !== '[Image]');
  const head = HEAD.exec(filled[0] ?? '');
  if (head !== null && filled.length > 1) {
    return { reporter: head[1]!.trim(), text: filled.slice(1).filter((line) => !HEAD.test(line)).join('\n') };
  }
  const colon = COLON.exec(filled.join('\n'));
  if (colon !== null && !/^\d+$/.test(colon[1]!) && colon[2]!.trim() !== '') return { reporter: colon[1]!, text: colon[2]!.trim() };
  return { reporter: '', text: filled.join('\n') };
}

/* The option of a choice whose name has most pairs of signs of the text. */
export function likeliest<T extends { name: string; label: { zh: string } }>(text: string, options: readonly T[]): T | undefined {
  const pairs = (label: string): string[] => [...label].slice(1).map((sign, index) => [...label][index]! + sign);
  const scored = options.map((option) => ({ option, hits: pairs(option.label.zh).filter((pair) => text.includes(pair)).length }));
  const best = scored.reduce((a, b) => (b.hits > a.hits ? b : a), { option: undefined as T | undefined, hits: 0 });
  return best.option;
}

/* Characters of a message that are looked at. */
export const MOST_WORDS = 4000;
