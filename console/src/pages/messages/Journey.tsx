import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { capital, Dim, Empty, Facts, Loaded } from '../../parts/basics';
import { absolute, size } from '../../parts/format';
import { Icon, type IconName } from '../../parts/icons';
import { PortLink, Thumbprint } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import styles from './message.module.css';

type Record_ = Schemas['TrackingRecord'];

const events: Record<string, [string, 'good' | 'warn' | 'bad' | 'plain', IconName]> = {
  received: ['Received', 'good', 'in'],
  refused: ['Refused by its receive pipeline', 'bad', 'bad'],
  unroutable: ['Published, but nobody subscribes', 'bad', 'route'],
  routed: ['Routed', 'good', 'route'],
  attempted: ['An attempt failed', 'warn', 'again'],
  sent: ['Sent', 'good', 'out'],
  suspended: ['Suspended', 'bad', 'pause'],
  resumed: ['Resumed', 'plain', 'play'],
  resent: ['Sent once more', 'plain', 'again'],
  terminated: ['Terminated', 'plain', 'bad'],
  acknowledged: ['Acknowledged', 'good', 'good'],
  'body-stored': ['Kept for proof', 'plain', 'file'],
  dropped: ['Dropped', 'bad', 'bad'],
  repeated: ['Came once more', 'plain', 'again'],
  'credentials-asked': ['Name and password were looked up', 'plain', 'lock'],
  'credentials-changed': ['Credentials were changed', 'plain', 'lock'],
};
export const eventTitle = (event: string): string => events[event]?.[0] ?? capital(event);

/** The message from its arrival downwards, then a branch for each subscriber. */
export function Journey({ id, mine }: { id: string; mine: ReadonlySet<string> }) {
  const query = useQuery({
    queryKey: ['message', id, 'journey'],
    queryFn: () => ask(client.GET('/messages/{id}/journey', { params: { path: { id } } })),
    refetchInterval: 10_000,
  });
  return (
    <Loaded query={query}>
      {({ records }) => {
        if (records.length === 0)
          return (
            <Empty title="The log has no record of it">
              <p>Tracking may be off for its ports: each says so on its page Tracking.</p>
            </Empty>
          );
        const trunk = records.filter((one) => !one.work);
        const branches = new Map<string, Record_[]>();
        for (const one of records) if (one.work) branches.set(one.work, [...(branches.get(one.work) ?? []), one]);
        return (
          <div className={parts.card}>
            <Steps records={trunk} open={branches.size > 0} />
            {branches.size > 0 && (
              <div className={styles.branches}>
                {[...branches].map(([work, steps]) => (
                  <section
                    key={work}
                    className={mine.has(work) && branches.size > 1 ? `${styles.branch} ${styles.mine}` : styles.branch}
                  >
                    <h3>
                      To <PortLink name={steps.find((one) => one.port)?.port} />
                    </h3>
                    <Steps records={steps} />
                  </section>
                ))}
              </div>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

function Steps({ records, open = false }: { records: Record_[]; open?: boolean }) {
  return (
    <ol className={styles.journey}>
      {records.map((record, index) => {
        const [title, tone, icon] = events[record.event] ?? [capital(record.event), 'plain', 'wait'];
        const last = index === records.length - 1 && !open;
        return (
          <li key={record.sequence} className={last ? `${styles.step} ${styles.last}` : styles.step}>
            <span className={`${styles.sign} ${tone === 'plain' ? '' : styles[tone]}`}>
              <Icon name={icon} size={14} />
            </span>
            <div>
              <div className={styles.title}>
                <h3>{title}</h3>
                <Dim>
                  <time dateTime={record.at}>{absolute(record.at)}</time>
                  {record.instance && ` · ${record.instance}`}
                </Dim>
              </div>
              {record.words && record.words !== '-' && <p className={styles.words}>{record.words}</p>}
              <Details record={record} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function Details({ record }: { record: Record_ }) {
  const details = record.details ?? [];
  const bodies = useMay('view-body');
  if (details.length === 0) return null;
  return (
    <details className={styles.evidence}>
      <summary>Evidence: {details.length} details</summary>
      <Facts
        rows={details.map(([name = '', value = ''], index): [string, ReactNode] => [
          `${name}${details.findIndex((one) => one[0] === name) === index ? '' : ' '.repeat(index)}`,
          detail(name, value, bodies),
        ])}
      />
    </details>
  );
}
function detail(name: string, value: string, bodies: boolean): ReactNode {
  if (name.endsWith('thumbprint') || (name === 'party.evidence' && /^[0-9a-f]{40,64}$/i.test(value)))
    return <Thumbprint value={value} />;
  if (name.endsWith('bytes')) return `${size(Number(value))} (${Number(value).toLocaleString('en-US')} bytes)`;
  if (name.startsWith('body.'))
    return bodies ? (
      <a className={parts.mono} href={`/api/v1/tracking/bodies/${encodeURIComponent(value)}`} download>
        {value}
      </a>
    ) : (
      <span className={parts.mono}>{value}</span>
    );
  return /sha256|digest|mic/.test(name) ? <span className={parts.mono}>{value}</span> : value;
}
