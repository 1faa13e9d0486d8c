import { Button, Menu, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { Bytes, capital, CopyButton, Dim, Facts, Loaded, Note, PageHead, When, WorkState } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { PartyLink, PortLink, Thumbprint } from '../../parts/links';
import { Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { ActDialog, type Action } from './Chosen';
import { Journey } from './Journey';
import { failureOf } from './WorkTable';

type Details = Schemas['MessageDetails'];
type Work = Schemas['Work'];

export default function Message() {
  const { id = '' } = useParams();
  const query = useQuery({
    queryKey: ['message', id],
    queryFn: () => ask(client.GET('/messages/{id}', { params: { path: { id } } })),
    refetchInterval: 10_000,
  });
  return <Loaded query={query}>{(details) => <Page id={id} details={details} />}</Loaded>;
}

function sentence(work: Work | undefined): string {
  if (!work) return 'Nothing is being done with it any more; its journey tells what became of it.';
  const to = work.kind === 'send' ? ` through ${work.port}` : work.port ? ` at ${work.port}` : '';
  const failure = failureOf(work);
  if (failure) return `${capital(failure.text)}.`;
  const words: Record<string, string> = {
    completed: `It was delivered${to}${work.fate ? ` and is ${work.fate}` : ''}.`,
    active: `It is being worked on${to}.`,
    ready: `It waits for its turn${to}.`,
    terminated: 'It was given up by a person.',
    scheduled: `It waits for its time${to}.`,
  };
  return words[work.state] ?? `It is ${work.state}${to}.`;
}

function Page({ id, details }: { id: string; details: Details }) {
  const { get, set } = useFilters();
  const work = details.work.find((one) => one.id === id) ?? details.work[0];
  const failure = failureOf(work);
  const tab = get('tab') || 'journey';
  const context = details.message.context;
  const mine = new Set(details.work.map((one) => one.id));
  return (
    <>
      <PageHead
        title="Message"
        crumbs={[{ to: '/messages', text: 'Messages' }]}
        state={work && <WorkState state={work.state} />}
        sentence={sentence(work)}
      >
        <Actions id={details.message.id} work={work} />
      </PageHead>
      <div className={parts.stack}>
        {work && failure && (
          <Note tone="amber">
            <strong>What to do: </strong>
            {capital(failure.remedy)}
            <div>
              <Dim>
                <code>{failure.code}</code> at <PortLink name={work.port} kind={work.kind} />, since{' '}
                <When time={work.changed} />
              </Dim>
            </div>
          </Note>
        )}
        <div className={parts.card}>
          <Facts
            rows={[
              [
                'Message id',
                <span key="id" className={parts.mono}>
                  {details.message.id} <CopyButton text={details.message.id} label="Copy message id" />
                </span>,
              ],
              ['Port', work?.port && <PortLink name={work.port} kind={work.kind} />],
              ['Party', <PartyLink key="party" name={work?.party} />],
              ['Type', work?.message_type],
              ['Size', work && <Bytes value={work.size} />],
              ['Created', work && <When time={work.created} />],
              ['Attempts', work && `${work.attempts}, ${work.transport} transport`],
              ['Next attempt', work?.due && <When time={work.due} />],
              ['Worked on by', work?.owner],
            ]}
          />
        </div>
        <Tabs value={tab} onChange={(value) => set('tab', value === 'journey' ? null : value)}>
          <Tabs.List mb="md">
            <Tabs.Tab value="journey">Journey</Tabs.Tab>
            <Tabs.Tab value="context">Context ({context.length})</Tabs.Tab>
            <Tabs.Tab value="parts">Parts ({details.message.parts.length})</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="journey">
            <Journey id={id} mine={mine} />
          </Tabs.Panel>
          <Tabs.Panel value="context">
            <Context context={context} />
          </Tabs.Panel>
          <Tabs.Panel value="parts">
            <Parts details={details} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </>
  );
}

function Actions({ id, work }: { id: string; work: Work | undefined }) {
  const operate = useMay('operate');
  const bodies = useMay('view-body');
  const [action, setAction] = useState<Action>();
  const address = `/api/v1/messages/${encodeURIComponent(id)}`;
  return (
    <>
      {operate && work?.failure?.resumable && work.state === 'suspended' && (
        <Button size="xs" onClick={() => setAction('resume')}>
          Resume…
        </Button>
      )}
      {operate && work && work.state !== 'completed' && work.state !== 'terminated' && (
        <Button size="xs" variant="default" onClick={() => setAction('terminate')}>
          Terminate…
        </Button>
      )}
      {operate && work?.kind === 'send' && work.state === 'completed' && (
        <Button size="xs" variant="default" onClick={() => setAction('resend')}>
          Resend…
        </Button>
      )}
      {bodies && (
        <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <Button size="xs" variant="default">
              Save
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item component="a" href={`${address}/evidence`} download>
              Evidence, which openssl verifies (zip)
            </Menu.Item>
            <Menu.Item component="a" href={`${address}/body`} download>
              Content
            </Menu.Item>
            <Menu.Item component="a" href={`${address}/body?raw=true`} download>
              Content as it came in
            </Menu.Item>
            <Menu.Label>Every look at content is in the audit log</Menu.Label>
          </Menu.Dropdown>
        </Menu>
      )}
      {action && work && <ActDialog action={action} ids={[work.id]} onClose={() => setAction(undefined)} />}
    </>
  );
}

function Context({ context }: { context: Details['message']['context'] }) {
  return (
    <Table
      label="Context properties"
      rows={[...context].sort((a, b) => a.name.localeCompare(b.name))}
      id={(one) => one.name}
      columns={[
        { title: 'Property', align: 'tight', cell: (one) => <span className={parts.mono}>{one.name}</span> },
        {
          title: 'Value',
          align: 'wide',
          cell: (one) =>
            one.value === '(hidden)' ? (
              <Dim>hidden: taken from the content</Dim>
            ) : /^[0-9A-F]{40,64}$/i.test(one.value) ? (
              <Thumbprint value={one.value} />
            ) : (
              one.value
            ),
        },
        { title: 'Type', align: 'tight', cell: (one) => one.type },
        { title: 'Promoted', align: 'tight', cell: (one) => (one.promoted ? 'promoted' : <Dim>carried along</Dim>) },
      ]}
    />
  );
}

function Parts({ details }: { details: Details }) {
  const bodies = useMay('view-body');
  return (
    <Table
      label="Parts"
      rows={details.message.parts}
      id={(one) => String(one.index)}
      columns={[
        { title: 'Part', align: 'tight', cell: (one) => (one.body ? `${one.index}, the body` : one.index) },
        { title: 'Name', align: 'tight', cell: (one) => one.file_name || one.name },
        { title: 'Type', align: 'tight', cell: (one) => one.content_type },
        { title: 'Size', align: 'right', cell: (one) => <Bytes value={one.bytes} /> },
        {
          title: 'SHA-256',
          align: 'tight',
          cell: (one) => (
            <span className={parts.mono} title={one.sha256}>
              {one.sha256.slice(0, 16)}…{' '}
              <CopyButton text={one.sha256} label={`Copy the SHA-256 of part ${one.index}`} />
            </span>
          ),
        },
        ...(bodies
          ? [
              {
                title: 'Content',
                cell: (one: Details['message']['parts'][number]) => (
                  <a
                    href={`/api/v1/messages/${encodeURIComponent(details.message.id)}/body?part=${one.index}`}
                    download
                  >
                    Save
                  </a>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}
