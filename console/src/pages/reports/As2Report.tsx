import { Button } from '@mantine/core';
import { ask, askText, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { Dim, State, type Tone, When } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { size } from '../../parts/format';
import { ArtifactLink, MessageLink, PartyLink } from '../../parts/links';
import { ChoiceFilter, ListPage, TextFilter } from '../../parts/list';
import { usePages } from '../../parts/pages';
import parts from '../../parts/parts.module.css';
import type { Column } from '../../parts/table';

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
    sort: (one) => one.status,
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
  {
    title: 'Partner',
    align: 'tight',
    sort: (one) => one.partner ?? '',
    cell: (one) => <PartyLink name={one.partner} />,
  },
  {
    title: 'Agreement',
    align: 'tight',
    cell: (one) => (one.agreement ? <ArtifactLink path="agreements" name={one.agreement} /> : <Dim>none</Dim>),
  },
  { title: 'Message-ID', align: 'wide', cell: (one) => <span className={parts.mono}>{one.message_id}</span> },
  { title: 'File', align: 'tight', sort: (one) => one.file_name ?? '', cell: (one) => one.file_name },
  {
    title: 'Size',
    align: 'right',
    sort: (one) => Number(one.bytes ?? 0),
    cell: (one) => (one.bytes ? size(Number(one.bytes)) : ''),
  },
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
    align: 'tight',
    cell: (one) =>
      one.disposition ? (
        <span title={one.disposition}>{one.disposition.replace(/^[^;]*; */, '')}</span>
      ) : (
        <Dim>{one.receipt_asked_for ? `${one.receipt_asked_for}: not yet` : 'none asked for'}</Dim>
      ),
  },
  {
    title: 'Sent',
    align: 'right',
    cell: (one) => (one.transmissions && one.transmissions > 1 ? `${one.transmissions} times` : ''),
  },
  { title: 'Message', align: 'tight', cell: (one) => <MessageLink id={one.message} /> },
];

export default function As2Report() {
  const filters = useFilters();
  const query = filters.picked(
    'partner',
    'agreement',
    'message-id',
    'direction',
    'status',
    'since',
    'until',
  ) as NonNullable<Parameters<typeof parameters>[0]>;
  const pages = usePages(
    ['as2', query],
    (cursor?: string) => ask(client.GET('/reports/as2', { params: { query: { ...parameters(query), cursor } } })),
    { live: { newer: (one: Row) => one.time, every: 30_000 } },
  );
  const { rows } = pages;
  const bad = rows.filter((one) => statuses[one.status] === 'bad').length;
  const waiting = rows.filter((one) => one.status === 'waiting' || one.status === 'receipt-pending').length;
  return (
    <ListPage
      title="AS2 messages and receipts"
      sentence={
        pages.first &&
        `Of the ${rows.length} shown, ${bad === 0 ? 'none' : bad} failed and ${waiting === 0 ? 'none' : waiting} ${waiting === 1 ? 'waits' : 'wait'} for a receipt.`
      }
      actions={
        <Button size="xs" variant="default" onClick={() => void saveCsv(query)}>
          Save as CSV
        </Button>
      }
      filters={filters}
      filterRow={
        <>
          <ChoiceFilter
            of={filters}
            name="status"
            label="Status"
            data={Object.keys(statuses).map((value) => ({ value, label: value.replace(/-/g, ' ') }))}
          />
          <ChoiceFilter of={filters} name="direction" label="Direction" any="Both" data={['received', 'sent']} />
          <TextFilter of={filters} name="partner" label="Partner" width={180} />
          <TextFilter of={filters} name="message-id" label="Message-ID" width={260} />
        </>
      }
      label="AS2 messages"
      pages={pages}
      id={(one) => String(one.record)}
      columns={columns}
      nothing={{
        title: 'No AS2 message has come or gone yet',
        filtered: 'No AS2 message is like this',
        text: 'An agreement with a partner is the beginning:',
        command: 'sealgate report as2',
      }}
    />
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
