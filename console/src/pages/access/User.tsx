import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useMay, useSession } from '../../api/session';
import { Command, Dim, Facts, Loaded, Note, PageHead, ProblemView, State, When } from '../../parts/basics';
import parts from '../../parts/parts.module.css';
import styles from './access.module.css';
import { Act } from './Act';
import { type Role, roleWords, type User as Known } from './access';
import { OneTimeLink } from './OneTimeLink';
import { RolePicker } from './RolePicker';
import { SessionTable } from './SessionTable';
import { TokenTable } from './TokenTable';

const touched = ['users', 'sessions', 'tokens', 'invitations'];

export default function User() {
  const { name = '' } = useParams();
  const path = { params: { path: { name } } };
  const query = useQuery({ queryKey: ['users', name], queryFn: () => ask(client.GET('/users/{name}', path)) });
  const navigate = useNavigate();
  const me = useSession().data;
  const audit = useMay('audit');
  return (
    <Loaded query={query}>
      {(user) => {
        const own = me?.name === user.name;
        const may = !own && (!user.roles.includes('administrator') || me?.roles.includes('administrator'));
        return (
          <>
            <PageHead
              title={user.name}
              crumbs={[{ to: '/users', text: 'Users' }]}
              state={
                user.disabled ? (
                  <State tone="warn" icon="stop">
                    Disabled
                  </State>
                ) : (
                  <State tone="good">Active</State>
                )
              }
              sentence={roleWords(user.roles)}
            >
              {may && !user.disabled && <PasswordLink user={user} />}
              {may && (
                <Act
                  verb={user.disabled ? 'Let in again' : 'Disable'}
                  what={user.name}
                  danger={!user.disabled}
                  effect={
                    user.disabled
                      ? 'He may sign in again with his password, and his tokens are taken again.'
                      : 'His sessions end, his tokens are refused, and he cannot sign in until he is let in again.'
                  }
                  act={() => ask(client.PUT('/users/{name}/state', { ...path, body: { disabled: !user.disabled } }))}
                  keys={touched}
                />
              )}
              {may && (
                <Act
                  verb="Delete"
                  what={user.name}
                  effect="The user is gone with his sessions and tokens. What he did stays in the audit log. This cannot be undone."
                  act={() => ask(client.DELETE('/users/{name}', path))}
                  keys={['tokens', 'invitations']}
                  onDone={() => navigate('/users')}
                />
              )}
            </PageHead>
            {own && (
              <Note>
                This is you: password, authenticator and sessions are on <Link to="/profile">your own page</Link>.
                Nobody changes his own roles or state.
              </Note>
            )}
            {!own && !may && <Note tone="amber">Only an administrator changes an administrator.</Note>}
            <section className={`${parts.card} ${styles.above}`}>
              <Facts
                rows={[
                  ['Shown as', may ? <DisplayName key={user.display_name} user={user} /> : user.display_name],
                  ['Roles', may ? <Roles user={user} /> : roleWords(user.roles)],
                  [
                    'Second factor',
                    user.authenticator ? (
                      <span className={parts.pair}>
                        <State tone="good" icon="lock">
                          Authenticator app
                        </State>
                        {may && (
                          <Act
                            compact
                            verb="Remove"
                            what={`authenticator of ${user.name}`}
                            effect="For somebody who lost his phone: he signs in with his password alone until he sets up another one. His sessions end."
                            act={() => ask(client.DELETE('/users/{name}/authenticator', path))}
                            keys={touched}
                          />
                        )}
                      </span>
                    ) : (
                      <Dim>none</Dim>
                    ),
                  ],
                  ['Last sign-in', <When key="last" time={user.last_sign_in} />],
                  ['Password chosen', <When key="password" time={user.password_changed} />],
                  ['Made', <When key="made" time={user.created} />],
                  ['Changed', <When key="changed" time={user.changed} />],
                  [
                    'What he did',
                    audit && <Link to={`/audit-log?user=${encodeURIComponent(user.name)}`}>in the audit log</Link>,
                  ],
                  [
                    'What was done to him',
                    audit && (
                      <Link to={`/audit-log?object=${encodeURIComponent(`user ${user.name}`)}`}>in the audit log</Link>
                    ),
                  ],
                ]}
              />
            </section>
            <h2 className={styles.above}>Sessions</h2>
            <SessionTable user={user.name} />
            <h2 className={styles.above}>Tokens</h2>
            <TokenTable user={user.name} />
            <p className={styles.above}>
              <Command text={`sealgate user role ${user.name} ${user.roles.join(' ')}`} />
            </p>
          </>
        );
      }}
    </Loaded>
  );
}

