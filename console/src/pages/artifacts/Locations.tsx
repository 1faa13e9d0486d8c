import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { Command, Empty, Loaded, PageHead, ProblemView, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { plural } from '../../parts/format';
import { ArtifactLink } from '../../parts/links';
import { type Column, More, Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { TextFilter } from '../messages/Messages';

type Location = Schemas['LocationPage']['items'][number];

export default function Locations() {
  const { get, set, picked, any, clear } = useFilters();
  const operate = useMay('operate');
  const queries = useQueryClient();
  const { enabled, ...filters } = picked('search', 'port', 'host', 'adapter', 'enabled');
  const query = useInfiniteQuery({
    queryKey: ['artifacts', 'locations', filters, enabled],
    queryFn: ({ pageParam }) =>
      ask(
        client.GET('/receive-locations', {
          params: {
            query: { ...filters, enabled: enabled === undefined ? undefined : enabled === 'true', cursor: pageParam },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
  const turning = useMutation({
    mutationFn: (one: Location) =>
      ask(
        client.PUT('/receive-locations/{name}/state', {
          params: { path: { name: one.name } },
          body: { enabled: !one.enabled },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['artifacts'] }),
  });
  const columns: Column<Location>[] = [
    {
      title: 'Name',
      align: 'wide',
      cell: (one) => (
        <Link
          to={`/receive-ports/${encodeURIComponent(one.port)}?tab=locations&location=${encodeURIComponent(one.name)}`}
        >
          {one.name}
        </Link>
      ),
    },
    {
      title: 'State',
      align: 'tight',
      cell: (one) =>
        one.enabled ? (
          <State tone="good">Enabled</State>
        ) : (
          <State tone="warn" icon="stop">
            Disabled
          </State>
        ),
    },
    { title: 'Receive port', align: 'tight', cell: (one) => <ArtifactLink path="receive-ports" name={one.port} /> },
    { title: 'Transport', align: 'tight', cell: (one) => one.adapter },
    { title: 'Address', align: 'wide', cell: (one) => one.address },
    { title: 'Pipeline', align: 'tight', cell: (one) => one.pipeline },
    { title: 'Host', align: 'tight', cell: (one) => <ArtifactLink path="hosts" name={one.host} /> },
    ...(operate
      ? [
          {
            title: 'Change',
            align: 'right' as const,
            cell: (one: Location) => (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`${one.enabled ? 'Disable' : 'Enable'} ${one.name}`}
                loading={turning.isPending && turning.variables.name === one.name}
                onClick={() => turning.mutate(one)}
              >
                {one.enabled ? 'Disable' : 'Enable'}
              </Button>
            ),
          },
        ]
      : []),
  ];
  const total = query.data?.pages[0]?.total;
  return (
    <>
      <PageHead title="Receive locations" sentence={total === undefined ? ' ' : plural(total, 'receive location')} />
      <div className={parts.filters}>
        <TextFilter
          label="Search"
          placeholder="Name, port or address"
          value={get('search')}
          onChange={(value) => set('search', value)}
          width={220}
        />
        <NativeSelect
          size="xs"
          label="State"
          value={get('enabled')}
          onChange={(event) => set('enabled', event.currentTarget.value)}
          data={[
            { value: '', label: 'Any' },
            { value: 'true', label: 'Enabled' },
            { value: 'false', label: 'Disabled' },
          ]}
        />
        <NativeSelect
          size="xs"
          label="Transport"
          value={get('adapter')}
          onChange={(event) => set('adapter', event.currentTarget.value)}
          data={[{ value: '', label: 'Any' }, 'FILE', 'HTTP', 'SFTP', 'SOAP', 'AS2']}
        />
        {any && (
          <Button size="xs" variant="subtle" onClick={clear}>
            Clear
          </Button>
        )}
      </div>
      {turning.error && <ProblemView problem={problemOf(turning.error)} />}
      <Loaded query={query}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return rows.length === 0 ? (
            <Empty title="No receive location is like this">
              <Command text="sealgate get receive-ports" />
            </Empty>
          ) : (
            <>
              <Table label="Receive locations" rows={rows} id={(one) => one.name} columns={columns} />
              <More
                shown={rows.length}
                total={total}
                next={query.hasNextPage}
                busy={query.isFetchingNextPage}
                onMore={() => void query.fetchNextPage()}
              />
            </>
          );
        }}
      </Loaded>
    </>
  );
}
