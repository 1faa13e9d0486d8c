import { Button, Group, PasswordInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf } from '../../api/problem';
import { Facts, Loaded, Note, PageHead, ProblemView, When } from '../../parts/basics';
import parts from '../../parts/parts.module.css';
import styles from './access.module.css';
import { NewPassword, useNewPassword } from '../signing/NewPassword';
import { Act } from './Act';
import { roleWords, type User } from './access';
import { Authenticator } from './Authenticator';
import { SessionTable } from './SessionTable';
import { OwnTokens } from './TokenTable';

export default function Profile() {
  const query = useQuery({ queryKey: ['profile'], queryFn: () => ask(client.GET('/profile')) });
  return (
    <Loaded query={query}>
      {(user) => (
        <>
          <PageHead title={user.display_name} sentence="Your own password, second factor, sessions and tokens." />
          <section className={parts.card}>
            <Facts
              rows={[
                ['Name', user.name],
                ['Roles', roleWords(user.roles)],
                ['Password chosen', <When key="password" time={user.password_changed} />],
              ]}
            />
          </section>
          <section className={parts.card} aria-labelledby="second-factor">
            <h2 id="second-factor">Authenticator app</h2>
            <Authenticator has={user.authenticator} />
          </section>
          <section className={parts.card} aria-labelledby="password">
            <h2 id="password">Password</h2>
            <Password user={user} />
          </section>
          <div className={`${parts.head} ${styles.above}`}>
            <h2>Your sessions</h2>
            <div className={parts.actions}>
              <Act
                verb="End all others"
                what="your sessions"
                effect="Wherever else you are signed in, you must sign in again. This session goes on."
                act={() => ask(client.DELETE('/profile/sessions', { params: { query: { others: true } } }))}
                keys={['sessions']}
              />
            </div>
          </div>
          <SessionTable />
          <div className={`${parts.head} ${styles.above}`}>
            <h2>Your tokens</h2>
            <div className={parts.actions}>
              <Link to="/tokens">Make one</Link>
            </div>
          </div>
          <OwnTokens />
        </>
      )}
    </Loaded>
  );
}

function Password({ user }: { user: User }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [old, setOld] = useState('');
  const fresh = useNewPassword();
  const changing = useMutation({
    mutationFn: () => ask(client.PUT('/profile/password', { body: { password: old, new_password: fresh.password } })),
    onSuccess: () => {
      queries.clear();
      navigate('/sign-in?then=/profile');
    },
  });
  return (
    <form
      className={parts.stack}
      onSubmit={(event) => {
        event.preventDefault();
        if (fresh.good) changing.mutate();
      }}
    >
      <input type="text" name="username" autoComplete="username" value={user.name} readOnly hidden />
      <PasswordInput
        label="The present one"
        autoComplete="current-password"
        required
        maw={380}
        value={old}
        onChange={(event) => setOld(event.currentTarget.value)}
      />
      <NewPassword of={fresh} />
      <Note>All your sessions end, this one as well; then sign in with the new password. Your tokens stay.</Note>
      {changing.error && <ProblemView problem={problemOf(changing.error)} />}
      <Group>
        <Button type="submit" size="xs" loading={changing.isPending}>
          Change password
        </Button>
      </Group>
    </form>
  );
}
