import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ask, client } from '../../api/client';
import { Dim, Loaded } from '../../parts/basics';
import { artifactAddress, type KindPath, labels } from '../../parts/links';
import { Link } from 'react-router-dom';
import { Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import styles from './artifacts.module.css';
import { certificates, compatibility, ours, theirs } from './agreement';
import { As2Agreements } from './As2Agreements';
import { Assignment, type AssignmentOf } from './Assignment';
import { type Field, flag, under } from './field';
import { backup, breaker, doors, general, maps, order, response, retries, schedule, users } from './fields';
import { FilterEditor } from './FilterEditor';
import { type Draft, Form } from './Form';
import { at, type Path, text } from './kinds';
import { LocationsTab } from './LocationsTab';
import { Stages } from './Stages';
import { Tracking } from './Tracking';
import { sending, transportOf } from './transports';
import { TransportType, useAs2Pipelines } from './TransportType';

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

/** A page that is one form. */
const form = (id: string, title: string, fields: (kind: KindPath) => Field[]): Page => ({
  id,
  title,
  show: ({ draft, kind }) => (
    <Card>
      <Form draft={draft} fields={fields(kind)} />
    </Card>
  ),
});
const mapsPage = form('maps', 'Maps', (kind) => maps[kind] ?? []);

const dynamic = flag('dynamic', 'Dynamic: the message names the address', undefined, {
  help: 'By BTS.OutboundTransportLocation; these settings hold for messages of this transport',
});
/** Transport type and its properties, which of a dynamic port have no address. */
function Transport({ draft, at: place, name }: { draft: Draft; at: Path; name?: string }) {
  const as2 = useAs2Pipelines();
  const type = transportOf(draft.artifact, place, as2);
  const fields = sending[type] ?? [];
  const moving = place.length === 0 && draft.artifact.dynamic === true;
  return (
    <>
      <div className={styles.first}>
        <TransportType draft={draft} place={place} />
        {place.length === 0 && fields.length > 0 && <Form draft={draft} fields={[dynamic]} />}
      </div>
      {type === 'AS2' && name !== undefined && <As2Agreements name={name} party={text(draft.artifact.party)} />}
      {type === 'dynamic' && <Dim>Address and adapter come from the message (BTS.OutboundTransportLocation).</Dim>}
      <Form draft={draft} fields={under(place, moving ? fields.filter((one) => !one.required) : fields)} />
    </>
  );
}

function TransportPage({ draft, name }: { draft: Draft; name: string }) {
  const backedUp = at(draft.artifact, ['backup', 'adapter']) !== undefined;
  return (
    <>
      <Card title="Transport">
        <Transport draft={draft} at={[]} name={name} />
      </Card>
      <Card title="Retries and order">
        <Form draft={draft} fields={[...retries, ...order]} />
      </Card>
      <Card title="When it sends">
        <Form draft={draft} fields={[...schedule, ...breaker]} />
      </Card>
      <Card title="Backup transport">
        <Transport draft={draft} at={['backup']} />
        {backedUp ? <Form draft={draft} fields={backup} /> : <Dim>What is tried when all retries have failed.</Dim>}
      </Card>
      {draft.artifact.two_way === true && (
        <Card title="Answers">
          <Form draft={draft} fields={response} />
        </Card>
      )}
    </>
  );
}
const transport: Page = {
  id: 'transport',
  title: 'Transport',
  show: ({ draft, name }) => <TransportPage draft={draft} name={name} />,
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
  mapsPage,
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
    mapsPage,
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
          <p className={parts.below}>
            <Link to={`/messages?party=${encodeURIComponent(name)}`}>Messages of this party</Link> ·{' '}
            <Link to={`/as2?partner=${encodeURIComponent(name)}`}>AS2 report</Link>
          </p>
        </>
      ),
    },
  ],
  agreements: [
    generalPage,
    form('sending', 'Sending', () => ours),
    form('receiving', 'Receiving', () => theirs),
    form('compatibility', 'Compatibility', () => compatibility),
    certificate(() => certificates),
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
    form('listeners', 'Listeners', () => doors),
    form('users', 'Users', () => users),
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
  schemas: [generalPage],
  maps: [generalPage],
};
export const pagesOf = (kind: KindPath): Page[] => pages[kind] ?? [];
