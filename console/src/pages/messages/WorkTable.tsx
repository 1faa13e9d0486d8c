import { useState } from 'react';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { Bytes, Dim, ThreeLines, When, WorkState } from '../../parts/basics';
import { MessageLink, PartyLink, PortLink } from '../../parts/links';
import { List } from '../../parts/list';
import { usePages } from '../../parts/pages';
import type { Column } from '../../parts/table';
import { Chosen } from './Chosen';

export type Work = Schemas['Work'];
type State = Schemas['WorkState'];
type Kind = Schemas['WorkKind'];
export interface WorkQuery {
  state?: string;
  kind?: string;
  port?: string;
  party?: string;
  message?: string;
  code?: string;
  file?: string;
  'as2-message-id'?: string;
  from?: string;
  until?: string;
  /** Over the properties of the message. */
  filter?: string;
}

const kinds: Record<string, string> = {
  receive: 'Receive',
  route: 'Route',
  send: 'Send',
  respond: 'Response',
  receipt: 'Receipt',
  await: 'Await receipt',
};

/** Why it is as it is: the last failure, unless that was got over. */
export const failureOf = (work: Work | undefined): Work['failure'] =>
  work && /^(suspended|retrying|terminated)$/.test(work.state) ? work.failure : undefined;

const columns: Column<Work>[] = [
  { title: 'State', align: 'tight', cell: (one) => <WorkState state={one.state} /> },
  { title: 'Message', align: 'tight', cell: (one) => <MessageLink id={one.id} /> },
  { title: 'Kind', align: 'tight', cell: (one) => kinds[one.kind] ?? one.kind },
  { title: 'Port', align: 'tight', cell: (one) => <PortLink name={one.port} kind={one.kind} /> },
  { title: 'Party', align: 'tight', cell: (one) => <Parties of={one} /> },
  { title: 'Size', align: 'right', cell: (one) => <Bytes value={one.size} /> },
  { title: 'Created', align: 'tight', cell: (one) => <When time={one.created} /> },
  {
    title: 'What became of it',
    align: 'wide',
    cell: (one) =>
      failureOf(one) ? (
        <ThreeLines>{failureOf(one)?.text}</ThreeLines>
      ) : (
        <Dim>
          {one.due ? 'due ' : one.fate || (one.attempts > 1 ? `after ${one.attempts} attempts` : '')}
          {one.due && <When time={one.due} />}
        </Dim>
      ),
  },
];

/** Without what became of it, the last one takes the room that is left. */
const shorter = columns.slice(0, -1).map((one) => (one.title === 'Created' ? { ...one, align: undefined } : one));

/** From whom it came and to whom it goes. */
function Parties({ of: { party, to } }: { of: Work }) {
  if (!to || to === party) return <PartyLink name={party} />;
  return (
    <>
      {party && (
        <>
          <PartyLink name={party} />{' '}
        </>
      )}
      <Dim>to</Dim> <PartyLink name={to} />
    </>
  );
}

function parameters({ state, kind, ...rest }: WorkQuery) {
  const list = <T extends string>(text: string | undefined) => (text ? (text.split(',') as T[]) : undefined);
  return { ...rest, state: list<State>(state), kind: list<Kind>(kind), limit: 50 };
}

/** Work on messages by the filters of `query`. New ones wait until they are asked for: rows never move under the mouse. */
export function WorkTable({
  query,
  keep = () => true,
  choose = false,
  reason = true,
}: {
  query: WorkQuery;
  keep?: (one: Work) => boolean;
  choose?: boolean;
  /** Whether each row says why it is as it is. */
  reason?: boolean;
}) {
  const operate = useMay('operate');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const pages = usePages(
    ['messages', query],
    (cursor?: string) => ask(client.GET('/messages', { params: { query: { ...parameters(query), cursor } } })),
    { live: { newer: (one: Work) => one.created, keep } },
  );
  return (
    <>
      {choose && operate && chosen.size > 0 && (
        <Chosen
          ids={[...chosen].filter((id) => pages.rows.some((one) => one.id === id))}
          onDone={() => setChosen(new Set())}
        />
      )}
      <List
        label="Messages"
        columns={reason ? columns : shorter}
        pages={pages}
        id={(one) => one.id}
        selection={choose && operate ? { chosen, choose: setChosen } : undefined}
        nothing={{
          title: 'No message is like this',
          text: (
            <>
              Change the filters. Finished messages go after the group&apos;s keep_completed; the tracking log keeps
              their journey.
            </>
          ),
          command: 'sealgate message list',
        }}
      />
    </>
  );
}