function useChange(user: Known) {
  const queries = useQueryClient();
  return {
    path: { params: { path: { name: user.name } } },
    settled: () => Promise.all(touched.map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  };
}

function DisplayName({ user }: { user: Known }) {
  const { path, settled } = useChange(user);
  const [text, setText] = useState(user.display_name);
  const saving = useMutation({
    mutationFn: () => ask(client.PUT('/users/{name}/display-name', { ...path, body: { display_name: text } })),
    onSettled: settled,
  });
  return (
    <form
      className={parts.pair}
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <TextInput
        size="xs"
        aria-label="Shown as"
        maxLength={128}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {text !== user.display_name && (
        <Button size="xs" type="submit" loading={saving.isPending}>
          Save
        </Button>
      )}
      {saving.error && <ProblemView problem={problemOf(saving.error)} />}
    </form>
  );
}

function Roles({ user }: { user: Known }) {
  const { path, settled } = useChange(user);
  const [opened, setOpened] = useState(false);
  const [roles, setRoles] = useState<Role[]>(user.roles);
  const saving = useMutation({
    mutationFn: () => ask(client.PUT('/users/{name}/roles', { ...path, body: { roles } })),
    onSuccess: () => setOpened(false),
    onSettled: settled,
  });
  return (
    <span className={parts.pair}>
      {roleWords(user.roles)}
      <Button
        size="compact-xs"
        variant="default"
        aria-label="Change roles"
        onClick={() => {
          setRoles(user.roles);
          setOpened(true);
        }}
      >
        Change
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={`Roles of ${user.name}`} size="lg">
        <form
          className={parts.stack}
          onSubmit={(event) => {
            event.preventDefault();
            saving.mutate();
          }}
        >
          <RolePicker value={roles} onChange={setRoles} />
          <Note>His sessions end, and his tokens never allow more than the new roles do.</Note>
          {saving.error && <ProblemView problem={problemOf(saving.error)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpened(false)}>
              Cancel
            </Button>
            <Button type="submit" loading={saving.isPending} disabled={roles.length === 0}>
              Change roles
            </Button>
          </Group>
        </form>
      </Modal>
    </span>
  );
}

function PasswordLink({ user }: { user: Known }) {
  const { path, settled } = useChange(user);
  const [opened, setOpened] = useState(false);
  const making = useMutation({
    mutationFn: () => ask(client.POST('/users/{name}/password-link', path)),
    onSettled: settled,
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          making.reset();
          setOpened(true);
        }}
      >
        Link to a new password
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={`A new password for ${user.name}`} size="lg">
        <div className={parts.stack}>
          {making.data ? (
            <OneTimeLink link={making.data} who={user.name} />
          ) : (
            <Note>
              With the link he chooses another password. Until then the old one is good.
              {user.authenticator && ' His authenticator goes with the old password; he sets up another one.'}
            </Note>
          )}
          {making.error && <ProblemView problem={problemOf(making.error)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpened(false)}>
              {making.data ? 'Close' : 'Cancel'}
            </Button>
            {!making.data && (
              <Button loading={making.isPending} onClick={() => making.mutate()}>
                Make the link
              </Button>
            )}
          </Group>
        </div>
      </Modal>
    </>
  );
}
