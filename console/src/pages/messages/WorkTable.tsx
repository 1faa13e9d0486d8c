import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { Bytes, Command, Dim, Empty, Loaded, When, WorkState } from '../../parts/basics';
import { MessageLink, PartyLink, PortLink } from '../../parts/links';
import { More, Table, type Column } from '../../parts/table';
import parts from '../../parts/parts.module.css';
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
}

const kinds: Record<string, string> = {
  receive: 'Receive',
  route: 'Route',
  send: 'Send',
  respond: 'Response',
  receipt: 'Receipt',
  await: 'Await receipt',
};

const columns: Column<Work>[] = [
  { title: 'State', align: 'tight', cell: (one) => <WorkState state={one.state} /> },
  { title: 'Message', align: 'tight', cell: (one) => <MessageLink id={one.id} /> },
  { title: 'Kind', align: 'tight', cell: (one) => kinds[one.kind] ?? one.kind },
  { title: 'Port', align: 'tight', cell: (one) => <PortLink name={one.port} kind={one.kind} /> },
  { title: 'Party', align: 'tight', cell: (one) => <PartyLink name={one.party} /> },
  { title: 'Size', align: 'right', cell: (one) => <Bytes value={one.size} /> },
  { title: 'Created', align: 'tight', cell: (one) => <When time={one.created} /> },
  {
    title: 'What became of it',
    align: 'wide',
    cell: (one) =>
      one.failure ? (
        one.failure.text
      ) : (
        <Dim>
          {one.due ? 'due ' : one.fate || (one.attempts > 1 ? `after ${one.attempts} attempts` : '')}
          {one.due && <When time={one.due} />}
        </Dim>
      ),
  },
];

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
  const fetch = (cursor?: string) =>
    ask(client.GET('/messages', { params: { query: { ...parameters(query), cursor } } }));
  const list = useInfiniteQuery({
    queryKey: ['messages', query],
    queryFn: ({ pageParam }) => fetch(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
  const rows = (list.data?.pages.flatMap((page) => page.items) ?? []).filter(keep);
  const newest = list.data?.pages[0]?.items[0]?.created ?? '';
  const peek = useQuery({
    queryKey: ['messages', 'peek', query],
    queryFn: () => fetch(),
    refetchInterval: 8_000,
    enabled: list.data !== undefined,
  });
  const fresh = peek.data?.items.filter((one) => keep(one) && one.created > newest).length ?? 0;
  return (
    <>
      {fresh > 0 && (
        <div className={parts.more}>
          <Button size="compact-sm" variant="light" onClick={() => void list.refetch()}>
            {fresh} new
          </Button>
        </div>
      )}
      {choose && operate && chosen.size > 0 && (
        <Chosen
          ids={[...chosen].filter((id) => rows.some((one) => one.id === id))}
          onDone={() => setChosen(new Set())}
        />
      )}
      <Loaded query={list}>
        {() =>
          rows.length === 0 ? (
            <Empty title="No message is like this">
              <p>
                Change the filters. Finished messages go after the group&apos;s keep_completed; the tracking log keeps
                their journey.
              </p>
              <Command text="sealgate message list" />
            </Empty>
          ) : (
            <>
              <Table
                label="Messages"
                columns={reason ? columns : columns.slice(0, -1)}
                rows={rows}
                id={(one) => one.id}
                selection={choose && operate ? { chosen, choose: setChosen } : undefined}
              />
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
