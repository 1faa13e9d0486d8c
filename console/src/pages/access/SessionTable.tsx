import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { Dim, State, When } from '../../parts/basics';
import type { useFilters } from '../../parts/filters';
import { List } from '../../parts/list';
import { usePages } from '../../parts/pages';
import type { Column } from '../../parts/table';
import { Act } from './Act';

export type SessionRow = Schemas['Sessions']['items'][number];

const columns = (own: boolean, named: boolean): Column<SessionRow>[] => [
  ...(named
    ? [
        {
          title: 'User',
          align: 'tight' as const,
          sort: (one: SessionRow) => one.user,
          cell: (one: SessionRow) => <Link to={`/users/${encodeURIComponent(one.user)}`}>{one.user}</Link>,
        },
      ]
    : []),
  {
    title: 'Address',
    align: 'tight',
    sort: (one) => one.address,
    cell: (one) => (
      <>
        {one.address}
        {one.this && (
          <>
            {' '}
            <State tone="good">this one</State>
          </>
        )}
      </>
    ),
  },
  { title: 'Last request', align: 'tight', sort: (one) => one.seen, cell: (one) => <When time={one.seen} /> },
  { title: 'Begun', align: 'tight', sort: (one) => one.begun, cell: (one) => <When time={one.begun} /> },
  { title: 'Ends at the latest', align: 'tight', cell: (one) => <When time={one.until} /> },
  {
    title: 'Actions',
    align: 'tight',
    cell: (one) =>
      one.this ? (
        <Dim>sign out in the menu above</Dim>
      ) : (
        <Act
          compact
          verb="End"
          what={`session ${own ? 'from' : `of ${one.user} from`} ${one.address}`}
          effect="Whoever works in it must sign in again."
          act={() => {
            const options = { params: { path: { session: one.id } } };
            return ask(
              own
                ? client.DELETE('/profile/sessions/{session}', options)
                : client.DELETE('/sessions/{session}', options),
            );
          }}
          keys={['sessions']}
        />
      ),
  },
];

/** One's own without a user; else those of one user, or of all for an empty name. */
export function SessionTable({ user, filters }: { user?: string; filters?: ReturnType<typeof useFilters> }) {
  const own = user === undefined;
  const pages = usePages(
    ['sessions', own ? 'own' : user],
    (cursor) =>
      own
        ? ask(client.GET('/profile/sessions'))
        : ask(client.GET('/sessions', { params: { query: { ...(user ? { user } : {}), cursor } } })),
    { every: 30_000 },
  );
  return (
    <List
      label="Sessions"
      pages={pages}
      filters={filters}
      id={(one) => one.id}
      columns={columns(own, user === '' || filters !== undefined)}
      nothing={{ title: user ? `${user} is not signed in` : 'Nobody is signed in' }}
    />
  );
}
