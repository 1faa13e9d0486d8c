import { Button } from '@mantine/core';
import { useState } from 'react';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { activityColumns } from '../../parts/activity';
import { Dim, PortState, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { plural } from '../../parts/format';
import { ArtifactLink, type KindPath, labels } from '../../parts/links';
import { ChoiceFilter, ListPage, TextFilter, transports } from '../../parts/list';
import { usePages } from '../../parts/pages';
import parts from '../../parts/parts.module.css';
import type { Column } from '../../parts/table';
import { type Artifact, list, text, words } from './kinds';
import { New } from './New';
import { PortStates } from './PortStates';

const dim = (value: unknown, none = 'none') => (text(value) ? text(value) : <Dim>{none}</Dim>);
const count = (value: unknown, one: string, many?: string) =>
  list(value).length ? plural(list(value).length, one, many) : <Dim>none</Dim>;

const columns: Record<string, Column<Artifact>[]> = {
  'send-ports': [
    {
      title: 'State',
      align: 'tight',
      sort: (one) => text(one.state) || 'started',
      cell: (one) => <PortState state={text(one.state) || 'started'} />,
    },
    {
      title: 'Transport',
      align: 'tight',
      sort: (one) => text(one.adapter),
      cell: (one) => (text(one.pipeline) === 'AS2Send' ? 'AS2' : dim(one.adapter, 'dynamic')),
    },
    {
      title: 'Address',
      align: 'tight',
      sort: address,
      cell: (one) => (
        <span className={parts.clip} title={address(one)}>
          {dim(address(one))}
        </span>
      ),
    },
    { title: 'Pipeline', align: 'tight', cell: (one) => dim(one.pipeline, 'PassThruTransmit') },
    {
      title: 'Party',
      align: 'tight',
      sort: (one) => text(one.party),
      cell: (one) => (one.party ? <ArtifactLink path="parties" name={text(one.party)} /> : <Dim>none</Dim>),
    },
    {
      title: 'Host',
      align: 'tight',
      sort: (one) => text(one.host),
      cell: (one) => (one.host ? <ArtifactLink path="hosts" name={text(one.host)} /> : ''),
    },
  ],
  'receive-ports': [
    { title: 'Locations', align: 'tight', cell: (one) => count(one.locations, 'location') },
    {
      title: 'Transports',
      align: 'tight',
      cell: (one) =>
        [
          ...new Set(
            (list(one.locations) as Artifact[]).map((each) =>
              each.pipeline === 'AS2Receive' ? 'AS2' : text(each.adapter),
            ),
          ),
        ].join(', '),
    },
    { title: 'Authentication', align: 'tight', cell: (one) => dim(one.authentication) },
    { title: 'Type', align: 'tight', cell: (one) => (one.two_way ? 'request-response' : 'one-way') },
  ],
  'send-port-groups': [
    {
      title: 'State',
      align: 'tight',
      sort: (one) => text(one.state) || 'started',
      cell: (one) => <PortState state={text(one.state) || 'started'} />,
    },
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
  schemas: [
    {
      title: 'Message type',
      align: 'wide',
      sort: (one) => text(one.message_type),
      cell: (one) => text(one.message_type),
    },
    { title: 'XSD', align: 'tight', cell: (one) => (one.xsd ? 'yes' : <Dim>none</Dim>) },
    { title: 'Promoted', align: 'tight', cell: (one) => count(one.promoted, 'property', 'properties') },
  ],
  maps: [
    { title: 'Takes', align: 'wide', sort: (one) => text(one.source), cell: (one) => text(one.source) },
    { title: 'Makes', align: 'wide', sort: (one) => text(one.target), cell: (one) => dim(one.target, 'not said') },
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

/** How many columns stand before those of what happened lately. */
const first: Record<string, number> = { 'send-ports': 1, 'send-port-groups': 1 };
/** What has done something lately, and the list of what failed there. */
const active: Record<string, (one: Artifact) => string> = {
  'send-ports': (one) => `/tracking?event=attempted&within=24h&port=${encodeURIComponent(one.name)}`,
  'send-port-groups': () => '/tracking?event=attempted&within=24h',
  'receive-ports': (one) => `/tracking?event=refused&within=24h&port=${encodeURIComponent(one.name)}`,
  parties: (one) => `/tracking?event=refused&within=24h&party=${encodeURIComponent(one.name)}`,
};

export default function ArtifactList({ kind }: { kind: KindPath }) {
  const filters = useFilters();
  const operate = useMay('operate');
  const change = useMay(kind === 'parties' || kind === 'agreements' ? 'partners' : 'configure');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const wanted = filters.picked('search', 'host', 'party', 'adapter', 'state');
  const stateful = kind === 'send-ports' || kind === 'send-port-groups';
  const ports = kind === 'send-ports' || kind === 'receive-ports';
  const pages = usePages(['artifacts', kind, 'list', wanted], (cursor) =>
    ask(
      client.GET('/artifacts/{kind}', {
        params: {
          path: { kind },
          query: { ...wanted, state: wanted.state as Schemas['PortState'] | undefined, limit: 100, cursor },
        },
      }),
    ),
  );
  const activity = (each: Artifact) =>
    pages.query.data?.pages.map((page) => page.activity?.[each.name]).find((found) => found !== undefined);
  // There is at most one group.
  const making = change && !(kind === 'groups' && pages.total !== 0);
  const [one, many] = [labels[kind].one.toLowerCase(), labels[kind].many.toLowerCase()];
  return (
    <>
      <ListPage
        title={labels[kind].many}
        sentence={
          pages.total !== undefined && `${plural(pages.total, one, many)}${filters.any ? ' of these filters' : ''}`
        }
        actions={
          making && (
            <Button size="xs" onClick={() => filters.set('new', 'yes')}>
              New {one}…
            </Button>
          )
        }
        filters={filters}
        filterRow={
          <>
            <TextFilter of={filters} name="search" label="Search" placeholder="Name or description" width={220} />
            {stateful && (
              <ChoiceFilter
                of={filters}
                name="state"
                label="State"
                data={[
                  { value: 'started', label: 'Started' },
                  { value: 'stopped', label: 'Stopped' },
                  { value: 'bound', label: 'Unenlisted' },
                ]}
              />
            )}
            {ports && <ChoiceFilter of={filters} name="adapter" label="Transport" data={transports} />}
            {ports && <TextFilter of={filters} name="host" label="Host" width={140} />}
            {(kind === 'send-ports' || kind === 'agreements') && <TextFilter of={filters} name="party" label="Party" />}
          </>
        }
        above={
          stateful &&
          operate &&
          chosen.size > 0 && <PortStates kind={kind} names={[...chosen]} onDone={() => setChosen(new Set())} />
        }
        label={labels[kind].many}
        pages={{ ...pages, rows: pages.rows as Artifact[] }}
        id={(each) => each.name}
        selection={stateful && operate ? { chosen, choose: setChosen } : undefined}
        nothing={{
          title: `There are no ${many} yet`,
          filtered: 'Nothing is like this',
          text: 'Make the first one here, or apply its YAML document:',
          command: 'sealgate apply -f document.yaml',
        }}
        columns={[
          {
            title: 'Name',
            align: 'wide',
            sort: (each) => each.name,
            cell: (each) => (
              <span title={each.description}>
                <ArtifactLink path={kind} name={each.name} />
              </span>
            ),
          },
          ...(first[kind] ? (columns[kind] ?? []).slice(0, first[kind]) : []),
          ...(active[kind] ? activityColumns<Artifact>({ of: activity, failures: active[kind] }) : []),
          ...(columns[kind] ?? []).slice(first[kind] ?? 0),
        ]}
      />
      {making && filters.get('new') && (
        <New kind={kind} onClose={() => filters.setAll({ new: null, for: null, with: null })} />
      )}
    </>
  );
}
