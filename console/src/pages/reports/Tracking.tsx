import { TextInput } from '@mantine/core';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { Dim, State, ThreeLines } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { absolute, relative } from '../../parts/format';
import { MessageLink, PartyLink } from '../../parts/links';
import { ChoiceFilter, ListPage, TextFilter } from '../../parts/list';
import { usePages } from '../../parts/pages';
import { BetweenFilter } from '../../parts/range';
import { eventTitle } from '../messages/Journey';

type Step = Schemas['TrackingPage']['items'][number];
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
  const filters = useFilters();
  const { within, from, until, ...wanted } = filters.picked(
    'message',
    'event',
    'port',
    'party',
    'certificate',
    'file',
    'address',
    'text',
    'within',
    'from',
    'until',
  );
  const pages = usePages(
    ['tracking', wanted, within, from, until],
    (cursor?: string) => {
      const span = within ? spans[within] : undefined;
      const since = span === undefined ? from : new Date(Date.now() - span).toISOString();
      const event = wanted.event as Schemas['TrackingEvent'] | undefined;
      return ask(client.GET('/tracking', { params: { query: { ...wanted, event, from: since, until, cursor } } }));
    },
    { live: { newer: (one: Step) => one.at } },
  );
  const sealed = pages.first?.sealed ?? 0;
  const certificate = filters.get('certificate');
  return (
    <ListPage
      title="Tracking"
      sentence={
        pages.first && `Every step of every message, the newest first; records up to number ${sealed} are sealed.`
      }
      filters={filters}
      filterRow={
        <>
          <ChoiceFilter
            of={filters}
            name="within"
            label="Time"
            data={[
              { value: '1h', label: 'The last hour' },
              { value: '24h', label: 'The last 24 hours' },
              { value: '7d', label: 'The last 7 days' },
              { value: '30d', label: 'The last 30 days' },
            ]}
          />
          <BetweenFilter of={filters} />
          <ChoiceFilter
            of={filters}
            name="event"
            label="Event"
            data={events.map((value) => ({ value, label: eventTitle(value) }))}
          />
          <TextFilter of={filters} name="port" label="Port" />
          <TextFilter of={filters} name="party" label="Party" />
          <TextFilter of={filters} name="file" label="File name" />
          <TextFilter of={filters} name="address" label="Address" />
          <TextFilter of={filters} name="text" label="Text anywhere" placeholder="Give a time as well" width={170} />
          {certificate && <TextInput size="xs" label="Certificate" readOnly value={certificate} w={200} />}
        </>
      }
      label="Tracking records"
      pages={pages}
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
        { title: 'Port', align: 'tight', sort: (one) => one.port ?? '', cell: (one) => one.port },
        {
          title: 'Party',
          align: 'tight',
          cell: (one) => (one.party ? <PartyLink name={one.party} /> : <Dim>none</Dim>),
        },
        { title: 'What happened', align: 'wide', cell: ({ words }) => words !== '-' && <ThreeLines>{words}</ThreeLines> },
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
      nothing={{
        title: 'The log has no record yet',
        filtered: 'The log has nothing like this',
        text: 'Names, addresses and file names are found whole; “Text anywhere” looks into everything.',
        command: 'sealgate tracking list --text order-4711',
      }}
    />
  );
}
