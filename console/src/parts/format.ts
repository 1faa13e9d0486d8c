const seconds = { day: 86400, hour: 3600, minute: 60 };

/** "2 min 4 s", "3 h 5 min", "12 days": the two largest units. */
export function duration(total: number): string {
  const s = Math.round(Math.abs(total));
  if (s >= 2 * seconds.day) return `${Math.round(s / seconds.day)} days`;
  const days = Math.floor(s / seconds.day);
  const hours = Math.floor((s % seconds.day) / seconds.hour);
  const minutes = Math.floor((s % seconds.hour) / seconds.minute);
  if (days) return hours ? `1 day ${hours} h` : '1 day';
  if (hours) return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes) return s % 60 && minutes < 10 ? `${minutes} min ${s % 60} s` : `${minutes} min`;
  return `${s} s`;
}
export function relative(time: string, now = Date.now()): string {
  const away = (Date.parse(time) - now) / 1000;
  if (Number.isNaN(away)) return time;
  if (Math.abs(away) < 1) return 'now';
  return away < 0 ? `${duration(away)} ago` : `in ${duration(away)}`;
}
const absoluteFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
export function absolute(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : absoluteFormat.format(date);
}
export function day(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : dayFormat.format(date);
}
export function daysLeft(time: string): number {
  return Math.floor((Date.parse(time) - Date.now()) / 86400e3);
}
/** "102 days left", "expired 3 days ago" */
export function validity(time: string): string {
  const left = daysLeft(time);
  if (left < 0) return `expired ${relative(time)}`;
  return left === 0 ? 'expires today' : `${left} ${left === 1 ? 'day' : 'days'} left`;
}

export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`;
}
export const number = (value: number): string => value.toLocaleString('en-US');
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** The hexadecimal digits of a thumbprint in any form that people paste: blanks, colons, invisible marks; undefined when it is none. */
export function thumbprintDigits(text: string): string | undefined {
  const digits = text
    .replace(/^(sha-?(1|256)|thumbprint|fingerprint)[^=:]*[=:]/i, '')
    .replace(/[^0-9a-z]/gi, '')
    .toLowerCase();
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(digits) ? digits : undefined;
}
export const grouped = (text: string): string =>
  /^[0-9a-f]+$/i.test(text) ? text.toUpperCase().replace(/(.{4})(?=.)/g, '$1 ') : text;
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
