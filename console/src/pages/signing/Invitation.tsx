import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useSigning } from '../../api/session';
import { Command, Empty, Loaded, ProblemView } from '../../parts/basics';
import { NewPassword, useNewPassword } from './NewPassword';
import styles from './signing.module.css';

/** The link is /invitation#SECRET: what is after # is told to no server before it is used, and written to no log. */
export default function Invitation() {
  const invitation = useLocation().hash.slice(1);
  const [name, setName] = useState('');
  const fresh = useNewPassword();
  const { accept } = useSigning();
  const navigate = useNavigate();
  const purpose = useQuery({
    queryKey: ['invitation', invitation],
    queryFn: () => ask(client.POST('/invitations/describe', { body: { invitation } })),
    enabled: invitation !== '',
    retry: false,
    gcTime: 0,
  });
  const user = purpose.data?.user ?? undefined;
  const making = useMutation({
    mutationFn: () => accept(invitation, user === undefined ? name.trim().toLowerCase() : undefined, fresh.password),
    onSuccess: () => navigate('/'),
  });
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <div className={styles.brand}>
          <img src="/favicon.svg" alt="" width={28} height={28} />
          <h1>{user === undefined ? 'Become a user' : `A new password for ${user}`}</h1>
        </div>
        {invitation === '' ? (
          <Empty title="The link is not whole">
            <p>Open it as it was given to you: it ends with # and a long word.</p>
            <p>
              At the first start, <Command text="sealgate serve" /> prints it.
            </p>
          </Empty>
        ) : (
          <Loaded query={purpose} rows={3}>
            {() => (
              <form
                onSubmit={(event) => {
                  event.preventDefault();
                  if (fresh.good) making.mutate();
                }}
              >
                {user === undefined ? (
                  <TextInput
                    label="Name"
                    description="To sign in with: letters, digits, . _ - @"
                    autoComplete="username"
                    autoCapitalize="none"
                    pattern="[A-Za-z0-9][A-Za-z0-9._@\-]*"
                    maxLength={64}
                    autoFocus
                    required
                    value={name}
                    onChange={(event) => setName(event.currentTarget.value)}
                  />
                ) : (
                  <input type="text" name="username" autoComplete="username" value={user} readOnly hidden />
                )}
                <NewPassword of={fresh} label={user === undefined ? 'Password' : 'New password'} />
                {making.error && <ProblemView problem={problemOf(making.error)} />}
                <Button type="submit" loading={making.isPending}>
                  {user === undefined ? 'Become a user and sign in' : 'Take it and sign in'}
                </Button>
              </form>
            )}
          </Loaded>
        )}
      </div>
    </main>
  );
}
