import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { activityColumns } from '../../parts/activity';
import { ProblemView, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { plural } from '../../parts/format';
import { ArtifactLink } from '../../parts/links';
import { ChoiceFilter, ListPage, TextFilter, transports } from '../../parts/list';
import { usePages } from '../../parts/pages';
import type { Column } from '../../parts/table';

type Location = Schemas['LocationPage']['items'][number];

export default function Locations() {
  const filters = useFilters();
  const operate = useMay('operate');
  const queries = useQueryClient();
  const { enabled, ...wanted } = filters.picked('search', 'port', 'host', 'adapter', 'enabled');
  const pages = usePages(['artifacts', 'locations', wanted, enabled], (cursor) =>
    ask(
      client.GET('/receive-locations', {
        params: { query: { ...wanted, enabled: enabled === undefined ? undefined : enabled === 'true', cursor } },
      }),
    ),
  );
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
      sort: (one) => one.name,
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
      sort: (one) => (one.enabled ? 'enabled' : 'disabled'),
      cell: (one) =>
        one.enabled ? (
          <State tone="good">Enabled</State>
        ) : (
          <State tone="warn" icon="stop">
            Disabled
          </State>
        ),
    },
    ...activityColumns<Location>({
      of: (one) => one.activity,
      failures: (one) => `/tracking?event=refused&within=24h&port=${encodeURIComponent(one.port)}`,
    }),
    {
      title: 'Receive port',
      align: 'tight',
      sort: (one) => one.port,
      cell: (one) => <ArtifactLink path="receive-ports" name={one.port} />,
    },
    { title: 'Transport', align: 'tight', sort: (one) => one.adapter, cell: (one) => one.adapter },
    { title: 'Address', align: 'wide', cell: (one) => one.address },
    { title: 'Pipeline', align: 'tight', cell: (one) => one.pipeline },
    {
      title: 'Host',
      align: 'tight',
      sort: (one) => one.host,
      cell: (one) => <ArtifactLink path="hosts" name={one.host} />,
    },
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
  return (
    <ListPage
      title="Receive locations"
      sentence={pages.total !== undefined && plural(pages.total, 'receive location')}
      filters={filters}
      filterRow={
        <>
          <TextFilter of={filters} name="search" label="Search" placeholder="Name, port or address" width={220} />
          <ChoiceFilter
            of={filters}
            name="enabled"
            label="State"
            data={[
              { value: 'true', label: 'Enabled' },
              { value: 'false', label: 'Disabled' },
            ]}
          />
          <ChoiceFilter of={filters} name="adapter" label="Transport" data={transports} />
        </>
      }
      above={turning.error && <ProblemView problem={problemOf(turning.error)} />}
      label="Receive locations"
      pages={pages}
      id={(one) => one.name}
      columns={columns}
      nothing={{
        title: 'There are no receive locations yet',
        filtered: 'No receive location is like this',
        text: 'They belong to receive ports:',
        command: 'sealgate get receive-ports',
      }}
    />
  );
}
