import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { Command, Dim, Empty, Loaded, PageHead, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { absolute, relative } from '../../parts/format';
import { MessageLink, PartyLink } from '../../parts/links';
import { More, Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { eventTitle } from '../messages/Journey';
import { TextFilter } from '../messages/Messages';

const events: Schemas['TrackingEvent'][] = [
  'received',
  'refused',
  'unroutable',
  'routed',
  'attempted',
  'sent',
  'suspended',
  'resumed',
  'resent',
  'terminated',
  'acknowledged',
  'body-stored',
  'dropped',
  'credentials-asked',
  'credentials-changed',
];
const spans: Record<string, number> = { '1h': 3600e3, '24h': 86400e3, '7d': 7 * 86400e3, '30d': 30 * 86400e3 };

export default function Tracking() {
  const { get, set, picked, any, clear } = useFilters();
  const { within, ...filters } = picked(
    'message',
    'event',
    'port',
    'party',
    'certificate',
    'file',
    'address',
    'text',
    'within',
  );
  const list = useInfiniteQuery({
    queryKey: ['tracking', filters, within],
    queryFn: ({ pageParam }) => {
      const span = within ? spans[within] : undefined;
      const from = span === undefined ? undefined : new Date(Date.now() - span).toISOString();
      return ask(
        client.GET('/tracking', {
          params: {
            query: {
              ...filters,
              event: filters.event as Schemas['TrackingEvent'] | undefined,
              from,
              cursor: pageParam,
            },
          },
        }),
      );
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
  const sealed = list.data?.pages[0]?.sealed ?? 0;
  return (
    <>
      <PageHead
        title="Tracking"
        sentence={
          list.data ? `Every step of every message, the newest first; records up to number ${sealed} are sealed.` : ' '
        }
      />
      <div className={parts.filters}>
        <NativeSelect
          size="xs"
          label="Time"
          value={get('within')}
          onChange={(event) => set('within', event.currentTarget.value)}
          data={[
            { value: '', label: 'Any' },
            { value: '1h', label: 'The last hour' },
            { value: '24h', label: 'The last 24 hours' },
            { value: '7d', label: 'The last 7 days' },
            { value: '30d', label: 'The last 30 days' },
          ]}
        />
        <NativeSelect
          size="xs"
          label="Event"
          value={get('event')}
          onChange={(event) => set('event', event.currentTarget.value)}
          data={[{ value: '', label: 'Any' }, ...events.map((value) => ({ value, label: eventTitle(value) }))]}
        />
        <TextFilter label="Port" value={get('port')} onChange={(value) => set('port', value)} width={150} />
        <TextFilter label="Party" value={get('party')} onChange={(value) => set('party', value)} width={150} />
        <TextFilter label="File name" value={get('file')} onChange={(value) => set('file', value)} width={150} />
        <TextFilter label="Address" value={get('address')} onChange={(value) => set('address', value)} width={150} />
        <TextFilter
          label="Text anywhere"
          placeholder="Give a time as well"
          value={get('text')}
          onChange={(value) => set('text', value)}
          width={170}
        />
        {get('certificate') && <TextInput size="xs" label="Certificate" readOnly value={get('certificate')} w={200} />}
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
            <Empty title="The log has nothing like this">
              <p>Names, addresses and file names are found whole; “Text anywhere” looks into everything.</p>
              <Command text="sealgate tracking list --text order-4711" />
            </Empty>
          ) : (
            <>
              <Table
                label="Tracking records"
                rows={rows}
                id={(one) => String(one.sequence)}
                columns={[
                  {
                    title: 'Time',
                    align: 'tight',
                    cell: (one) => (
                      <time dateTime={one.at} title={absolute(one.at)}>
                        {relative(one.at)}
                      </time>
                    ),
                  },
                  { title: 'Event', align: 'tight', cell: (one) => eventTitle(one.event) },
                  {
                    title: 'Message',
                    align: 'tight',
                    cell: (one) => (one.message ? <MessageLink id={one.message} /> : ''),
                  },
                  { title: 'Port', align: 'tight', cell: (one) => one.port },
                  {
                    title: 'Party',
                    align: 'tight',
                    cell: (one) => (one.party ? <PartyLink name={one.party} /> : <Dim>none</Dim>),
                  },
                  { title: 'What happened', align: 'wide', cell: (one) => one.words },
                  {
                    title: 'Number',
                    align: 'right',
                    cell: (one) => (
                      <span title={one.sequence <= sealed ? 'sealed' : 'not sealed yet'}>
                        {one.sequence <= sealed ? (
                          <State tone="plain" icon="lock">
                            {one.sequence}
                          </State>
                        ) : (
                          one.sequence
                        )}
                      </span>
                    ),
                  },
                ]}
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
