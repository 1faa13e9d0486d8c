import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { Dim, Empty, Loaded, Note, PageHead, ProblemView, State, When } from '../../parts/basics';
import { plural } from '../../parts/format';
import { ArtifactLink } from '../../parts/links';
import { type Column, Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { Actions } from './parts';

type Application = Schemas['Application'];

export const applicationsKey = ['credentials'] as const;
export const useApplications = () =>
  useQuery({ queryKey: [...applicationsKey, 'list'], queryFn: () => ask(client.GET('/affiliate-applications')) });

const columns: Column<Application>[] = [
  {
    title: 'Name',
    align: 'wide',
    cell: (one) => (
      <>
        <Link to={`/affiliate-applications/${encodeURIComponent(one.name)}`}>{one.name}</Link>
        {one.description && (
          <div>
            <Dim>{one.description}</Dim>
          </div>
        )}
      </>
    ),
  },
  {
    title: 'State',
    align: 'tight',
    cell: (one) =>
      one.enabled ? (
        <State tone="good">Enabled</State>
      ) : (
        <State tone="warn" icon="pause">
          Disabled
        </State>
      ),
  },
  { title: 'Type', align: 'tight', cell: (one) => one.type },
  {
    title: 'Mapped',
    align: 'tight',
    cell: (one) => (one.mappings ? plural(one.mappings, 'credential') : <State tone="warn">nobody</State>),
  },
  {
    title: 'Used by',
    align: 'wide',
    cell: (one) =>
      one.used_by.length ? (
        one.used_by.map((port) => (
          <div key={port}>
            <ArtifactLink path="send-ports" name={port} />
          </div>
        ))
      ) : (
        <Dim>nobody</Dim>
      ),
  },
  { title: 'Changed', align: 'tight', cell: (one) => <When time={one.changed} /> },
];

function sentenceOf({ items, secret }: Schemas['Applications']): string {
  if (secret.generation === 0) return 'There is no master secret yet; without it no credentials can be kept.';
  const bare = items.filter((one) => one.used_by.length > 0 && one.mappings === 0);
  if (bare.length)
    return `${bare.map((one) => one.name).join(', ')} ${bare.length === 1 ? 'has' : 'have'} no credentials: what is sent with ${bare.length === 1 ? 'it' : 'them'} is suspended.`;
  return items.length
    ? `Send ports look up names and passwords at partners here, sealed by master secret ${secret.id || '(no key at hand opens it)'}.`
    : 'Names and passwords at partners are kept here; send ports name an application, never a password.';
}

export default function Applications() {
  const query = useApplications();
  const may = useMay('credentials');
  const [adding, setAdding] = useState(false);
  return (
    <Loaded query={query}>
      {(data) => (
        <>
          <PageHead title="Affiliate applications" sentence={sentenceOf(data)}>
            {may && data.secret.generation > 0 && (
              <Button size="xs" onClick={() => setAdding(true)}>
                New application…
              </Button>
            )}
          </PageHead>
          <div className={parts.stack}>
            {data.secret.generation === 0 ? (
              <FirstSecret may={may} />
            ) : data.items.length === 0 ? (
              <Empty title="There is no affiliate application">
                <p>
                  Make one for each partner that wants a name and a password, set the credentials of the account that
                  sends, then choose it on the Transport page of the send port.
                </p>
              </Empty>
            ) : (
              <Table label="Affiliate applications" rows={data.items} id={(one) => one.name} columns={columns} />
            )}
            {data.secret.generation > 0 && <MasterSecret secret={data.secret} may={may} />}
          </div>
          {adding && <New onClose={() => setAdding(false)} />}
        </>
      )}
    </Loaded>
  );
}

function FirstSecret({ may }: { may: boolean }) {
  const queries = useQueryClient();
  const making = useMutation({
    mutationFn: () => ask(client.POST('/master-secret', { body: {} })),
    onSuccess: () => queries.invalidateQueries({ queryKey: applicationsKey }),
  });
  return (
    <Empty title="No master secret">
      <p>
        It seals all credentials. It lies in the store, wrapped by the key of each account that a host runs as; the
        database alone opens nothing. Make a backup of it afterwards: <code>sealgate sso secret backup</code>.
      </p>
      {may && (
        <Button loading={making.isPending} onClick={() => making.mutate()}>
          Make the master secret
        </Button>
      )}
      {making.error && <ProblemView problem={problemOf(making.error)} />}
    </Empty>
  );
}

function MasterSecret({ secret, may }: { secret: Schemas['MasterSecret']; may: boolean }) {
  const queries = useQueryClient();
  const [account, setAccount] = useState('');
  const changing = useMutation({
    mutationFn: ({ name, grant }: { name: string; grant: boolean }) => {
      const params = { params: { path: { account: name } } };
      return ask(
        grant
          ? client.PUT('/master-secret/accounts/{account}', params)
          : client.DELETE('/master-secret/accounts/{account}', params),
      );
    },
    onSuccess: async () => {
      setAccount('');
      await queries.invalidateQueries({ queryKey: applicationsKey });
    },
  });
  return (
    <section className={parts.card}>
      <h2>Master secret</h2>
      <p>
        Generation {secret.generation}, made <When time={secret.made} />
        {secret.being_changed && '; it is being changed: finish it with “sealgate sso secret rotate”'}.
      </p>
      <p>These accounts open it, and so do the hosts that run as one of them:</p>
      <ul>
        {secret.accounts.map((name) => (
          <li key={name}>
            {name}{' '}
            {may && secret.accounts.length > 1 && (
              <Button
                size="compact-xs"
                variant="subtle"
                aria-label={`Take it away from ${name}`}
                onClick={() => changing.mutate({ name, grant: false })}
              >
                Take it away
              </Button>
            )}
          </li>
        ))}
      </ul>
      {may && (
        <form
          className={parts.filters}
          onSubmit={(event) => {
            event.preventDefault();
            changing.mutate({ name: account.trim(), grant: true });
          }}
        >
          <TextInput
            size="xs"
            label="Another account"
            value={account}
            onChange={(event) => setAccount(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" variant="default" disabled={!account.trim()} loading={changing.isPending}>
            Let it open the secret
          </Button>
        </form>
      )}
      {changing.error && <ProblemView problem={problemOf(changing.error)} />}
      <p>
        <Dim>
          Renewed and backed up on the computer itself: <code>sealgate sso secret rotate</code>,{' '}
          <code>sealgate sso secret backup</code>.
        </Dim>
      </p>
    </section>
  );
}

function New({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [type, setType] = useState<Application['type']>('individual');
  const making = useMutation({
    mutationFn: () =>
      ask(
        client.POST('/affiliate-applications', {
          body: { name: name.trim(), type, description } as Schemas['NewApplication'],
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: applicationsKey });
      navigate(`/affiliate-applications/${encodeURIComponent(name.trim())}`);
    },
  });
  return (
    <Modal opened onClose={onClose} title="New affiliate application" size="lg">
      <form
        className={parts.stack}
        onSubmit={(event) => {
          event.preventDefault();
          making.mutate();
        }}
      >
        <TextInput
          label="Name"
          description="Letters, digits and . _ -; it never changes"
          required
          maxLength={128}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label="Type"
          description="Never changes"
          value={type}
          onChange={(event) => setType(event.currentTarget.value as Application['type'])}
          data={[
            { value: 'individual', label: 'Individual: each user or account has credentials of its own' },
            { value: 'group', label: 'Group: accounts, users and parties in an order, the first that holds counts' },
          ]}
        />
        <TextInput
          label="Description"
          maxLength={1024}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Note>
          Its fields are <strong>user</strong> and <strong>password</strong>, the password masked: nobody is ever shown
          it. Others can be made by the command <code>sealgate sso create</code>.
        </Note>
        {making.error && <ProblemView problem={problemOf(making.error)} />}
        <Actions submit="Add" busy={making.isPending} onCancel={onClose} />
      </form>
    </Modal>
  );
}
