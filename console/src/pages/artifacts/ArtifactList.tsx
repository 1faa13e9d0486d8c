import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { Command, Dim, Empty, Loaded, PageHead, PortState, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { plural } from '../../parts/format';
import { artifactAddress, ArtifactLink, type KindPath, labels } from '../../parts/links';
import { type Column, More, Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { TextFilter } from '../messages/Messages';
import { type Artifact, list, text, words } from './kinds';
import { PortStates } from './PortStates';

const dim = (value: unknown, none = 'none') => (text(value) ? text(value) : <Dim>{none}</Dim>);
const count = (value: unknown, one: string, many?: string) =>
  list(value).length ? plural(list(value).length, one, many) : <Dim>none</Dim>;

const columns: Record<string, Column<Artifact>[]> = {
  'send-ports': [
    { title: 'State', align: 'tight', cell: (one) => <PortState state={text(one.state) || 'started'} /> },
    { title: 'Transport', align: 'tight', cell: (one) => dim(one.adapter, 'dynamic') },
    { title: 'Address', align: 'wide', cell: (one) => dim(address(one)) },
    { title: 'Pipeline', align: 'tight', cell: (one) => dim(one.pipeline, 'PassThruTransmit') },
    {
      title: 'Party',
      align: 'tight',
      cell: (one) => (one.party ? <ArtifactLink path="parties" name={text(one.party)} /> : <Dim>none</Dim>),
    },
    {
      title: 'Host',
      align: 'tight',
      cell: (one) => (one.host ? <ArtifactLink path="hosts" name={text(one.host)} /> : ''),
    },
    {
      title: 'Certificates',
      align: 'tight',
      cell: (one) =>
        list(one.encryption_certificates).length ? (
          <Link to={artifactAddress('send-ports', one.name, 'certificate')}>
            {plural(list(one.encryption_certificates).length, 'certificate')}
          </Link>
        ) : (
          <Dim>none</Dim>
        ),
    },
  ],
  'receive-ports': [
    { title: 'Locations', align: 'tight', cell: (one) => count(one.locations, 'location') },
    {
      title: 'Transports',
      align: 'tight',
      cell: (one) => [...new Set(list(one.locations).map((each) => text((each as Artifact).adapter)))].join(', '),
    },
    { title: 'Authentication', align: 'tight', cell: (one) => dim(one.authentication) },
    { title: 'Type', align: 'tight', cell: (one) => (one.two_way ? 'request-response' : 'one-way') },
  ],
  'send-port-groups': [
    { title: 'State', align: 'tight', cell: (one) => <PortState state={text(one.state) || 'started'} /> },
    { title: 'Send ports', align: 'tight', cell: (one) => count(one.send_ports, 'port') },
    { title: 'Filter', align: 'wide', cell: (one) => <span className={parts.mono}>{text(one.filter)}</span> },
  ],
  parties: [
    {
      title: 'Verification certificates',
      align: 'tight',
      cell: (one) => count(one.verification_certificates, 'certificate'),
    },
    { title: 'Aliases', align: 'tight', cell: (one) => count(one.aliases, 'alias', 'aliases') },
    { title: 'Profiles', align: 'tight', cell: (one) => count(one.profiles, 'profile') },
    {
      title: 'Weak algorithms',
      align: 'tight',
      cell: (one) =>
        list(one.weak_algorithms).length ? (
          <State tone="warn">{plural(list(one.weak_algorithms).length, 'allowed', 'allowed')}</State>
        ) : (
          <Dim>none</Dim>
        ),
    },
  ],
  agreements: [
    {
      title: 'State',
      align: 'tight',
      cell: (one) =>
        one.enabled === false ? (
          <State tone="plain" icon="stop">
            Disabled
          </State>
        ) : (
          <State tone="good">Enabled</State>
        ),
    },
    {
      title: 'Partner',
      align: 'tight',
      cell: (one) => <ArtifactLink path="parties" name={text((one.partner as Artifact | undefined)?.party)} />,
    },
    { title: 'We are', align: 'tight', cell: (one) => text((one.sending as Artifact | undefined)?.as2_from) },
    { title: 'They are', align: 'tight', cell: (one) => text((one.sending as Artifact | undefined)?.as2_to) },
    {
      title: 'Send ports',
      align: 'wide',
      cell: (one) => words((one.sending as Artifact | undefined)?.send_ports).join(', '),
    },
  ],
  hosts: [
    { title: 'Account', align: 'tight', cell: (one) => dim(one.account, 'default') },
    {
      title: 'Decryption certificates',
      align: 'tight',
      cell: (one) => count(one.decryption_certificates, 'certificate'),
    },
    { title: 'Listeners', align: 'tight', cell: (one) => count(one.listeners, 'listener') },
    {
      title: 'Authentication trusted',
      align: 'tight',
      cell: (one) => (one.authentication_trusted === false ? 'no' : 'yes'),
    },
  ],
  groups: [
    { title: 'Signing certificates', align: 'tight', cell: (one) => count(one.signing_certificates, 'certificate') },
  ],
  pipelines: [
    { title: 'Direction', align: 'tight', cell: (one) => text(one.direction) },
    {
      title: 'Stages',
      align: 'tight',
      cell: (one) => Object.keys((one.stages as object | undefined) ?? {}).join(', '),
    },
  ],
};
export function address(one: Artifact): string {
  const settings = (one.settings ?? {}) as Record<string, unknown>;
  return (
    text(settings.url) ||
    (settings.host
      ? `${text(settings.user)}@${text(settings.host)}:${text(settings.folder)}`
      : text(settings.folder)) ||
    text(settings.path)
  );
}

export default function ArtifactList({ kind }: { kind: KindPath }) {
  const { get, set, picked, any, clear } = useFilters();
  const operate = useMay('operate');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filters = picked('search', 'host', 'party', 'adapter', 'state');
  const stateful = kind === 'send-ports' || kind === 'send-port-groups';
  const query = useInfiniteQuery({
    queryKey: ['artifacts', kind, 'list', filters],
    queryFn: ({ pageParam }) =>
      ask(
        client.GET('/artifacts/{kind}', {
          params: {
            path: { kind },
            query: {
              ...filters,
              state: (filters.state as Schemas['PortState']) || undefined,
              limit: 100,
              cursor: pageParam,
            },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
  const total = query.data?.pages[0]?.total;
  return (
    <>
      <PageHead
        title={labels[kind].many}
        sentence={
          total === undefined
            ? ' '
            : any
              ? `${plural(total, labels[kind].one.toLowerCase(), labels[kind].many.toLowerCase())} of these filters`
              : plural(total, labels[kind].one.toLowerCase(), labels[kind].many.toLowerCase())
        }
      />
      <div className={parts.filters}>
        <TextFilter
          label="Search"
          placeholder="Name or description"
          value={get('search')}
          onChange={(value) => set('search', value)}
          width={220}
        />
        {stateful && (
          <NativeSelect
            size="xs"
            label="State"
            value={get('state')}
            onChange={(event) => set('state', event.currentTarget.value)}
            data={[
              { value: '', label: 'Any' },
              { value: 'started', label: 'Started' },
              { value: 'stopped', label: 'Stopped' },
              { value: 'bound', label: 'Unenlisted' },
            ]}
          />
        )}
        {(kind === 'send-ports' || kind === 'receive-ports') && (
          <NativeSelect
            size="xs"
            label="Transport"
            value={get('adapter')}
            onChange={(event) => set('adapter', event.currentTarget.value)}
            data={[{ value: '', label: 'Any' }, 'FILE', 'HTTP', 'SFTP', 'SOAP', 'AS2']}
          />
        )}
        {(kind === 'send-ports' || kind === 'receive-ports') && (
          <TextFilter label="Host" value={get('host')} onChange={(value) => set('host', value)} width={140} />
        )}
        {(kind === 'send-ports' || kind === 'agreements') && (
          <TextFilter label="Party" value={get('party')} onChange={(value) => set('party', value)} width={160} />
        )}
        {any && (
          <Button size="xs" variant="subtle" onClick={clear}>
            Clear
          </Button>
        )}
      </div>
      {stateful && operate && chosen.size > 0 && (
        <PortStates kind={kind} names={[...chosen]} onDone={() => setChosen(new Set())} />
      )}
      <Loaded query={query}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items as Artifact[]);
          return rows.length === 0 ? (
            <Empty title={any ? 'Nothing is like this' : `There are no ${labels[kind].many.toLowerCase()} yet`}>
              <p>Artifacts are YAML documents; apply one and it is here:</p>
              <Command text="sealgate apply -f document.yaml" />
            </Empty>
          ) : (
            <>
              <Table
                label={labels[kind].many}
                rows={rows}
                id={(one) => one.name}
                selection={stateful && operate ? { chosen, choose: setChosen } : undefined}
                columns={[
                  {
                    title: 'Name',
                    align: 'wide',
                    cell: (one) => (
                      <span title={one.description}>
                        <ArtifactLink path={kind} name={one.name} />
                      </span>
                    ),
                  },
                  ...(columns[kind] ?? []),
                ]}
              />
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
