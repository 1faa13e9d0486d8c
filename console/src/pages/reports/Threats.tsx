import { useQuery } from '@tanstack/react-query';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { capital, Dim, Loaded, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { plural } from '../../parts/format';
import { Icon } from '../../parts/icons';
import { WhereLink } from '../../parts/links';
import { Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import styles from './threats.module.css';

type Flow = Schemas['ThreatModel']['flows'][number];

const open = (flow: Flow): number => flow.threats.reduce((sum, one) => sum + one.open.length, 0);

/** Drawn: each flow of data from where it comes, over the boundary of trust, to where it goes; below what was opened. */
export function Threats() {
  const { get, set } = useFilters();
  const query = useQuery({ queryKey: ['threats'], queryFn: () => ask(client.GET('/audit/threat-model')) });
  return (
    <Loaded query={query}>
      {({ flows }) => {
        const total = flows.reduce((sum, flow) => sum + open(flow), 0);
        return (
          <>
            <p>
              {plural(flows.length, 'flow')} of data cross a boundary of trust;{' '}
              {total ? (
                <State tone="warn">{plural(total, 'threat')} open</State>
              ) : (
                <State tone="good">nothing is open</State>
              )}
              . Each letter is one of STRIDE; choose a flow to see what stands against it.
            </p>
            <ol className={styles.drawing} aria-label="Flows of data over boundaries of trust">
              {flows.map((flow) => {
                const key = `${flow.flow}|${flow.from}|${flow.to}`;
                const shown = get('flow') === key;
                return (
                  <li key={key}>
                    <button
                      type="button"
                      className={styles.flow}
                      aria-expanded={shown}
                      onClick={() => set('flow', shown ? null : key)}
                    >
                      <span className={styles.box}>{capital(flow.from)}</span>
                      <Arrow flow={flow} />
                      <span className={styles.box}>{capital(flow.to)}</span>
                    </button>
                    {shown && <Details flow={flow} />}
                  </li>
                );
              })}
            </ol>
          </>
        );
      }}
    </Loaded>
  );
}

function Arrow({ flow }: { flow: Flow }) {
  const count = open(flow);
  return (
    <span className={count ? `${styles.arrow} ${styles.open}` : styles.arrow}>
      <span className={styles.name}>{flow.flow}</span>
      <span className={styles.line} aria-hidden="true" />
      <span className={styles.letters}>
        {flow.threats.map((one) => (
          <span
            key={one.threat}
            className={one.open.length ? styles.bad : styles.good}
            title={`${one.threat}: ${one.open.length ? one.open.join('; ') : one.protections.join('; ') || 'nothing known'}`}
          >
            <Icon name={one.open.length ? 'warn' : 'good'} size={12} />
            {one.threat.charAt(0).toUpperCase()}
          </span>
        ))}
      </span>
      <span className={parts.hidden}>{count ? `${plural(count, 'threat')} open` : 'nothing open'}</span>
    </span>
  );
}

function Details({ flow }: { flow: Flow }) {
  return (
    <div className={styles.details}>
      <p>
        <WhereLink where={flow.flow} />
      </p>
      <Table
        label={`Threats of ${flow.flow}`}
        rows={flow.threats}
        id={(one) => one.threat}
        columns={[
          { title: 'Threat', align: 'wide', cell: (one) => capital(one.threat) },
          {
            title: 'What stands against it',
            align: 'wide',
            cell: (one) =>
              one.protections.length ? (
                one.protections.map((each) => (
                  <div key={each} className={styles.line2}>
                    <State tone="good">{''}</State>
                    {capital(each)}
                  </div>
                ))
              ) : (
                <Dim>nothing</Dim>
              ),
          },
          {
            title: 'Open',
            align: 'wide',
            cell: (one) =>
              one.open.length ? (
                one.open.map((each) => (
                  <div key={each} className={styles.line2}>
                    <State tone="warn">{''}</State>
                    {capital(each)}
                  </div>
                ))
              ) : (
                <Dim>nothing</Dim>
              ),
          },
        ]}
      />
    </div>
  );
}
