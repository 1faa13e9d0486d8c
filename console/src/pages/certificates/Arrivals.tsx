import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/problem';
import { Dim, Note, State } from '../../parts/basics';
import { day, plural } from '../../parts/format';
import { Thumbprint, WhereLink } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import { Validity } from '../../parts/Validity';
import styles from './certificates.module.css';
import { digits, stores } from './words';

type Result = Schemas['ImportResult'];
type Arrival = Result['imported'][number];

/** What was imported, or would be. */
export function Arrivals({ result }: { result: Result }) {
  const dry = result.dry_run;
  return (
    <>
      {result.imported.map((one) => (
        <ArrivalCard key={`${one.store}${one.thumbprint}`} one={one} dry={dry} />
      ))}
      {result.revocation_lists > 0 && (
        <p>
          {plural(result.revocation_lists, 'revocation list')}
          {dry && result.lists.length > 0 && `: ${result.lists.map((list) => `${list.issuer}, of ${day(list.this_update)}`).join('; ')}`}
        </p>
      )}
      {result.untrusted_roots.length > 0 && (
        <Note tone="amber">
          {dry ? 'Will be left out' : 'Left out'}, because nobody said that they are to be trusted:{' '}
          {result.untrusted_roots.map((one) => one.name).join(', ')}
        </Note>
      )}
      {result.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </>
  );
}

function ArrivalCard({ one, dry }: { one: Arrival; dry: boolean }) {
  const good = one.chain.status === 'ok';
  const there = one.outcome === 'already there';
  return (
    <div className={`${parts.card} ${styles.arrival}`}>
      <strong>{one.name || one.subject}</strong>{' '}
      <Dim>
        {there ? 'already there' : dry ? 'will be added' : one.outcome}, {stores[one.store]}
        {one.account && one.account !== 'default' && ` of ${one.account}`}
        {one.private_key && ', with its private key'}
      </Dim>
      <div className={styles.node}>
        <Validity until={one.not_after} /> <Dim>{one.key}</Dim> <Dim>may {one.usages}</Dim>
      </div>
      <div>{dry && !there ? <span className={parts.mono}>{one.thumbprint}</span> : <Thumbprint value={one.thumbprint} />}</div>
      <div>
        <State tone={good ? 'good' : 'warn'}>{good ? 'Chain to a trusted root' : `Chain: ${one.chain.reason || one.chain.status}`}</State>
      </div>
      {one.fits.map((fit) => (
        <div key={fit}>
          <State tone="good">
            {dry ? 'will serve' : 'serves'} {fit}
          </State>
        </div>
      ))}
      {one.misfits.map((misfit) => (
        <div key={misfit}>
          <State tone="bad" icon="warn">
            {misfit}
          </State>
        </div>
      ))}
      {one.warnings.map((warning) => (
        <div key={warning}>
          <State tone="warn">{warning}</State>
        </div>
      ))}
      {one.replaces.map((old) => (
        <div key={old.thumbprint} className={styles.replaces}>
          Could take over from <strong>{old.name}</strong>, which ends {day(old.not_after)} and is used by{' '}
          {old.used_by.map((where, index) => (
            <span key={where}>
              {index > 0 && ', '}
              <WhereLink where={where} />
            </span>
          ))}
          {!dry && (
            <>
              {' · '}
              <Link to={`/certificates/rollover?before=${digits(old.thumbprint)}&after=${digits(one.thumbprint)}`}>
                Plan the rollover
              </Link>
            </>
          )}
        </div>
      ))}
    </div>
  );
}
