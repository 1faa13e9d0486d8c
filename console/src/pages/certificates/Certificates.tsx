import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { Dim, Loaded, PageHead, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { plural } from '../../parts/format';
import { Thumbprint, WhereLink } from '../../parts/links';
import { FilterRow, List, TextFilter } from '../../parts/list';
import { usePages } from '../../parts/pages';
import parts from '../../parts/parts.module.css';
import type { Column } from '../../parts/table';
import { Validity } from '../../parts/Validity';
import styles from './certificates.module.css';
import { Import } from './Import';
import { type Store, stores } from './words';

type Certificate = Schemas['Certificate'];

const unfit = /^cannot be used to (\w+):/;
/** What its key usage does not allow, as it is meant to be where there is one certificate for each use. */
function Unfit({ warnings }: { warnings: string[] }) {
  return warnings.length === 0 ? null : (
    <div title={warnings.join('\n')}>
      <Dim>not to {warnings.map((warning) => unfit.exec(warning)?.[1]).join(' or ')}</Dim>
    </div>
  );
}

const columns: Column<Certificate>[] = [
  {
    title: 'Common name',
    align: 'wide',
    sort: (one) => one.name,
    cell: (one) => (
      <>
        <Link to={`/certificates/${one.thumbprint.replace(/ /g, '')}`}>{one.name}</Link>
        {one.warnings
          .filter((warning) => !unfit.test(warning))
          .map((warning) => (
            <div key={warning} className={styles.warning}>
              {warning}
            </div>
          ))}
        <Unfit warnings={one.warnings.filter((warning) => unfit.test(warning))} />
      </>
    ),
  },
  { title: 'Valid', align: 'tight', sort: (one) => one.not_after, cell: (one) => <Validity until={one.not_after} /> },
  {
    title: 'Store',
    align: 'tight',
    sort: (one) => one.store,
    cell: (one) => `${stores[one.store]}${one.account && one.account !== 'default' ? ` of ${one.account}` : ''}`,
  },
  {
    title: 'Key',
    align: 'tight',
    cell: (one) =>
      one.private_key ? (
        <span title="with its private key">
          <State tone="plain" icon="lock">
            {one.key}
          </State>
        </span>
      ) : (
        one.key
      ),
  },
  {
    title: 'Used by',
    align: 'wide',
    sort: (one) => one.used_by.length,
    cell: (one) =>
      one.used_by.length ? (
        one.used_by.map((where) => (
          <div key={where}>
            <WhereLink where={where} />
          </div>
        ))
      ) : (
        <Dim>nobody</Dim>
      ),
  },
  { title: 'Thumbprint', align: 'tight', cell: (one) => <Thumbprint value={one.thumbprint} short /> },
];

export default function Certificates() {
  const filters = useFilters();
  const may = useMay('certificates');
  const store = filters.get('store') as Store | '';
  const query = { store: store || undefined, ...filters.picked('search', 'account') };
  const pages = usePages(['certificates', 'list', query], (cursor) =>
    ask(client.GET('/certificates', { params: { query: { ...query, cursor } } })),
  );
  return (
    <>
      <Timeline />
      {may && <Import />}
      <div style={{ marginTop: 16 }}>
        <FilterRow of={filters}>
          <SegmentedControl
            size="xs"
            aria-label="Store"
            value={store}
            onChange={(value) => filters.set('store', value)}
            data={[
              { value: '', label: 'All stores' },
              ...Object.entries(stores).map(([value, label]) => ({ value, label })),
            ]}
          />
          <TextFilter of={filters} name="search" label="Search" placeholder="Name, e-mail, thumbprint" width={220} />
          {(store === 'Personal' || filters.get('account')) && (
            <TextFilter of={filters} name="account" label="Account" placeholder="default" width={140} />
          )}
        </FilterRow>
      </div>
      <List
        label="Certificates"
        filters={filters}
        pages={pages}
        id={(one) => `${one.store}${one.account ?? ''}${one.sha256}`}
        columns={columns}
        nothing={{
          title: 'There are no certificates yet',
          filtered: 'No certificate is like this',
          text: 'Drop a file above, or import it on the command line:',
          command: 'sealgate cert import partner.pem',
        }}
      />
    </>
  );
}

const shortFormat = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });

