import { Button, Modal, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { Command, Dim, Empty, Facts, Loaded, Note, PageHead, ProblemView, State, When } from '../../parts/basics';
import { plural } from '../../parts/format';
import { ArtifactLink } from '../../parts/links';
import { Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { applicationsKey } from './Applications';
import { Actions } from './parts';

type Details = Schemas['ApplicationDetails'];
type Change = Schemas['ApplicationChange'];
type Mapping = Schemas['Mapping'];

export default function Application() {
  const { name = '' } = useParams();
  const query = useQuery({
    queryKey: [...applicationsKey, 'one', name],
    queryFn: () => ask(client.GET('/affiliate-applications/{name}', { params: { path: { name } } })),
  });
  return <Loaded query={query}>{(details) => <Page key={name} name={name} details={details} />}</Loaded>;
}

function Page({ name, details: { application, mappings } }: { name: string; details: Details }) {
  const may = useMay('credentials');
  const queries = useQueryClient();
  const [setting, setSetting] = useState<Mapping | 'new'>();
  const [removing, setRemoving] = useState(false);
  const [changing, setChanging] = useState(false);
  const enabling = useMutation({
    mutationFn: () =>
      ask(
        client.PUT('/affiliate-applications/{name}', {
          params: { path: { name } },
          body: { enabled: !application.enabled },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: applicationsKey }),
  });
  const unmapping = useMutation({
    mutationFn: (principal: string) =>
      ask(
        client.DELETE('/affiliate-applications/{name}/mappings/{principal}', { params: { path: { name, principal } } }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: applicationsKey }),
  });
  return (
    <>
      <PageHead
        title={name}
        crumbs={[{ to: '/affiliate-applications', text: 'Affiliate applications' }]}
        state={
          application.enabled ? (
            <State tone="good">Enabled</State>
          ) : (
            <State tone="warn" icon="pause">
              Disabled: it gives nothing out
            </State>
          )
        }
        sentence={
          mappings.length
            ? `${plural(mappings.length, 'credential')}; ${application.used_by.length ? `${plural(application.used_by.length, 'send port')} ${application.used_by.length === 1 ? 'uses' : 'use'} it.` : 'no send port uses it.'}`
            : 'Nobody is mapped: whatever is sent with it is suspended.'
        }
      >
        {may && (
          <>
            <Button size="xs" onClick={() => setSetting('new')}>
              Set credentials…
            </Button>
            <Button size="xs" variant="default" onClick={() => setChanging(true)}>
              Change…
            </Button>
            <Button size="xs" variant="default" loading={enabling.isPending} onClick={() => enabling.mutate()}>
              {application.enabled ? 'Disable' : 'Enable'}
            </Button>
            <Button size="xs" variant="default" onClick={() => setRemoving(true)}>
              Delete…
            </Button>
          </>
        )}
      </PageHead>
      <div className={parts.stack}>
        {enabling.error && <ProblemView problem={problemOf(enabling.error)} />}
        {unmapping.error && <ProblemView problem={problemOf(unmapping.error)} />}
        {mappings.length ? (
          <Table
            label="Who is mapped"
            rows={mappings}
            id={(one) => one.principal}
            columns={[
              ...(application.type === 'group'
                ? [{ title: 'Place', align: 'tight' as const, cell: (one: Mapping) => one.place }]
                : []),
              { title: 'In whose name', align: 'wide', cell: (one) => <strong>{one.principal}</strong> },
              ...application.fields.map((field) => ({
                title: field.label,
                align: 'wide' as const,
                cell: (one: Mapping) =>
                  field.masked ? (
                    <State tone="plain" icon="lock">
                      set, never shown
                    </State>
                  ) : (
                    one.values[field.label]
                  ),
              })),
              { title: 'Changed', align: 'tight', cell: (one) => <When time={one.changed} /> },
              {
                title: 'What to do',
                align: 'tight',
                cell: (one) =>
                  may && (
                    <>
                      <Button size="compact-xs" variant="default" onClick={() => setSetting(one)}>
                        Set anew…
                      </Button>{' '}
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        aria-label={`Remove the credentials of ${one.principal}`}
                        onClick={() => unmapping.mutate(one.principal)}
                      >
                        Remove
                      </Button>
                    </>
                  ),
              },
            ]}
          />
        ) : (
          <Empty title="No credentials yet">
            <p>
              Set those of the account that the sending host runs as (<code>account:default</code>)
              {application.type === 'group' && ', of a party, or of everyone'}.
            </p>
            <Command text={`sealgate sso map ${name} account:default`} />
          </Empty>
        )}
        <section className={parts.card}>
          <h2>Properties</h2>
          <Facts
            rows={[
              ['Type', application.type],
              [
                'Fields',
                application.fields.map((field) => `${field.label}${field.masked ? ' (masked)' : ''}`).join(', '),
              ],
              ['Description', application.description],
              ['Contact', application.contact],
              [
                'Used by',
                application.used_by.length ? (
                  application.used_by.map((port) => (
                    <div key={port}>
                      <ArtifactLink path="send-ports" name={port} />
                    </div>
                  ))
                ) : (
                  <Dim>no send port</Dim>
                ),
              ],
              [
                'Tickets',
                application.allow_tickets
                  ? application.validate_tickets
                    ? 'allowed, must be of the originator of the message'
                    : 'allowed, redeemed by administrators without validation'
                  : 'not looked at',
              ],
              ['Life of tickets', application.ticket_lifetime ?? 'as the group has it'],
              ['Administrators', application.administrators.join(', ') || 'none'],
              ['May be used in the name of', application.users.join(', ') || 'everyone who is mapped'],
            ]}
          />
        </section>
      </div>
      {setting && (
        <SetCredentials
          name={name}
          application={application}
          before={setting === 'new' ? undefined : setting}
          onClose={() => setSetting(undefined)}
        />
      )}
      {changing && <ChangeApplication name={name} application={application} onClose={() => setChanging(false)} />}
      {removing && <Remove name={name} application={application} onClose={() => setRemoving(false)} />}
    </>
  );
}

function SetCredentials({
  name,
  application,
  before,
  onClose,
}: {
  name: string;
  application: Schemas['Application'];
  before: Mapping | undefined;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [principal, setPrincipal] = useState(before?.principal ?? 'account:default');
  const [values, setValues] = useState(application.fields.map((field) => before?.values[field.label] ?? ''));
  const set = (index: number, to: string) => setValues(values.map((one, at) => (at === index ? to : one)));
  const setting = useMutation({
    mutationFn: () =>
      ask(
        client.PUT('/affiliate-applications/{name}/mappings/{principal}', {
          params: { path: { name, principal: principal.trim() } },
          body: { values },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: applicationsKey });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={before ? `Credentials of ${before.principal}` : 'Set credentials'} size="lg">
      <form
        className={parts.stack}
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          setting.mutate();
        }}
      >
        {!before && (
          <TextInput
            label="In whose name"
            description={
              application.type === 'group'
                ? 'account:NAME, user:NAME, party:NAME or everyone'
                : 'account:NAME of the sending host, or user:NAME of tickets'
            }
            required
            value={principal}
            onChange={(event) => setPrincipal(event.currentTarget.value)}
          />
        )}
        {application.fields.map((field, index) =>
          field.masked ? (
            <PasswordInput
              key={field.label}
              label={field.label}
              description="Nobody is ever shown it again"
              autoComplete="new-password"
              maxLength={1024}
              value={values[index]}
              onChange={(event) => set(index, event.currentTarget.value)}
            />
          ) : (
            <TextInput
              key={field.label}
              label={field.label}
              autoComplete="off"
              maxLength={1024}
              value={values[index]}
              onChange={(event) => set(index, event.currentTarget.value)}
            />
          ),
        )}
        <Note>They count from the next attempt to send on. Suspended messages can then be resumed.</Note>
        {setting.error && <ProblemView problem={problemOf(setting.error)} />}
        <Actions submit="Set" busy={setting.isPending} onCancel={onClose} />
      </form>
    </Modal>
  );
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((one) => one.trim())
    .filter(Boolean);

function ChangeApplication({
  name,
  application,
  onClose,
}: {
  name: string;
  application: Schemas['Application'];
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [change, setChange] = useState<Change>({});
  const now = { ...application, ...change };
  const set = (part: Change) => setChange({ ...change, ...part });
  const changing = useMutation({
    mutationFn: () =>
      ask(client.PUT('/affiliate-applications/{name}', { params: { path: { name } }, body: change })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: applicationsKey });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Change ${name}`} size="lg">
      <form
        className={parts.stack}
        onSubmit={(event) => {
          event.preventDefault();
          changing.mutate();
        }}
      >
        <TextInput
          label="Description"
          maxLength={1024}
          value={now.description}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
        <TextInput
          label="Contact"
          description="Whom to ask"
          maxLength={1024}
          value={now.contact}
          onChange={(event) => set({ contact: event.currentTarget.value })}
        />
        <Switch
          label="Tickets say in whose name credentials are looked up"
          checked={now.allow_tickets}
          onChange={(event) => set({ allow_tickets: event.currentTarget.checked })}
        />
        <Switch
          label="A ticket must be that of the message’s originator"
          checked={now.validate_tickets}
          onChange={(event) => set({ validate_tickets: event.currentTarget.checked })}
        />
        <TextInput
          label="Life of tickets"
          placeholder="group"
          description="5m, 1h; empty: as the group has it"
          value={change.ticket_lifetime ?? application.ticket_lifetime ?? ''}
          onChange={(event) => set({ ticket_lifetime: event.currentTarget.value.trim() || 'group' })}
        />
        <Textarea
          label="May be used in the name of"
          description="One in each line; empty: everyone who is mapped"
          autosize
          minRows={2}
          defaultValue={application.users.join('\n')}
          onChange={(event) => set({ users: lines(event.currentTarget.value) })}
        />
        <Textarea
          label="Administrators"
          description="account:NAME that redeem tickets without validation, one in each line"
          autosize
          minRows={2}
          defaultValue={application.administrators.join('\n')}
          onChange={(event) => set({ administrators: lines(event.currentTarget.value) })}
        />
        {changing.error && <ProblemView problem={problemOf(changing.error)} />}
        <Actions submit="Change" busy={changing.isPending} onCancel={onClose} disabled={!Object.keys(change).length} />
      </form>
    </Modal>
  );
}

function Remove({
  name,
  application,
  onClose,
}: {
  name: string;
  application: Schemas['Application'];
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const used = application.used_by.length > 0;
  const removing = useMutation({
    mutationFn: () => ask(client.DELETE('/affiliate-applications/{name}', { params: { path: { name } } })),
    onSuccess: async () => {
      navigate('/affiliate-applications');
      await queries.invalidateQueries({ queryKey: applicationsKey });
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Delete ${name}`} size="lg">
      <form
        className={parts.stack}
        onSubmit={(event) => {
          event.preventDefault();
          removing.mutate();
        }}
      >
        {used ? (
          <Note tone="amber">
            <strong>These send ports look up credentials here; change them first:</strong>
            {application.used_by.map((port) => (
              <div key={port}>
                <ArtifactLink path="send-ports" name={port} />
              </div>
            ))}
          </Note>
        ) : (
          <p>
            No send port uses it. Its {plural(application.mappings, 'credential')} {application.mappings === 1 ? 'goes' : 'go'}{' '}
            with it and cannot be brought back.
          </p>
        )}
        {removing.error && <ProblemView problem={problemOf(removing.error)} />}
        <Actions submit="Delete" busy={removing.isPending} onCancel={onClose} disabled={used} />
      </form>
    </Modal>
  );
}
