import { Button, Group, Modal } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, client } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useMay } from '../../api/session';
import { Diff, Dim, Loaded, PageHead, ProblemView, When } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { ArtifactLink, paths } from '../../parts/links';
import { More, Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { Preview } from '../artifacts/Review';

export default function Revisions() {
  const { get, set } = useFilters();
  const query = useInfiniteQuery({
    queryKey: ['artifacts', 'revisions'],
    queryFn: ({ pageParam }) => ask(client.GET('/revisions', { params: { query: { cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
  const open = Number(get('revision'));
  const restore = Number(get('restore'));
  return (
    <>
      <PageHead
        title="History of changes"
        sentence="Each change of the configuration is a revision that can be looked at and gone back to."
      />
      <Loaded query={query}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return (
            <>
              <Table
                label="Revisions"
                rows={rows}
                id={(one) => String(one.revision)}
                columns={[
                  { title: 'Revision', align: 'right', cell: (one) => <strong>{one.revision}</strong> },
                  { title: 'When', align: 'tight', cell: (one) => <When time={one.at} /> },
                  { title: 'By', align: 'tight', cell: (one) => (one.by === 'tool' ? 'command line' : one.by) },
                  {
                    title: 'Changed',
                    align: 'wide',
                    cell: (one) =>
                      one.changes.slice(0, 4).map((each) => (
                        <div key={`${each.kind}${each.name}`}>
                          {each.change === 'deleted' ? (
                            each.name
                          ) : (
                            <ArtifactLink path={paths[each.kind]} name={each.name} />
                          )}{' '}
                          <Dim>{each.change}</Dim>
                        </div>
                      )),
                  },
                  {
                    title: 'Look',
                    align: 'right',
                    cell: (one) => (
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={`Differences of revision ${one.revision}`}
                        onClick={() => set('revision', String(one.revision))}
                      >
                        Differences
                      </Button>
                    ),
                  },
                ]}
              />
              <More
                shown={rows.length}
                next={query.hasNextPage}
                busy={query.isFetchingNextPage}
                onMore={() => void query.fetchNextPage()}
              />
            </>
          );
        }}
      </Loaded>
      {open > 0 && (
        <Details
          revision={open}
          onClose={() => set('revision', null)}
          onRestore={() => {
            set('revision', null);
            set('restore', String(open));
          }}
        />
      )}
      {restore > 0 && <Restore revision={restore} onClose={() => set('restore', null)} />}
    </>
  );
}

function Details({ revision, onClose, onRestore }: { revision: number; onClose: () => void; onRestore: () => void }) {
  const configure = useMay('configure');
  const query = useQuery({
    queryKey: ['artifacts', 'revision', revision],
    queryFn: () => ask(client.GET('/revisions/{revision}', { params: { path: { revision } } })),
  });
  return (
    <Modal opened onClose={onClose} size="xl" title={`Revision ${revision}`}>
      <div className={parts.stack}>
        <Loaded query={query} rows={3}>
          {({ changes }) => (
            <>
              {changes.map((one) => (
                <div key={`${one.kind}${one.name}`}>
                  <p>
                    <strong>
                      {one.kind} {one.name}
                    </strong>{' '}
                    <Dim>{one.change}</Dim>
                  </p>
                  {one.diff && <Diff text={one.diff} />}
                </div>
              ))}
            </>
          )}
        </Loaded>
        {configure && (
          <Group justify="flex-end">
            <Button variant="default" onClick={onRestore}>
              Go back to this…
            </Button>
          </Group>
        )}
      </div>
    </Modal>
  );
}

function Restore({ revision, onClose }: { revision: number; onClose: () => void }) {
  const queries = useQueryClient();
  const call = (dryRun: boolean) =>
    ask(
      client.POST('/revisions/{revision}/rollback', { params: { path: { revision }, query: { 'dry-run': dryRun } } }),
    );
  const preview = useQuery({ queryKey: ['rollback', revision], queryFn: () => call(true), staleTime: 0, gcTime: 0 });
  const doing = useMutation({
    mutationFn: () => call(false),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ['artifacts'] });
    },
  });
  return (
    <Modal opened onClose={onClose} size="xl" title={`Go back to revision ${revision}`}>
      <div className={parts.stack}>
        <Loaded query={preview} rows={3}>
          {(applied) => <Preview applied={applied} />}
        </Loaded>
        {doing.error && <ProblemView problem={problemOf(doing.error)} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={doing.isPending} disabled={!preview.data?.changes.length} onClick={() => doing.mutate()}>
            Go back, as a new revision
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
