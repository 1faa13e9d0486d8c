// Made-up traffic: more by day than by night, a partner whose certificate expired this morning.
import { random } from './time.mjs';

const lengths = { '15m': 900, '1h': 3600, '24h': 86400, '7d': 7 * 86400, '30d': 30 * 86400 };
const widths = [15, 30, 60, 120, 300, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800];
const stamp = (seconds) => new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

function span(start, width) {
  const next = random(start);
  for (let i = 0; i < 5; i += 1) next();
  const hour = (start / 3600) % 24;
  const day = 0.25 + 0.75 * Math.max(0, Math.sin(((hour - 5) / 14) * Math.PI));
  const received = Math.round(width * 3.4 * day * (0.8 + 0.4 * next()));
  const sent = Math.round(received * (1 + 0.1 * next()));
  const burst = next() > 0.92;
  const suspended = burst ? Math.ceil(next() * 6) : 0;
  const p50 = Math.round(90 + 60 * next());
  return {
    at: stamp(start),
    received,
    sent,
    failed: suspended + Math.round(received * 0.002 * next()),
    suspended,
    ...(sent > 0 ? { latency_p50_ms: p50, latency_p99_ms: Math.round(p50 * (6 + 9 * next() + (burst ? 40 : 0))) } : {}),
    waiting: Math.round(20 * day * next() + (burst ? 120 : 0)),
    held: 17,
  };
}

export function figures(query, { quiet = false } = {}) {
  const until = Math.floor(Date.parse(query.get('until') ?? new Date().toISOString()) / 1000);
  const from = query.get('from')
    ? Math.floor(Date.parse(query.get('from')) / 1000)
    : until - lengths[query.get('range') ?? '1h'];
  const width = widths.find((one) => (until - from) / one <= 120) ?? 604800;
  const first = from - (from % width);
  const spans = [];
  for (let start = first; start < until; start += width)
    spans.push(
      quiet
        ? { at: stamp(start), received: 0, sent: 0, failed: 0, suspended: 0, waiting: 0, held: 0 }
        : span(start, Math.min(width, until - start)),
    );
  const sum = (name) => spans.reduce((all, one) => all + (one[name] ?? 0), 0);
  const most = (name) => Math.max(...spans.map((one) => one[name] ?? 0));
  const codes = ['certificates.expired', 'adapters.http-refused', 'messaging.no-subscriber'];
  const reasons = codes
    .map((code, place) => {
      const counts = spans.map((one, index) =>
        place === index % 2 || (place === 2 && one.suspended > 5) ? Math.max(0, one.suspended - (place === 2 ? 5 : 0)) : 0,
      );
      return { code, total: counts.reduce((all, one) => all + one, 0), counts };
    })
    .filter((one) => one.total > 0)
    .sort((a, b) => b.total - a.total);
  return {
    from: stamp(first),
    until: stamp(until),
    seconds: width,
    total: {
      at: stamp(first),
      received: sum('received'),
      sent: sum('sent'),
      failed: sum('failed'),
      suspended: sum('suspended'),
      ...(sum('sent') > 0 ? { latency_p50_ms: 118, latency_p99_ms: most('latency_p99_ms') } : {}),
      waiting: most('waiting'),
      held: most('held'),
    },
    spans,
    suspended: reasons,
  };
}

/** What one port, location or party has done lately: always the same for the same name. */
export function activity(name, certificate) {
  const next = random([...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 2147483647);
  for (let i = 0; i < 3; i += 1) next();
  const busy = next() > 0.15 ? Math.ceil(400 * next() ** 2) : 0;
  const hours = Array.from({ length: 24 }, (_, hour) =>
    Math.round(busy * (0.3 + 0.7 * Math.max(0, Math.sin(((hour - 4) / 15) * Math.PI))) * (0.7 + 0.6 * next())),
  );
  const failures = next() > 0.75 ? Math.ceil(next() * 9) : 0;
  const minutes = (count) => new Date(Date.now() - count * 60e3).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    hour: hours.at(-1),
    hour_failures: failures > 5 ? 2 : 0,
    day: hours.reduce((all, one) => all + one, 0),
    day_failures: failures,
    by_hour: hours,
    ...(busy ? { last_message: minutes(Math.ceil(next() * 40)) } : {}),
    ...(failures ? { last_failure: minutes(Math.ceil(next() * 600)), last_failure_code: 'adapters.http-refused' } : {}),
    ...(certificate ? { certificate } : {}),
  };
}
