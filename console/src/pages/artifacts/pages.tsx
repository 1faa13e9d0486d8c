import type { ReactNode } from 'react';
import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask, client } from '../../api/client';
import { Dim, Loaded } from '../../parts/basics';
import { artifactAddress, type KindPath, labels } from '../../parts/links';
import { Link } from 'react-router-dom';
import { Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import styles from './artifacts.module.css';
import { Assignment, type AssignmentOf } from './Assignment';
import { under } from './field';
import { backup, general, order, ours, response, retries, theirs } from './fields';
import { FilterEditor } from './FilterEditor';
import { type Draft, Form } from './Form';
import { at, type Path, text } from './kinds';
import { LocationsTab } from './LocationsTab';
import { Stages } from './Stages';
import { Tracking } from './Tracking';
import { adapters, changeTransport, sending } from './transports';

interface Shown {
  draft: Draft;
  name: string;
  kind: KindPath;
}
export interface Page {
  id: string;
  title: string;
  show: (shown: Shown) => ReactNode;
}

export function Card({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section className={parts.card}>
      {title && <h2>{title}</h2>}
      {children}
    </section>
  );
}

const generalPage: Page = {
  id: 'general',
  title: 'General',
  show: ({ draft, kind }) => (
    <Card>
      <Form draft={draft} fields={general[kind] ?? []} />
    </Card>
  ),
};
const filters: Page = { id: 'filters', title: 'Filters', show: ({ draft }) => <FilterEditor draft={draft} /> };
const tracking: Page = {
  id: 'tracking',
  title: 'Tracking',
  show: ({ draft, kind }) => <Tracking draft={draft} receiving={kind === 'receive-ports'} />,
};
const certificate = (show: (draft: Draft) => AssignmentOf[]): Page => ({
  id: 'certificate',
  title: 'Certificate',
  show: ({ draft }) => (
    <>
      {show(draft).map((of) => (
        <Assignment key={of.title} draft={draft} of={of} />
      ))}
    </>
  ),
});

/** Transport type and its properties; `none` names what it means to have no type. */
function Transport({ draft, at: place, none }: { draft: Draft; at: Path; none: string }) {
  const adapter = text(at(draft.artifact, [...place, 'adapter']));
  return (
    <>
      <NativeSelect
        size="xs"
        label={adapters.label}
        w={200}
        mb="md"
        disabled={draft.readOnly}
        value={adapter}
        onChange={(event) => {
          const to = event.currentTarget.value;
          if (to || place.length === 0) changeTransport(draft, place, to || undefined);
          else draft.set(place, undefined);
        }}
        data={[{ value: '', label: none }, ...(adapters.options ?? [])]}
      />
      {adapter && <Form draft={draft} fields={under(place, sending[adapter] ?? [])} />}
    </>
  );
}

const transport: Page = {
  id: 'transport',
  title: 'Transport',
  show: ({ draft }) => {
    const backedUp = at(draft.artifact, ['backup', 'adapter']) !== undefined;
    return (
      <>
        <Card title="Transport">
          <Transport draft={draft} at={[]} none="dynamic" />
        </Card>
        <Card title="Retries and order">
          <Form draft={draft} fields={[...retries, ...order]} />
        </Card>
        <Card title="Backup transport">
          <Transport draft={draft} at={['backup']} none="none" />
          {backedUp ? <Form draft={draft} fields={backup} /> : <Dim>What is tried when all retries have failed.</Dim>}
        </Card>
        {draft.artifact.two_way === true && (
          <Card title="Answers">
            <Form draft={draft} fields={response} />
          </Card>
        )}
      </>
    );
  },
};

/** Who names this party, so that nothing is a dead end. */
function Named({
  kind,
  filter,
  title,
}: {
  kind: 'send-ports' | 'agreements' | 'receive-ports';
  filter: { party?: string; host?: string };
  title: string;
}) {
  const query = useQuery({
    queryKey: ['artifacts', kind, 'of', filter],
    queryFn: () =>
      ask(client.GET('/artifacts/{kind}', { params: { path: { kind }, query: { ...filter, limit: 100 } } })),
  });
  return (
    <Card title={title}>
      <Loaded query={query} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Dim>none</Dim>
          ) : (
            <Table
              label={title}
              rows={items}
              id={(one) => one.name}
              columns={[
                {
                  title: labels[kind].one,
                  cell: (one) => <Link to={artifactAddress(kind, one.name)}>{one.name}</Link>,
                },
                { title: 'Description', align: 'wide', cell: (one) => one.description ?? '' },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

const sendPort: Page[] = [
  generalPage,
  transport,
  filters,
  certificate(() => {
    return [
      {
        path: ['encryption_certificates'],
        title: 'Certificate used to encrypt',
        store: 'OtherPeople',
        usage: 'encrypt',
        none: 'None: nothing is encrypted. With one, the encoder must have “Enable encryption”.',
      },
      {
        path: ['signing_certificates'],
        title: 'Certificate used to sign',
        store: 'Personal',
        usage: 'sign',
        none: "The group's signing certificate.",
      },
    ];
  }),
  tracking,
];

const pages: Record<string, Page[]> = {
  'send-ports': sendPort,
  'receive-ports': [
    generalPage,
    { id: 'locations', title: 'Receive locations', show: ({ draft }) => <LocationsTab draft={draft} /> },
    tracking,
  ],
  'send-port-groups': [generalPage, filters],
  parties: [
    generalPage,
    certificate(() => [
      {
        path: ['verification_certificates'],
        title: 'Certificates its messages are signed with',
        store: 'OtherPeople',
        usage: 'verify',
        none: 'None: no message is found to be of this party by its signature.',
      },
    ]),
    {
      id: 'traffic',
      title: 'Ports & agreements',
      show: ({ name }) => (
        <>
          <Named kind="agreements" filter={{ party: name }} title="Agreements" />
          <Named kind="send-ports" filter={{ party: name }} title="Send ports" />
          <p>
            <Link to={`/messages?party=${encodeURIComponent(name)}`}>Messages of this party</Link> ·{' '}
            <Link to={`/as2?partner=${encodeURIComponent(name)}`}>AS2 report</Link>
          </p>
        </>
      ),
    },
  ],
  agreements: [
    generalPage,
    {
      id: 'directions',
      title: 'Sending & receiving',
      show: ({ draft }) => (
        <div className={styles.columns}>
          <Card title="Our messages, and the receipts that they get">
            <Form draft={draft} fields={ours} />
          </Card>
          <Card title="The partner's messages, and the receipts that we give">
            <Form draft={draft} fields={theirs} />
          </Card>
        </div>
      ),
    },
    certificate(() => [
      {
        path: ['sending', 'encryption_certificates'],
        title: 'Certificate used to encrypt',
        store: 'OtherPeople',
        usage: 'encrypt',
        none: 'That of the send port.',
      },
      {
        path: ['sending', 'signing_certificates'],
        title: 'Certificate used to sign messages and receipts',
        store: 'Personal',
        usage: 'sign',
        none: "The port's, then the group's.",
      },
      {
        path: ['receiving', 'verification_certificates'],
        title: 'Certificates that sign under this agreement',
        store: 'OtherPeople',
        usage: 'verify',
        none: "All of the party's.",
      },
    ]),
  ],
  hosts: [
    generalPage,
    certificate((draft) => [
      {
        path: ['decryption_certificates'],
        title: 'Certificates used to decrypt',
        store: 'Personal',
        usage: 'decrypt',
        account: text(draft.artifact.account) || undefined,
        none: 'None: this host opens nothing that is encrypted.',
      },
    ]),
    {
      id: 'ports',
      title: 'What it runs',
      show: ({ name }) => (
        <>
          <Named kind="receive-ports" filter={{ host: name }} title="Receive ports" />
          <Named kind="send-ports" filter={{ host: name }} title="Send ports" />
        </>
      ),
    },
  ],
  groups: [
    generalPage,
    certificate(() => [
      {
        path: ['signing_certificates'],
        title: 'Certificate used to sign',
        store: 'Personal',
        usage: 'sign',
        none: 'None: nothing can be signed unless its port has one.',
      },
    ]),
  ],
  pipelines: [
    {
      id: 'stages',
      title: 'Stages',
      show: ({ draft }) => (
        <Card>
          <Stages draft={draft} />
        </Card>
      ),
    },
    generalPage,
  ],
};
export const pagesOf = (kind: KindPath): Page[] => pages[kind] ?? [];
