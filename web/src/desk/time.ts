/*
 * Times as people read them: Chinese standard time, absolute and relative.
 */
import { locale, t } from './texts';

const ZONE = 'Asia/Shanghai';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function absolute(at: string, now: number = Date.now()): string {
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale.value, {
    timeZone: ZONE,
    ...(sameYear ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(date);
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

/* "3 hours left", "2 days over". */
export function untilDue(at: string, now: number = Date.now()): string {
  const ms = Date.parse(at) - now;
  return ms >= 0 ? t('due_left', { time: length(ms) }) : t('due_over', { time: length(-ms) });
}
