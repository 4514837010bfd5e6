/*
 * Times as people read them: Chinese standard time, absolute and relative.
 */
import { locale, t } from './texts';

const ZONE = 'Asia/Shanghai';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NEAR_DAYS = 6; /* as far as a weekday says which day is meant */

/* The day of Chinese standard time an instant lies in; it has no summer time. */
export function dayOf(ms: number): number {
  return Math.floor((ms + 8 * HOUR) / DAY);
}

function format(at: string | number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale.value, { timeZone: ZONE, hour12: false, ...options }).format(new Date(at));
}

const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;

function thisYear(at: string, now: number): boolean {
  return format(at, { year: 'numeric' }) === format(now, { year: 'numeric' });
}

export function absolute(at: string, now: number = Date.now()): string {
  return format(at, { ...(thisYear(at, now) ? {} : { year: 'numeric' }), month: 'short', day: 'numeric', ...CLOCK });
}

/* From one instant to another; of the same day the day is said once. */
export function between(from: string, to: string, now: number = Date.now()): string {
  return `${absolute(from, now)} – ${dayOf(Date.parse(from)) === dayOf(Date.parse(to)) ? format(to, CLOCK) : absolute(to, now)}`;
}

/* "today 17:30", "Wed 09:00", "12 Oct 09:00": as short as it stays clear. */
export function near(at: string, now: number = Date.now()): string {
  const days = dayOf(Date.parse(at)) - dayOf(now);
  if (Math.abs(days) <= 1) {
    const day = new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto' }).format(days, 'day');
    return `${day} ${format(at, CLOCK)}`;
  }
  if (days > 1 && days <= NEAR_DAYS) return `${format(at, { weekday: 'short' })} ${format(at, CLOCK)}`;
  return absolute(at, now);
}

function length(ms: number): string {
  const [amount, unit] =
    ms >= 2 * DAY ? [ms / DAY, 'day'] : ms >= HOUR ? [ms / HOUR, 'hour'] : [ms / MINUTE, 'minute'];
  return new Intl.NumberFormat(locale.value, {
    style: 'unit',
    unit: unit as string,
    unitDisplay: 'long',
    maximumFractionDigits: 0,
  }).format(Math.max(1, Math.floor(amount as number)));
}

/* "2 days 3 hours", "5 minutes 12 seconds": the two greatest units that are not nothing. */
export function lasting(seconds: number): string {
  const units = [
    ['day', Math.floor(seconds / 86_400)],
    ['hour', Math.floor(seconds / 3_600) % 24],
    ['minute', Math.floor(seconds / 60) % 60],
    ['second', seconds % 60],
  ] as const;
  const first = units.findIndex(([, amount]) => amount > 0);
  const shown = first < 0 ? units.slice(3) : units.slice(first, first + 2).filter(([, amount]) => amount > 0);
  return shown
    .map(([unit, amount]) => new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'long' }).format(amount))
    .join(' ');
}

/* "3 hours left", "2 days over". */
export function untilDue(at: string, now: number = Date.now()): string {
  const ms = Date.parse(at) - now;
  return ms >= 0 ? t('due_left', { time: length(ms) }) : t('due_over', { time: length(-ms) });
}

/* "This step is due by today 17:30; 3 hours are left." */
export function inWords(at: string, now: number = Date.now()): string {
  const ms = Date.parse(at) - now;
  return t(ms >= 0 ? 'due_by' : 'due_was', { when: near(at, now), time: length(Math.abs(ms)) });
}
