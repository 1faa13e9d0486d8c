import { Button, Group, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '../../api/client';
import { problemOf } from '../../api/problem';
import { Command, Dim, ProblemView, State } from '../../parts/basics';
import parts from '../../parts/parts.module.css';
import { Qr } from './Qr';

function Code({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <TextInput
      label="Code of the app"
      description="The six digits that it shows now"
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={16}
      required
      maw={380}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Set up, confirmed with a code, removed: each with the password, which the secret is sealed under. */
export function Authenticator({ has }: { has: boolean }) {
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const body = { password, code: code.replace(/\s/g, '') };
  const close = () => {
    setOpened(false);
    setPassword('');
    setCode('');
    beginning.reset();
    finishing.reset();
  };
  const beginning = useMutation({
    mutationFn: () => ask(client.POST('/profile/authenticator', { body: { password } })),
  });
  const finishing = useMutation({
    mutationFn: () =>
      ask(
        has ? client.POST('/profile/authenticator/remove', { body }) : client.PUT('/profile/authenticator', { body }),
      ),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ['profile'] });
    },
    onError: () => setCode(''),
  });
  const started = beginning.data;
  const last = has || started !== undefined;
  const problem = finishing.error ?? beginning.error;
  return (
    <div className={parts.stack}>
      <div className={parts.pair}>
        {has ? (
          <State tone="good" icon="lock">
            A code of your app is needed to sign in
          </State>
        ) : (
          <State tone="warn">Only your password is asked for</State>
        )}
        {!opened && (
          <Button size="xs" variant="default" onClick={() => setOpened(true)}>
            {has ? 'Remove it' : 'Set up an app'}
          </Button>
        )}
      </div>
      {opened && (
        <form
          className={parts.stack}
          onSubmit={(event) => {
            event.preventDefault();
            if (last) finishing.mutate();
            else beginning.mutate();
          }}
        >
          {started === undefined && (
            <PasswordInput
              label="Your password"
              autoComplete="current-password"
              required
              autoFocus
              maw={380}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          )}
          {started && (
            <>
              <p>Scan this with the app, or type the secret into it:</p>
              <div>
                <Qr text={started.uri} label="QR code of the secret, for an authenticator app" />
              </div>
              <div>
                <Command text={started.secret.replace(/(.{4})(?=.)/g, '$1 ')} />
              </div>
              <p>
                <Dim>It is not asked for before you confirm it with a code.</Dim>
              </p>
            </>
          )}
          {last && <Code value={code} onChange={setCode} />}
          {problem && <ProblemView problem={problemOf(problem)} />}
          <Group>
            <Button
              size="xs"
              type="submit"
              color={has ? 'red' : undefined}
              loading={beginning.isPending || finishing.isPending}
            >
              {has ? 'Remove' : started ? 'Confirm' : 'Go on'}
            </Button>
            <Button size="xs" variant="default" onClick={close}>
              Cancel
            </Button>
          </Group>
        </form>
      )}
    </div>
  );
}
