import { ask, client } from '../../api/client';
import { Dim, When } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { labels } from '../../parts/links';
import { ChoiceFilter, ListPage, TextFilter } from '../../parts/list';
import { usePages } from '../../parts/pages';
import { By, RevisionLink } from './parts';

/** Every change of the configuration that is kept. */
export default function History() {
  const filters = useFilters();
  const picked = filters.picked('kind', 'name', 'user') as Record<string, string>;
  const pages = usePages(['revisions', 'list', picked], (cursor) =>
    ask(client.GET('/revisions', { params: { query: { ...picked, limit: 50, cursor } } })),
  );
  return (
    <ListPage
      title="History"
      sentence="Every change of the configuration: who, when, from where and why."
      filters={filters}
      filterRow={
        <>
          <ChoiceFilter
            of={filters}
            name="kind"
            label="Kind"
            data={Object.entries(labels).map(([value, { one }]) => ({ value, label: one }))}
          />
          <TextFilter of={filters} name="name" label="Artifact" placeholder="Whole name" />
          <TextFilter of={filters} name="user" label="User" />
        </>
      }
      label="Revisions"
      pages={pages}
      id={(one) => String(one.number)}
      columns={[
        { title: 'Revision', align: 'tight', cell: (one) => <RevisionLink number={one.number} /> },
        {
          title: 'What',
          align: 'wide',
          cell: (one) => (
            <>
              {one.about}
              {one.restores !== undefined && `, back to revision ${one.restores}`}
              {one.comment && (
                <div>
                  <Dim>{one.comment}</Dim>
                </div>
              )}
            </>
          ),
        },
        { title: 'When', align: 'tight', cell: (one) => <When time={one.at} /> },
        { title: 'User', align: 'tight', cell: (one) => <By revision={one} /> },
      ]}
      nothing={{
        title: 'Nothing was changed yet',
        filtered: 'No change that is kept is like this',
        text: 'Each change by the console, the API or the command line makes a revision.',
        command: 'sealgate history',
      }}
    />
  );
}
