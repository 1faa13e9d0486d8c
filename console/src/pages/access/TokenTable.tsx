import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { Dim, Empty, Loaded, State, When } from '../../parts/basics';
import type { useFilters } from '../../parts/filters';
import { List } from '../../parts/list';
import { usePages } from '../../parts/pages';
import { Table, type Column } from '../../parts/table';
import { Validity } from '../../parts/Validity';
import { Act } from './Act';

type Own = Schemas['Tokens']['items'][number];
type Issued = Schemas['IssuedTokens']['items'][number];

const common: Column<Own>[] = [
  {
    title: 'Used',
    align: 'tight',
    sort: (one) => one.used ?? '',
    cell: (one) => (
      <>
        <When time={one.used} /> {one.used_from && <Dim>from {one.used_from}</Dim>}
      </>
    ),
  },
  { title: 'Made', align: 'tight', sort: (one) => one.created, cell: (one) => <When time={one.created} /> },
  { title: 'Valid', align: 'tight', sort: (one) => one.until, cell: (one) => <Validity until={one.until} /> },
];
const name: Column<Own> = {
  title: 'Name',
  align: 'tight',
  sort: (one) => one.name,
  cell: (one) => <strong>{one.name}</strong>,
};

function revoke(token: string, owner?: string) {
  return (
    <Act
      compact
      verb="Revoke"
      what={`token ${token}${owner ? ` of ${owner}` : ''}`}
      effect="Programs that use it are refused from now on. This cannot be undone."
      act={() =>
        ask(
          owner === undefined
            ? client.DELETE('/tokens/{name}', { params: { path: { name: token } } })
            : client.DELETE('/users/{name}/tokens/{token}', { params: { path: { name: owner, token } } }),
        )
      }
      keys={['tokens']}
    />
  );
}

export function OwnTokens() {
  const query = useQuery({ queryKey: ['tokens', 'own'], queryFn: () => ask(client.GET('/tokens')) });
  return (
    <Loaded query={query} rows={2}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="You have no tokens">
            <p>With a token a program does what you may, or less, until it ends.</p>
          </Empty>
        ) : (
          <Table
            label="Your tokens"
            rows={items}
            id={(one) => one.name}
            columns={[
              name,
              { title: 'Allows', align: 'wide', cell: (one) => one.scopes.join(', ') },
              ...common,
              { title: 'Actions', align: 'tight', cell: (one) => revoke(one.name) },
            ]}
          />
        )
      }
    </Loaded>
  );
}

/** Of one user, or of all for an empty name. */
export function TokenTable({ user, filters }: { user: string; filters?: ReturnType<typeof useFilters> }) {
  const pages = usePages(['tokens', 'issued', user], (cursor) =>
    ask(client.GET('/issued-tokens', { params: { query: { ...(user ? { user } : {}), cursor } } })),
  );
  const owner: Column<Issued> = {
    title: 'Owner',
    align: 'tight',
    sort: (one) => one.owner,
    cell: (one) => <Link to={`/users/${encodeURIComponent(one.owner)}`}>{one.owner}</Link>,
  };
  return (
    <List<Issued>
      label="Tokens"
      pages={pages}
      filters={filters}
      id={(one) => `${one.owner}/${one.name}`}
      nothing={{ title: 'There are no tokens', filtered: 'This user has no tokens' }}
      columns={[
        ...(filters ? [owner] : []),
        name,
        {
          title: 'Allows',
          align: 'wide',
          cell: (one) => {
            const lost = one.scopes.filter((scope) => !one.allowed.includes(scope));
            return (
              <>
                {one.allowed.join(', ')}
                {lost.length > 0 && (
                  <>
                    {' '}
                    <State tone="warn">not any more: {lost.join(', ')}</State>
                  </>
                )}
              </>
            );
          },
        },
        ...common,
        { title: 'Actions', align: 'tight', cell: (one) => revoke(one.name, one.owner) },
      ]}
    />
  );
}