/** The year at a glance: how many end in each month, and whether something stops then. */
function Year({ items }: { items: Schemas['Forecast']['items'] }) {
  const now = new Date();
  const months = Array.from({ length: 12 }, (_, index) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + index)));
  return (
    <ol className={styles.year} aria-label="How many expire in each month">
      {months.map((month) => {
        const ends = items.filter(
          (one) => one.days_left >= 0 && one.not_after.slice(0, 7) === month.toISOString().slice(0, 7),
        );
        const due = ends.filter((one) => !one.covered);
        return (
          <li
            key={month.toISOString()}
            className={due.length ? styles.due : ends.length ? styles.some : undefined}
            title={
              ends.length
                ? `${plural(ends.length, 'certificate')} ${ends.length === 1 ? 'ends' : 'end'}${due.length < ends.length ? `, ${ends.length - due.length} of them replaced by then` : ''}`
                : 'none ends'
            }
          >
            {shortFormat.format(month)}
            <strong>{ends.length || '·'}</strong>
          </li>
        );
      })}
    </ol>
  );
}

const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** What expires in the next twelve months, month by month; what has expired and is still used comes first. */
function Timeline() {
  const query = useQuery({
    queryKey: ['certificates', 'expiry', '365d'],
    queryFn: () => ask(client.GET('/expiry', { params: { query: { within: '365d' } } })),
  });
  return (
    <Loaded query={query} rows={4}>
      {({ items }) => {
        const late = items.filter((one) => one.days_left < 0);
        const soon = items.filter((one) => one.days_left >= 0 && one.days_left <= 30 && !one.covered);
        const months = new Map<string, typeof items>();
        for (const one of items) {
          const month = one.days_left < 0 ? 'Expired' : monthFormat.format(new Date(one.not_after));
          months.set(month, [...(months.get(month) ?? []), one]);
        }
        return (
          <>
            <PageHead
              title="Certificates"
              sentence={
                late.length
                  ? `${plural(late.length, 'certificate')} that ${late.length === 1 ? 'is' : 'are'} in use ${late.length === 1 ? 'has' : 'have'} expired${soon.length ? `, ${soon.length} more ${soon.length === 1 ? 'expires' : 'expire'} within 30 days` : ''}.`
                  : soon.length
                    ? `${plural(soon.length, 'certificate')} in use ${soon.length === 1 ? 'expires' : 'expire'} within 30 days.`
                    : 'Nothing in use expires within 30 days.'
              }
            >
              <Button size="xs" variant="default" component={Link} to="/certificates/rollover">
                Rollover…
              </Button>
              <Button size="xs" variant="default" component={Link} to="/certificates/lists">
                Revocation lists
              </Button>
            </PageHead>
            {items.length > 0 && (
              <section className={parts.card} aria-label="Expiry in the next 12 months">
                <h2>Expiry in the next 12 months</h2>
                <Year items={items} />
                <div className={styles.timeline}>
                  {[...months].map(([month, expiring]) => (
                    <div key={month} className={month === 'Expired' ? `${styles.month} ${styles.late}` : styles.month}>
                      <span>{month}</span>
                      <ul className={styles.expiring}>
                        {expiring.map((one) => (
                          <li key={one.sha256}>
                            <Link to={`/certificates/${one.thumbprint.replace(/ /g, '')}`}>{one.name}</Link>
                            <Validity until={one.not_after} covered={one.covered} />
                            {one.covered ? (
                              <Dim>another takes over, nothing stops</Dim>
                            ) : (
                              <Dim>
                                {one.uses.map((use, index) => (
                                  <span key={index}>
                                    {index > 0 && ', '}
                                    <WhereLink where={use.where} />
                                  </span>
                                ))}
                              </Dim>
                            )}
                          </li>
                        ))}
                      </ul>
                    </div>
                  ))}
                </div>
              </section>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
