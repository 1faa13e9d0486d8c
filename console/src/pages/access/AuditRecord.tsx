import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { Command, Dim, Facts, Loaded, PageHead, When } from '../../parts/basics';
import parts from '../../parts/parts.module.css';
import styles from './access.module.css';
import { Outcome, Who } from './AuditLog';
import { ObjectLink } from './ObjectLink';

export default function AuditRecord() {
  const number = Number(useParams().number);
  const query = useQuery({
    queryKey: ['audit-log', 'record', number],
    queryFn: () => ask(client.GET('/audit-log/{number}', { params: { path: { number } } })),
  });
  return (
    <Loaded query={query}>
      {({ record, stored, hash }) => (
        <>
          <PageHead
            title={`${record.action}: record ${record.number}`}
            crumbs={[{ to: '/audit-log', text: 'Audit log' }]}
            state={<Outcome outcome={record.outcome} />}
          />
          <section className={parts.card}>
            <Facts
              rows={[
                ['When', <When key="when" time={record.at} />],
                [
                  'Who',
                  <span key="who">
                    <Who who={record.who} /> <Dim>from {record.from}</Dim>
                  </span>,
                ],
                ['To what', <ObjectLink key="object" object={record.object} />],
                ['Before', record.before && <code className={parts.mono}>{record.before}</code>],
                ['After', record.after && <code className={parts.mono}>{record.after}</code>],
                ...record.details.map((one): [string, React.ReactNode] => [
                  one.name,
                  <span key={one.name} className={parts.mono}>
                    {one.value}
                  </span>,
                ]),
              ]}
            />
          </section>
          <section className={`${parts.card} ${parts.stack}`}>
            <h2>As it is stored</h2>
            <pre className={parts.diff} tabIndex={0} aria-label="Record as it is stored">
              <span>{stored}</span>
            </pre>
            <Facts
              rows={[
                [
                  'Hash',
                  <code key="hash" className={parts.mono}>
                    {hash}
                  </code>,
                ],
              ]}
            />
            <p>
              <Dim>SHA-256 of this record, its number and the hash of the record before.</Dim>
            </p>
            <div>
              <Command text={`sealgate audit-log show ${record.number}`} />
            </div>
          </section>
          <p className={styles.above}>
            {record.number > 1 && <Link to={`/audit-log/${record.number - 1}`}>The record before</Link>}{' '}
            <Link to={`/audit-log/${record.number + 1}`}>The record after</Link>
          </p>
        </>
      )}
    </Loaded>
  );
}
