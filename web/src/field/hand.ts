/*
 * What is put into the outbox, with what people will be told it was.  An action that
 * ends a matter where one stands, and needs nothing but a word about it, is one tap.
 */
import { atOnce } from '../desk/action/order';
import type { Action, Case, Me, Playbook } from '../desk/api';
import type { Value } from '../desk/field';
import { answered } from '../desk/field';
import { pressed } from './ahead';
import type { NewItem, Words } from './outbox';
import { mine, putIn, unsent } from './sending';
import { both, t } from './texts';

const AT_ONCE = ['solve_here', 'answer_now', 'spot_good'];

/* Offered now, and needing at most one text. */
export function atHand(actions: readonly Action[]): Action | undefined {
  return actions.find(
    (one) => AT_ONCE.includes(one.action) && one.part === undefined && one.needs.length <= 1 && one.needs.every((field) => field.type === 'text'),
  );
}

function about(found: Case): Words {
  const said = (lang: 'zh' | 'en') => `${found.title[lang]} ${found.number} · ${found.area.name}`;
  return { zh: said('zh'), en: said('en') };
}

/* What waits already for this case was pressed later than what one looks at. */
export function act(me: Me, found: Case, action: Action, values: Record<string, Value | undefined>): NewItem {
  const before = pressed(found, mine.value).at(-1) ?? unsent.value.find((one) => one.case === found.case);
  return {
    tenant: me.tenant,
    account: me.account,
    at: Date.now(),
    kind: 'act',
    case: found.case,
    action: action.action,
    ...(action.part === undefined ? {} : { part: action.part }),
    rev: before?.sent?.rev ?? before?.rev ?? found.rev,
    body: answered(values),
    what: action.label,
    about: about(found),
  };
}

export async function doAtOnce(me: Me, found: Case, action: Action): Promise<void> {
  const words = action.needs[0];
  await putIn(act(me, found, action, words === undefined ? {} : { [words.name]: t('solved_words') }));
}

/* Whoever reads the report learns that it is solved, also where the case does not offer to end it at once. */
function sayIn(book: Playbook, body: Record<string, unknown>): void {
  const fields = body.fields as Record<string, unknown>;
  const name = book.open.required.find((one) => book.fields.some((field) => field.name === one && field.type === 'text'));
  const said = name === undefined ? '' : String(fields[name] ?? '');
  if (name !== undefined && !said.includes(t('solved_words'))) fields[name] = `${said} ${t('solved_words')}`.trim();
}

/* A report, and right after it that it is solved, where the playbook knows such an action. */
export async function report(me: Me, book: Playbook, body: Record<string, unknown>, where: string, solved: boolean): Promise<void> {
  const at = Date.now();
  const whose = { tenant: me.tenant, account: me.account };
  const named: Words = { zh: `${book.title.zh} · ${where}`, en: `${book.title.en} · ${where}` };
  const first: NewItem = { ...whose, at, kind: 'report', body, what: both('what_report'), about: named };
  const end = atOnce(book);
  const words = end?.needs[0];
  if (!solved || end === undefined || words === undefined) {
    await putIn(first);
    return;
  }
  sayIn(book, body);
  await putIn(first, { ...whose, at: at + 1, kind: 'act', after: 'first', action: end.name, body: { [words]: t('solved_words') }, what: end.label, about: named, mild: true });
}
