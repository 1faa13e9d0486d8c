import { Link } from 'react-router-dom';
import type { Schemas } from '../api/problem';
import styles from './activity.module.css';
import { Dim, State, When } from './basics';
import { number } from './format';
import type { Column } from './table';

export type Activity = Schemas['Activity'];

/** What each port, location or party of a list has done lately, and the first of its certificates to expire. */
export function activityColumns<T>({
  of,
  failures,
}: {
  of: (row: T) => Activity | undefined;
  /** The list behind what failed. */
  failures: (row: T) => string;
}): Column<T>[] {
  return [
    {
      title: 'Last message',
      align: 'tight',
      sort: (row) => of(row)?.last_message ?? '',
      cell: (row) => {
        const last = of(row)?.last_message;
        return last ? <When time={last} /> : <Dim>none</Dim>;
      },
    },
    {
      title: 'Per hour',
      align: 'right',
      sort: (row) => String(of(row)?.hour ?? 0).padStart(12, '0'),
      cell: (row) => {
        const activity = of(row);
        if (!activity) return null;
        return (
          <span className={styles.rate} title={`${number(activity.day)} in the last 24 hours`}>
            <Bars counts={activity.by_hour} />
            <span>{number(activity.hour)}</span>
          </span>
        );
      },
    },
    {
      title: 'Failures, 24 h',
      align: 'right',
      sort: (row) => String(of(row)?.day_failures ?? 0).padStart(12, '0'),
      cell: (row) => {
        const activity = of(row);
        if (!activity?.day_failures) return <Dim>0</Dim>;
        return (
          <Link to={failures(row)} title={activity.last_failure_code || undefined}>
            <State tone="bad" icon="warn">
              {number(activity.day_failures)}
            </State>
          </Link>
        );
      },
    },
    {
      title: 'Certificate',
      align: 'tight',
      sort: (row) => of(row)?.certificate?.not_after ?? '9999',
      cell: (row) => {
        const next = of(row)?.certificate;
        if (!next) return <Dim>none</Dim>;
        const left = next.days_left;
        const words = left < 0 ? 'expired' : left === 0 ? 'today' : `${number(left)} ${left === 1 ? 'day' : 'days'}`;
        return (
          <Link to={`/certificates/${next.thumbprint.replaceAll(' ', '')}`} title={next.name}>
            {left < 30 ? (
              <State tone={left < 7 ? 'bad' : 'warn'} icon="warn">
                {words}
              </State>
            ) : (
              words
            )}
          </Link>
        );
      },
    },
  ];
}

/** Messages in each of the last 24 hours: whether anything flows, and when; the figure is beside it. */
function Bars({ counts }: { counts: number[] }) {
  const top = Math.max(1, ...counts);
  return (
    <svg className={styles.bars} width="72" height="16" viewBox="0 0 72 16" aria-hidden="true">
      {counts.map((count, index) => {
        const height = count === 0 ? 1 : Math.max(2, (15 * count) / top);
        return <rect key={index} x={index * 3} y={16 - height} width="2" height={height} fill="currentColor" />;
      })}
    </svg>
  );
}
