import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Navigate, useSearchParams } from 'react-router-dom';
import { problemOf } from '../../api/problem';
import { useSession, useSigning } from '../../api/session';
import { capital, Note } from '../../parts/basics';
import styles from './signing.module.css';

/** Only to a page of ours: an address elsewhere would lend our name to somebody's false sign-in. */
export function ownPage(wanted: string | null): string {
  if (!wanted?.startsWith('/')) return '/';
  // As the browser would read it: it leaves out tabs, and takes \ for /.
  const read = URL.canParse(wanted, window.location.origin) ? new URL(wanted, window.location.origin) : undefined;
  if (read?.origin !== window.location.origin || read.pathname.startsWith('//')) return '/';
  return read.pathname + read.search + read.hash;
}

export default function SignIn() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [params] = useSearchParams();
  const session = useSession();
  const { signIn } = useSigning();
  const entering = useMutation({
    mutationFn: () => signIn(name.trim(), password, code.replace(/\s/g, '')),
    onError: (error) => {
      const problem = problemOf(error);
      if (problem.code === 'access.code-needed') setNeedsCode(true);
      if (problem.code === 'access.wrong-code') setCode('');
    },
  });
  if (session.data) return <Navigate to={ownPage(params.get('then'))} replace />;
  const problem = entering.error ? problemOf(entering.error) : undefined;
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <div className={styles.brand}>
          <img src="/favicon.svg" alt="" width={28} height={28} />
          <h1>Sign in to Sealgate</h1>
        </div>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            entering.mutate();
          }}
        >
          <TextInput
            label="Name"
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {needsCode && (
            <TextInput
              label="Code of your authenticator"
              description="The six digits that the app shows now"
              inputMode="numeric"
              autoComplete="one-time-code"
              autoFocus
              required
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          )}
          {problem && problem.code !== 'access.code-needed' && (
            <div role="alert">
              <Note tone="amber">
                <strong>{capital(problem.what)}</strong>
                <br />
                {problem.remedy && capital(problem.remedy)}
              </Note>
            </div>
          )}
          <Button type="submit" loading={entering.isPending}>
            Sign in
          </Button>
        </form>
      </div>
    </main>
  );
}
