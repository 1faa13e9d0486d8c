import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { problemOf } from '../../api/problem';
import { useSigning } from '../../api/session';
import { Command, Empty, ProblemView } from '../../parts/basics';
import styles from './signing.module.css';

const least = 12;

/** The link is /invitation#SECRET: what is after # is told to no server and written to no log. */
export default function Invitation() {
  const invitation = useLocation().hash.slice(1);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const { accept } = useSigning();
  const navigate = useNavigate();
  const making = useMutation({
    mutationFn: () => accept(invitation, name.trim().toLowerCase(), password),
    onSuccess: () => navigate('/'),
  });
  const short = password !== '' && password.length < least;
  const differs = again !== '' && again !== password;
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <div className={styles.brand}>
          <img src="/favicon.svg" alt="" width={28} height={28} />
          <h1>Make your account</h1>
        </div>
        {invitation === '' ? (
          <Empty title="The link is not whole">
            <p>Open it as it was given to you: it ends with # and a long word.</p>
            <p>
              At the first start, <Command text="sealgate serve" /> prints it.
            </p>
          </Empty>
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (!short && password === again) making.mutate();
            }}
          >
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
            <PasswordInput
              label="Password"
              description={`At least ${least} characters; a sentence is good`}
              autoComplete="new-password"
              required
              value={password}
              error={short && `${least - password.length} more`}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <PasswordInput
              label="The same again"
              autoComplete="new-password"
              required
              value={again}
              error={differs && 'It differs'}
              onChange={(event) => setAgain(event.currentTarget.value)}
            />
            {making.error && <ProblemView problem={problemOf(making.error)} />}
            <Button type="submit" loading={making.isPending}>
              Make the account and sign in
            </Button>
          </form>
        )}
      </div>
    </main>
  );
}
