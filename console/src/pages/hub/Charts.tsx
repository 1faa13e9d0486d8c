import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Status } from '../../api/live';
import type { Schemas } from '../../api/problem';
import { Dim, Loaded } from '../../parts/basics';
import { Chart, type Line } from '../../parts/Chart';
import { useFilters } from '../../parts/filters';
import { number } from '../../parts/format';
import { type Range, RangePicker, rangeOf } from '../../parts/range';
import { milliseconds, short } from '../../parts/scale';
import styles from './hub.module.css';

type Figures = Schemas['Figures'];
type Sums = Schemas['FigureSums'];

/** What moved, for a time that can be chosen. Each chart leads to what it is made of. */
export function Charts({ status }: { status: Status }) {
  const filters = useFilters();
  const range = rangeOf(filters);
  const query = useQuery({
    queryKey: ['figures', range],
    queryFn: () => ask(client.GET('/figures', { params: { query: range } })),
    placeholderData: keepPreviousData,
    // A span that has not ended still grows; long ones are not worth asking for every few seconds.
    refetchInterval: (now) => (range.range ? Math.min(60, Math.max(5, (now.state.data?.seconds ?? 15) / 3)) * 1000 : false),
  });
  return (
    <>
      <div className={styles.range}>
        <RangePicker of={filters} />
      </div>
      <Loaded query={query} rows={6}>
        {(figures) => <Panels figures={figures} range={range} status={status} />}
      </Loaded>
    </>
  );
}

const tones: Line['tone'][] = ['bad', 'warn', 'accent', 'good', 'plain'];

function Panels({ figures, range, status }: { figures: Figures; range: Range; status: Status }) {
  const { spans, seconds, total } = figures;
  const starts = spans.map((one) => one.at);
  const line = (name: string, tone: Line['tone'], of: (one: Sums) => number | undefined): Line => ({
    name,
    tone,
    values: spans.map(of),
  });
  // What goes on until now has no end in the list behind it, so that the list goes on, too.
  const within = (address: string, parameters: Record<string, string>) => (from?: string, until?: string) => {
    const ends = until ?? range.until;
    const query = new URLSearchParams({ ...parameters, from: from ?? figures.from, ...(ends ? { until: ends } : {}) });
    return `${address}?${query.toString()}`;
  };
  const queue = status.work.ready + status.work.active + status.work.retrying + status.work.scheduled;
  const hours = Math.max(seconds, (Date.parse(figures.until) - Date.parse(figures.from)) / 1000) / 3600;
  return (
    <div className={styles.charts}>
      <Chart
        title="Messages in and out"
        figure={
          <>
            <strong>{number(total.received)}</strong> in, <strong>{number(total.sent)}</strong> out,{' '}
            {short(total.received / hours)} in an hour
          </>
        }
        lines={[line('In', 'accent', (one) => one.received), line('Out', 'good', (one) => one.sent)]}
        starts={starts}
        seconds={seconds}
        unit={short}
        list={within('/tracking', { event: 'received' })}
      />
      <Chart
        title="Latency"
        figure={
          total.latency_p50_ms === undefined ? (
            'nothing was sent'
          ) : (
            <>
              half within <strong>{milliseconds(total.latency_p50_ms)}</strong>, 99 % within{' '}
              <strong>{milliseconds(total.latency_p99_ms ?? 0)}</strong>
            </>
          )
        }
        lines={[
          line('p50', 'accent', (one) => one.latency_p50_ms),
          line('p99', 'warn', (one) => one.latency_p99_ms),
        ]}
        starts={starts}
        seconds={seconds}
        unit={milliseconds}
        list={within('/tracking', { event: 'sent' })}
      />
      <Chart
        title="Failures"
        figure={
          <>
            <strong>{number(total.failed)}</strong> <Dim>refused, failed attempts, suspended</Dim>
          </>
        }
        lines={[line('Failures', 'bad', (one) => one.failed)]}
        stacked
        starts={starts}
        seconds={seconds}
        unit={short}
        list={within('/tracking', { event: 'attempted' })}
      />
      <Chart
        title="Suspended by reason"
        figure={
          <>
            <strong>{number(total.suspended)}</strong> in this time, <strong>{number(status.work.suspended)}</strong> now
          </>
        }
        lines={figures.suspended.map((one, index) => ({
          name: one.code || 'other reasons',
          tone: one.code ? (tones[index] ?? 'plain') : 'other',
          values: one.counts,
        }))}
        stacked
        starts={starts}
        seconds={seconds}
        unit={short}
        list={within('/messages', { state: 'suspended' })}
        foot={
          status.work.suspended > 0 && (
            <Link to="/suspended" className={styles.remedy}>
              What to do about them
            </Link>
          )
        }
      />
      <Chart
        title="Queue"
        figure={
          <>
            <strong>{number(queue)}</strong> on their way
            {status.work.retrying > 0 && `, ${number(status.work.retrying)} of them are tried again`}
          </>
        }
        lines={[line('Waiting or at work', 'accent', (one) => one.waiting), line('Suspended', 'warn', (one) => one.held)]}
        starts={starts}
        seconds={seconds}
        unit={short}
        list={within('/messages', { state: 'ready,active,retrying,scheduled' })}
      />
    </div>
  );
}
