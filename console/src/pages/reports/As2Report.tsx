import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ask, askText, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { Command, Dim, Empty, Loaded, PageHead, State, type Tone, When } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { size } from '../../parts/format';
import { ArtifactLink, MessageLink, PartyLink } from '../../parts/links';
import { type Column, More, Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { TextFilter } from '../messages/Messages';

type Row = Schemas['As2Page']['items'][number];
type Status = Schemas['As2Status'];
const statuses: Record<Status, Tone> = {
  received: 'good',
  'receipt-sent': 'good',
  'receipt-pending': 'plain',
  'receipt-failed': 'bad',
  refused: 'bad',
  sending: 'plain',
  'not-sent': 'bad',
  sent: 'good',
  waiting: 'plain',
  acknowledged: 'good',
  failed: 'bad',
  'check-differs': 'bad',
  'resends-exhausted': 'bad',
};

const columns: Column<Row>[] = [
  {
    title: 'Status',
    align: 'tight',
    cell: (one) => (
      <span title={one.meaning}>
        <State tone={statuses[one.status]}>{one.status.replace(/-/g, ' ')}</State>
      </span>
    ),
  },
  { title: 'Time', align: 'tight', cell: (one) => <When time={one.time} /> },
  {
    title: 'Direction',
    align: 'tight',
    cell: (one) => (
      <State tone="plain" icon={one.direction === 'sent' ? 'out' : 'in'}>
        {one.direction}
      </State>
    ),
  },
  { title: 'Partner', align: 'tight', cell: (one) => <PartyLink name={one.partner} /> },
  {
    title: 'Agreement',
    align: 'tight',
    cell: (one) => (one.agreement ? <ArtifactLink path="agreements" name={one.agreement} /> : <Dim>none</Dim>),
  },
  { title: 'Message-ID', align: 'wide', cell: (one) => <span className={parts.mono}>{one.message_id}</span> },
  { title: 'File', align: 'tight', cell: (one) => one.file_name },
  { title: 'Size', align: 'right', cell: (one) => (one.bytes ? size(Number(one.bytes)) : '') },
  {
    title: 'Protection',
    align: 'tight',
    cell: (one) =>
      [one.signed && 'signed', one.encrypted && 'encrypted', one.compressed && 'compressed']
        .filter(Boolean)
        .join(', ') || <State tone="warn">none</State>,
  },
  {
    title: 'Receipt',
    align: 'wide',
    cell: (one) =>
      one.disposition || <Dim>{one.receipt_asked_for ? `${one.receipt_asked_for}: not yet` : 'none asked for'}</Dim>,
  },
  {
    title: 'Sent',
    align: 'right',
    cell: (one) => (one.transmissions && one.transmissions > 1 ? `${one.transmissions} times` : ''),
  },
  { title: 'Message', align: 'tight', cell: (one) => <MessageLink id={one.message} /> },
];

export default function As2Report() {
  const { get, set, picked, any, clear } = useFilters();
  const query = picked('partner', 'agreement', 'message-id', 'direction', 'status', 'since', 'until') as NonNullable<
    Parameters<typeof parameters>[0]
  >;
  const list = useInfiniteQuery({
    queryKey: ['as2', query],
    queryFn: ({ pageParam }) =>
      ask(client.GET('/reports/as2', { params: { query: { ...parameters(query), cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    refetchInterval: 30_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const bad = rows.filter((one) => statuses[one.status] === 'bad').length;
  const waiting = rows.filter((one) => one.status === 'waiting' || one.status === 'receipt-pending').length;
  return (
    <>
      <PageHead
        title="AS2 messages and receipts"
        sentence={
          list.data
            ? `Of the ${rows.length} shown, ${bad === 0 ? 'none' : bad} failed and ${waiting === 0 ? 'none' : waiting} ${waiting === 1 ? 'waits' : 'wait'} for a receipt.`
            : ' '
        }
      >
        <Button size="xs" variant="default" onClick={() => void saveCsv(query)}>
          Save as CSV
        </Button>
      </PageHead>
      <div className={parts.filters}>
        <NativeSelect
          size="xs"
          label="Status"
          value={get('status')}
          onChange={(event) => set('status', event.currentTarget.value)}
          data={[
            { value: '', label: 'Any' },
            ...Object.keys(statuses).map((value) => ({ value, label: value.replace(/-/g, ' ') })),
          ]}
        />
        <NativeSelect
          size="xs"
          label="Direction"
          value={get('direction')}
          onChange={(event) => set('direction', event.currentTarget.value)}
          data={[{ value: '', label: 'Both' }, 'received', 'sent']}
        />
        <TextFilter label="Partner" value={get('partner')} onChange={(value) => set('partner', value)} />
        <TextFilter
          label="Message-ID"
          value={get('message-id')}
          onChange={(value) => set('message-id', value)}
          width={260}
        />
        {any && (
          <Button size="xs" variant="subtle" onClick={clear}>
            Clear
          </Button>
        )}
      </div>
      <Loaded query={list}>
        {() =>
          rows.length === 0 ? (
            <Empty title="No AS2 message is like this">
              <Command text="sealgate report as2" />
            </Empty>
          ) : (
            <>
              <Table label="AS2 messages" rows={rows} id={(one) => String(one.record)} columns={columns} />
              <More
                shown={rows.length}
                next={list.hasNextPage}
                busy={list.isFetchingNextPage}
                onMore={() => void list.fetchNextPage()}
              />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function parameters(query: {
  partner?: string;
  agreement?: string;
  'message-id'?: string;
  direction?: 'received' | 'sent';
  status?: Status;
  since?: string;
  until?: string;
}) {
  return { ...query, limit: 50 };
}

async function saveCsv(query: Parameters<typeof parameters>[0]): Promise<void> {
  const text = await askText(
    client.GET('/reports/as2', {
      params: { query: { ...query, limit: 1000 } },
      headers: { Accept: 'text/csv' },
      parseAs: 'text',
    }),
  );
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = 'as2.csv';
  link.click();
  URL.revokeObjectURL(link.href);
}
