import { useQuery } from '@tanstack/react-query';
import { ask, client } from '../../api/client';
import { Dim, Loaded, PageHead, State, When } from '../../parts/basics';
import { plural } from '../../parts/format';
import { Table } from '../../parts/table';

export default function HostInstances() {
  const query = useQuery({
    queryKey: ['instances'],
    queryFn: () => ask(client.GET('/host-instances')),
    refetchInterval: 5_000,
  });
  return (
    <Loaded query={query}>
      {({ items }) => {
        const silent = items.filter((one) => one.state === 'silent');
        const newest = Math.max(...items.map((one) => one.configuration));
        return (
          <>
            <PageHead
              title="Host instances"
              sentence={
                silent.length
                  ? `${silent.map((one) => one.name).join(', ')} ${silent.length === 1 ? 'has' : 'have'} not been heard of for more than 8 seconds; the others have taken over its work.`
                  : items.length === 1
                    ? 'The one instance is alive.'
                    : `All ${plural(items.length, 'instance')} are alive.`
              }
            />
            <Table
              label="Host instances"
              rows={items}
              id={(one) => one.name}
              columns={[
                { title: 'Name', align: 'tight', cell: (one) => <strong>{one.name}</strong> },
                {
                  title: 'State',
                  align: 'tight',
                  cell: (one) =>
                    one.state === 'alive' ? (
                      <State tone="good">Alive</State>
                    ) : (
                      <State tone="bad" icon="warn">
                        Silent
                      </State>
                    ),
                },
                { title: 'Seen', align: 'tight', cell: (one) => <When time={one.seen} /> },
                { title: 'Address', align: 'tight', cell: (one) => one.address },
                { title: 'Version', align: 'tight', cell: (one) => one.version },
                {
                  title: 'Configuration',
                  align: 'tight',
                  cell: (one) =>
                    one.configuration < newest ? (
                      <State tone="warn">revision {one.configuration}, behind</State>
                    ) : (
                      `revision ${one.configuration}`
                    ),
                },
                { title: 'Joined', align: 'tight', cell: (one) => <When time={one.joined} /> },
                {
                  title: 'Does alone',
                  align: 'wide',
                  cell: (one) => (one.leases.length ? one.leases.join(', ') : <Dim>nothing</Dim>),
                },
              ]}
            />
          </>
        );
      }}
    </Loaded>
  );
}
