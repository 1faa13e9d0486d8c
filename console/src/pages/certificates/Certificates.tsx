import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { Command, Dim, Empty, Loaded, PageHead, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { plural } from '../../parts/format';
import { Thumbprint, WhereLink } from '../../parts/links';
import { type Column, More, Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { Validity } from '../../parts/Validity';
import { TextFilter } from '../messages/Messages';
import styles from './certificates.module.css';
import { Import } from './Import';

type Certificate = Schemas['Certificate'];
type Store = Schemas['StoreName'];

export const stores: Record<Store, string> = {
  Personal: 'Personal',
  OtherPeople: 'Other People',
  TrustedRoots: 'Trusted Roots',
  IntermediateAuthorities: 'Intermediate Authorities',
  Untrusted: 'Untrusted',
};

const columns: Column<Certificate>[] = [
  {
    title: 'Common name',
    align: 'wide',
    cell: (one) => (
      <>
        <Link to={`/certificates/${one.thumbprint.replace(/ /g, '')}`}>{one.name}</Link>
        {one.warnings.map((warning) => (
          <div key={warning} className={styles.warning}>
            {warning}
          </div>
        ))}
      </>
    ),
  },
  { title: 'Valid', align: 'tight', cell: (one) => <Validity until={one.not_after} /> },
  {
    title: 'Store',
    align: 'tight',
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
  const { get, set, picked, any, clear } = useFilters();
  const may = useMay('certificates');
  const store = get('store') as Store | '';
  const query = { store: store || undefined, ...picked('search', 'account') };
  const list = useInfiniteQuery({
    queryKey: ['certificates', 'list', query],
    queryFn: ({ pageParam }) =>
      ask(client.GET('/certificates', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
  return (
    <>
      <Timeline />
      {may && <Import />}
      <div className={parts.filters} style={{ marginTop: 16 }}>
        <SegmentedControl
          size="xs"
          aria-label="Store"
          value={store}
          onChange={(value) => set('store', value)}
          data={[
            { value: '', label: 'All stores' },
            ...Object.entries(stores).map(([value, label]) => ({ value, label })),
          ]}
        />
        <TextFilter
          label="Search"
          placeholder="Name, e-mail, thumbprint"
          value={get('search')}
          onChange={(value) => set('search', value)}
          width={220}
        />
        {(store === 'Personal' || get('account')) && (
          <TextFilter
            label="Account"
            placeholder="default"
            value={get('account')}
            onChange={(value) => set('account', value)}
            width={140}
          />
        )}
        {any && (
          <Button size="xs" variant="subtle" onClick={clear}>
            Clear
          </Button>
        )}
      </div>
      <Loaded query={list}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return rows.length === 0 && !list.hasNextPage ? (
            <Empty title="No certificate is like this">
              <p>Drop a file above, or import it on the command line:</p>
              <Command text="sealgate cert import partner.pem" />
            </Empty>
          ) : (
            <>
              <Table
                label="Certificates"
                rows={rows}
                id={(one) => `${one.store}${one.account ?? ''}${one.sha256}`}
                columns={columns}
              />
              <More
                shown={rows.length}
                next={list.hasNextPage}
                busy={list.isFetchingNextPage}
                onMore={() => void list.fetchNextPage()}
              />
            </>
          );
        }}
      </Loaded>
    </>
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
            />
            {items.length > 0 && (
              <section className={parts.card} aria-label="Expiry in the next 12 months">
                <h2>Expiry in the next 12 months</h2>
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
