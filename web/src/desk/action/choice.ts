/*
 * Something to choose from a list, and how what is typed finds it.
 */
export interface Choice {
  value: string;
  label: string;
  /* Said beside it, softly; found by it too. */
  note?: string | undefined;
}

/* Every word typed must occur; what begins with it comes first, else the order stays. */
export function matching(choices: readonly Choice[], text: string): Choice[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [...choices];
  const hits = choices.filter((choice) => {
    const all = `${choice.label} ${choice.note ?? ''} ${choice.value}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const begins = (choice: Choice) => choice.label.toLowerCase().startsWith(words[0] ?? '');
  return [...hits.filter(begins), ...hits.filter((choice) => !begins(choice))];
}
