/* Who is to be asked now, and who is left alone. */
import { describe, expect, it } from 'vitest';
import type { Case } from '../src/desk/api';
import { agreedOn, callFrom, countOf, inTurn, readinessOf, wayOf } from '../src/desk/revisit/revisit';

const at = (time: string) => Date.parse(`2026-11-18T${time}:00+08:00`);

function found(number: string, answer_by: string, attempts: Record<string, string>[] = [], due = '2026-11-19T09:00:00+08:00', state = 'noted'): Case {
  const value = ([name, text]: [string, string]) => ({ name, value: text, label: { zh: '', en: '' }, text: { zh: text, en: text } });
  return {
    number,
    due_at: due,
    timeline: [],
    fields: Object.entries({ answer_by }).map(value),
    parts: attempts.map((fields, index) => ({
      part: index + 1,
      kind: { name: 'attempt', label: { zh: '', en: '' } },
      state: { name: state, label: { zh: '', en: '' } },
      fields: Object.entries(fields).map(value),
    })),
  } as unknown as Case;
}

describe('the hours of calls', () => {
  it('leave people alone at night and at noon', () => {
    expect(callFrom(at('08:29'))).toBe(at('08:30'));
    expect(callFrom(at('08:30'))).toBe(at('08:30'));
    expect(callFrom(at('11:59'))).toBe(at('11:59'));
    expect(callFrom(at('12:00'))).toBe(at('14:00'));
    expect(callFrom(at('20:29'))).toBe(at('20:29'));
    expect(callFrom(at('20:30'))).toBe(at('08:30') + 24 * 3_600_000);
    expect(callFrom(at('00:00'))).toBe(at('08:30'));
  });
});

describe('who is to be asked', () => {
  it('is asked the way they wished for, on the day they agreed on', () => {
    expect(wayOf(found('1', 'phone'))).toBe('call');
    expect(readinessOf(found('1', 'phone'), at('10:00'))).toBe('now');
    expect(readinessOf(found('1', 'phone'), at('13:00'))).toBe('quiet');
    expect(readinessOf(found('1', 'visit'), at('13:00'))).toBe('visit');
    const later = found('1', 'phone', [{ result: 'later', again_on: '2026-11-19' }]);
    expect(agreedOn(later, at('10:00'))).toBe('2026-11-19');
    expect(readinessOf(later, at('10:00'))).toBe('agreed');
    expect(readinessOf(later, at('10:00') + 24 * 3_600_000)).toBe('now');
  });

  it('has attempts counted for this round only, and an agreed day not at all', () => {
    expect(countOf(found('1', 'phone', [{ result: 'no_answer' }, { result: 'later' }, { result: 'off' }]))).toBe(2);
    expect(countOf(found('1', 'phone', [{ result: 'no_answer' }], undefined, 'past'))).toBe(0);
  });

  it('comes in turn: now, by a visit, after the rest, on another day; the most urgent first', () => {
    const list = [
      found('agreed', 'phone', [{ result: 'later', again_on: '2026-11-30' }]),
      found('visit', 'visit'),
      found('late', 'phone', [], '2026-11-20T09:00:00+08:00'),
      found('soon', 'phone'),
    ];
    expect(inTurn(list, at('10:00')).map((one) => one.number)).toEqual(['soon', 'late', 'visit', 'agreed']);
    expect(inTurn(list, at('21:00')).map((one) => one.number)).toEqual(['visit', 'soon', 'late', 'agreed']);
  });
});
