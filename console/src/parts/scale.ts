/** Lines across a chart: 0, and up to four round numbers of which the last is not below `most`. */
export function nice(most: number): { top: number; steps: number[] } {
  const wanted = Math.max(most, 1) / 3;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = Math.max(1, [1, 2, 5, 10].map((one) => one * power).find((one) => one >= wanted) ?? power * 10);
  const count = Math.max(1, Math.ceil(most / step));
  return { top: step * count, steps: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const second = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayOfMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Of an axis over so many seconds. */
export function axisTime(start: string, total: number): string {
  const at = new Date(start);
  return total > 2 * 86400 ? dayOfMonth.format(at) : clock.format(at);
}
/** "14:05 to 14:10", "21 Nov, 12:00 to 18:00" */
export function spanWords(start: string, seconds: number): string {
  const from = new Date(start);
  const until = new Date(from.getTime() + seconds * 1000);
  const format = seconds < 60 ? second : clock;
  const today = from.toDateString() === new Date().toDateString();
  const far = until.getTime() - from.getTime() >= 86400e3;
  const end = far ? `${dayOfMonth.format(until)}, ${format.format(until)}` : format.format(until);
  return `${today && !far ? '' : `${dayOfMonth.format(from)}, `}${format.format(from)} to ${end}`;
}

/** "340 ms", "1.4 s", "2 min", "3 h", "2 days" */
export function milliseconds(value: number): string {
  if (value < 1000) return `${Math.round(value)} ms`;
  if (value < 60e3) return `${value < 10e3 && value % 1000 ? (value / 1000).toFixed(1) : Math.round(value / 1000)} s`;
  if (value < 3600e3) return `${Math.round(value / 60e3)} min`;
  return value < 48 * 3600e3 ? `${Math.round(value / 3600e3)} h` : `${Math.round(value / 86400e3)} days`;
}
/** "950", "1.2k", "14k", "3.1M" */
export function short(value: number): string {
  if (value < 1000) return String(Math.round(value * 10) / 10);
  const [unit, size] = value < 1e6 ? (['k', 1e3] as const) : (['M', 1e6] as const);
  return `${(value / size).toFixed(value / size < 10 && value % size ? 1 : 0)}${unit}`;
}
