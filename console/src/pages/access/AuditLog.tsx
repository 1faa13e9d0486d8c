import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { Dim, State, When } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { ChoiceFilter, ListPage, TextFilter } from '../../parts/list';
import { usePages } from '../../parts/pages';
import type { Column } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { Digest, ObjectLink } from './ObjectLink';
import { Verdict } from './Verdict';

type Record = Schemas['AuditRecord'];

export function Outcome({ outcome }: { outcome: string }) {
  return outcome === 'ok' ? (
    <State tone="good">done</State>
  ) : outcome === 'begun' ? (
    <State tone="plain">begun</State>
  ) : (
    <State tone="bad">
      <code className={parts.mono}>{outcome}</code>
    </State>
  );
}
export function Who({ who }: { who: string }) {
  return who ? <strong>{who}</strong> : <Dim>nobody known</Dim>;
}

const columns: Column<Record>[] = [
  {
    title: 'Number',
    align: 'right',
    cell: (one) => <Link to={`/audit-log/${one.number}`}>{one.number}</Link>,
  },
  { title: 'When', align: 'tight', cell: (one) => <When time={one.at} /> },
  {
    title: 'Who',
    align: 'tight',
    cell: (one) => (
      <>
        <Who who={one.who} /> <Dim>{one.from}</Dim>
      </>
    ),
  },
  { title: 'What', align: 'tight', cell: (one) => one.action },
  { title: 'To what', align: 'wide', cell: (one) => <ObjectLink object={one.object} /> },
  { title: 'Outcome', align: 'tight', cell: (one) => <Outcome outcome={one.outcome} /> },
  {
    title: 'Before → after',
    align: 'wide',
    cell: (one) =>
      (one.before || one.after) && (
        <span className={parts.mono}>
          {one.before ? <Digest text={one.before} /> : '–'} → {one.after ? <Digest text={one.after} /> : '–'}
        </span>
      ),
  },
];

const spans: { [within: string]: number } = { '1h': 3600e3, '24h': 86400e3, '7d': 7 * 86400e3, '30d': 30 * 86400e3 };
const families = [
  'session',
  'user',
  'invitation',
  'token',
  'artifact',
  'certificate',
  'crl',
  'key',
  'credentials',
  'message',
  'tracking',
  'evidence',
  'audit-log',
  'store',
];

export default function AuditLog() {
  const filters = useFilters();
  const [verifying, setVerifying] = useState(false);
  const { within, refused, ...picked } = filters.picked(
    'user',
    'action',
    'object',
    'within',
    'refused',
    'from',
    'until',
  );
  const query = () => {
    const span = within === undefined ? undefined : spans[within];
    return {
      ...picked,
      ...(span === undefined ? {} : { from: new Date(Date.now() - span).toISOString() }),
      ...(refused ? { refused: true } : {}),
    };
  };
  const pages = usePages(
    ['audit-log', picked, within, refused],
    (cursor) => ask(client.GET('/audit-log', { params: { query: { ...query(), limit: 50, cursor } } })),
    { live: { newer: (one) => String(one.number).padStart(20, '0') } },
  );
  const exported = new URLSearchParams(Object.entries(query()).map(([name, value]) => [name, String(value)]));
  return (
    <ListPage
      title="Audit log"
      sentence="Who did what, when and from where, the newest first. The records are chained: none can be changed without a trace."
      actions={
        <>
          <Button size="xs" onClick={() => setVerifying(true)}>
            Verify
          </Button>
          <Button size="xs" variant="default" component="a" href={`/api/v1/audit-log/export?${exported}`} download>
            Export
          </Button>
        </>
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
          <TextFilter of={filters} name="user" label="User" width={150} />
          <ChoiceFilter of={filters} name="action" label="What" data={families} />
          <TextFilter of={filters} name="object" label="To what" placeholder="A piece of it" width={200} />
          <ChoiceFilter of={filters} name="refused" label="Outcome" data={[{ value: 'true', label: 'Only refused' }]} />
        </>
      }
      above={verifying && <Verdict />}
      label="Audit log"
      pages={pages}
      id={(one) => String(one.number)}
      columns={columns}
      nothing={{ title: 'Nothing was done yet', filtered: 'Nothing is like this', command: 'sealgate audit-log list' }}
    />
  );
}
