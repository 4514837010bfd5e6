/*
 * Small functions of the kit and the desk.
 */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { newKey } from '../src/kit/key';
import { isMistyped } from '../src/kit/number';

describe('newKey', () => {
  it('is a UUID of version 7', () => {
    expect(newKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('begins with its time, so that keys made later sort later', () => {
    expect(newKey(0x0123456789ab)).toMatch(/^01234567-89ab-7/);
    expect(newKey(1_790_000_000_000) < newKey(1_790_000_000_001)).toBe(true);
  });

  it('is never the same', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newKey(1))).size).toBe(1000);
  });
});

describe('deadlines', () => {
  let texts: typeof import('../src/desk/texts');
  let time: typeof import('../src/desk/time');
  const now = Date.parse('2026-09-07T09:30:00+08:00');
  const in_ = (hours: number) => new Date(now + hours * 3_600_000).toISOString();

  beforeAll(async () => {
    await import('vue');
    vi.stubGlobal('localStorage', { getItem: () => 'zh', setItem: () => undefined });
    vi.stubGlobal('navigator', { language: 'zh-CN' });
    vi.stubGlobal('document', { documentElement: {} });
    texts = await import('../src/desk/texts');
    time = await import('../src/desk/time');
  });

  it('are told as how long it still is, or how long over', () => {
    texts.lang.value = 'zh';
    expect(time.untilDue(in_(3.5), now)).toBe('还剩 3小时');
    expect(time.untilDue(in_(-49), now)).toBe('已过 2天');
    texts.lang.value = 'en';
    expect(time.untilDue(in_(0.5), now)).toBe('30 minutes left');
    expect(time.untilDue(in_(-1), now)).toBe('1 hour over');
  });

  it('are told in Chinese standard time wherever one sits', () => {
    texts.lang.value = 'zh';
    expect(time.absolute('2026-09-07T16:30:00Z', now)).toBe('9月8日 00:30');
    expect(time.absolute('2027-01-02T01:05:00Z', now)).toBe('2027年1月2日 09:05');
  });
});

describe('isMistyped', () => {
  it('knows a number with a wrong digit, or two changed about, from a right one and from words', () => {
    expect(['26-18', ' nwz26-524835 ', 'NLX26-901165', '路灯', '13800138000', '26-1'].map(isMistyped)).toEqual([false, false, false, false, false, false]);
    expect(['26-19', 'NWZ26-524845', 'NLX26-901615', '26-81'].map(isMistyped)).toEqual([true, true, true, true]);
  });
});
