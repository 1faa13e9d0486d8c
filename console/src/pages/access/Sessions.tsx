import { useUsers } from './access';
import { PageHead } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { ChoiceFilter, FilterRow } from '../../parts/list';
import { Act } from './Act';
import { ask, client } from '../../api/client';
import { SessionTable } from './SessionTable';

export default function Sessions() {
  const filters = useFilters();
  const names = useUsers().data?.items.map((one) => one.name) ?? [];
  const user = filters.get('user');
  return (
    <>
      <PageHead
        title="Sessions"
        sentence="Who is signed in. A session ends after 30 minutes without a request, and after 12 hours in any case."
      >
        {user && (
          <Act
            verb="Sign out everywhere"
            what={user}
            effect={`All sessions of ${user} end.`}
            act={() => ask(client.DELETE('/users/{name}/sessions', { params: { path: { name: user } } }))}
            keys={['sessions']}
          />
        )}
      </PageHead>
      <FilterRow of={filters}>
        <ChoiceFilter of={filters} name="user" label="User" any="Everybody" data={names} />
      </FilterRow>
      <SessionTable user={user} filters={filters} />
    </>
  );
}
