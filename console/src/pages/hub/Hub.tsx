import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Status } from '../../api/live';
import { useStatus } from '../../frame/Frame';
import { Dim, Loaded, State, When } from '../../parts/basics';
import { Validity } from '../../parts/Validity';
import { number, plural } from '../../parts/format';
import { Icon } from '../../parts/icons';
import parts from '../../parts/parts.module.css';
import { Charts } from './Charts';
import styles from './hub.module.css';

const signs = { good: 'good', warning: 'warn', bad: 'bad' } as const;

/** How the group is, in one sentence, and the figures that it stands on. */
export function Hub() {
  const query = useStatus();
  return <Loaded query={query}>{(status) => <Figures status={status} />}</Loaded>;
}

function Figures({ status }: { status: Status }) {
  const { work, instances } = status;
  return (
    <>
      <div className={`${styles.health} ${styles[status.health]}`}>
        <Icon name={signs[status.health]} size={20} />
        <div>
          <h1>{status.sentence}</h1>
          <Dim>
            {number(status.rates.received)} in and {number(status.rates.sent)} out in the last minute ·{' '}
            {status.group && `${status.group} · `}revision {status.revision} · version {status.version} · as of <When time={status.at} />
          </Dim>
        </div>
      </div>
      <Charts status={status} />
      <div className={styles.columns}>
        <div>
          <section className={parts.card}>
            <h2>Suspended now, by reason</h2>
            {status.suspended.length === 0 ? (
              <State tone="good">Nothing is suspended</State>
            ) : (
              <ul className={styles.bars}>
                {status.suspended.map((one) => (
                  <li key={one.code}>
                    <Link to={`/suspended?code=${encodeURIComponent(one.code)}`}>
                      <code className={parts.mono}>{one.code}</code>
                      <strong>{number(one.count)}</strong>
                      <svg className={styles.track} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                        <rect
                          width={Math.max(1, (100 * one.count) / Math.max(1, work.suspended))}
                          height="6"
                          fill="currentColor"
                        />
                      </svg>
                    </Link>
                  </li>
                ))}
              </ul>
            )}
            {work.suspended > 0 && (
              <p className={styles.foot}>
                <Link to="/suspended">{plural(work.suspended, 'suspended message')}, with what to do about them</Link>
              </p>
            )}
          </section>
          <Instances alive={instances.alive} silent={instances.silent} />
        </div>
        <div>
          <Expiring />
          <section className={parts.card}>
            <h2>Work</h2>
            <ul className={styles.list}>
              {(['ready', 'active', 'retrying', 'scheduled', 'suspended', 'completed', 'terminated'] as const).map(
                (state) => (
                  <li key={state}>
                    <Link to={`/messages?state=${state}`}>{state.charAt(0).toUpperCase() + state.slice(1)}</Link>
                    <span>{number(work[state])}</span>
                  </li>
                ),
              )}
            </ul>
          </section>
        </div>
      </div>
    </>
  );
}

function Expiring() {
  const query = useQuery({
    queryKey: ['certificates', 'expiry', '90d'],
    queryFn: () => ask(client.GET('/expiry', { params: { query: { within: '90d' } } })),
    staleTime: 60_000,
  });
  return (
    <section className={parts.card}>
      <h2>What expires next</h2>
      <Loaded query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <State tone="good">Nothing within 90 days</State>
          ) : (
            <>
              <ul className={styles.list}>
                {items.slice(0, 5).map((one) => (
                  <li key={one.sha256}>
                    <span>
                      <Link to={`/certificates/${one.sha256.replaceAll(' ', '')}`}>{one.name}</Link>
                      <br />
                      <Dim>{one.covered ? 'another takes over' : one.uses.map((use) => use.where).join(', ')}</Dim>
                    </span>
                    <Validity until={one.not_after} covered={one.covered} />
                  </li>
                ))}
              </ul>
              <p className={styles.foot}>
                <Link to="/certificates">Timeline of all {items.length}</Link>
              </p>
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function Instances({ alive, silent }: { alive: number; silent: number }) {
  const query = useQuery({
    queryKey: ['instances'],
    queryFn: () => ask(client.GET('/host-instances')),
    refetchInterval: 15_000,
  });
  return (
    <section className={parts.card}>
      <h2>
        Host instances: {alive} alive{silent > 0 && `, ${silent} silent`}
      </h2>
      <Loaded query={query} rows={2}>
        {({ items }) => (
          <ul className={styles.list}>
            {items.map((one) => (
              <li key={one.name}>
                <Link to="/host-instances">{one.name}</Link>
                {one.state === 'alive' ? (
                  <State tone="good">alive</State>
                ) : (
                  <State tone="bad" icon="warn">
                    silent, seen <When time={one.seen} />
                  </State>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}
