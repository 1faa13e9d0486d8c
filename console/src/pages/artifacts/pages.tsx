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
import { adapters, encoder, general, ours, retries, sending, theirs } from './fields';
import { FilterEditor } from './FilterEditor';
import { type Draft, Form } from './Form';
import { type Artifact, list, text } from './kinds';
import { LocationsTab } from './LocationsTab';
import { Tracking } from './Tracking';

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

const transport: Page = {
  id: 'transport',
  title: 'Transport',
  show: ({ draft }) => {
    const adapter = text(draft.artifact.adapter);
    return (
      <>
        <Card title="Transport">
          <NativeSelect
            size="xs"
            label={adapters.label}
            w={200}
            mb="md"
            disabled={draft.readOnly}
            value={adapter}
            onChange={(event) => draft.set(['adapter'], event.currentTarget.value || undefined)}
            data={[{ value: '', label: 'dynamic' }, ...(adapters.options ?? [])]}
          />
          <Form draft={draft} fields={sending[adapter] ?? []} />
        </Card>
        <Card title="Retries and order">
          <Form draft={draft} fields={retries} />
        </Card>
      </>
    );
  },
};

const pipeline: Page = {
  id: 'pipeline',
  title: 'Configure pipeline',
  show: ({ draft }) => {
    const used = text(draft.artifact.pipeline) || 'PassThruTransmit';
    if (used === 'PassThruTransmit')
      return (
        <Card>
          PassThruTransmit has no components: the bytes go out as they are. Choose another pipeline on the General page.
        </Card>
      );
    return (
      <Card title={`Encode: MIME/SMIME encoder of ${used}`}>
        <Form draft={draft} fields={encoder} />
      </Card>
    );
  },
};

function Stages({ artifact }: { artifact: Artifact }) {
  return (
    <div className={styles.stages} tabIndex={0} role="region" aria-label="Stages">
      {Object.entries((artifact.stages as Record<string, unknown> | undefined) ?? {}).map(([stage, components]) => (
        <section key={stage} className={styles.stage}>
          <h3>{stage.replace(/_/g, ' ')}</h3>
          {list(components).map((one, index) => {
            const { component, ...settings } = one as Record<string, unknown>;
            return (
              <div key={index} className={styles.component}>
                <strong>{text(component)}</strong>
                {Object.entries(settings).map(([name, value]) => (
                  <div key={name}>
                    {name}: {text(value)}
                  </div>
                ))}
                {Object.keys(settings).length === 0 && (
                  <div>
                    <Dim>defaults</Dim>
                  </div>
                )}
              </div>
            );
          })}
        </section>
      ))}
    </div>
  );
}

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
  pipeline,
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
          <Stages artifact={draft.artifact} />
        </Card>
      ),
    },
    generalPage,
  ],
};
export const pagesOf = (kind: KindPath): Page[] => pages[kind] ?? [];
