import { PasswordInput } from '@mantine/core';
import { useState } from 'react';

const least = 12;

/** A password that somebody chooses, typed twice. */
export function useNewPassword() {
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const short = password !== '' && password.length < least;
  return { password, setPassword, again, setAgain, short, good: password.length >= least && password === again };
}

export function NewPassword({ of, label = 'New password' }: { of: ReturnType<typeof useNewPassword>; label?: string }) {
  return (
    <>
      <PasswordInput
        label={label}
        description={`At least ${least} characters; a sentence is good`}
        autoComplete="new-password"
        required
        maw={380}
        value={of.password}
        error={of.short && `${least - of.password.length} more`}
        onChange={(event) => of.setPassword(event.currentTarget.value)}
      />
      <PasswordInput
        label="The same again"
        autoComplete="new-password"
        required
        maw={380}
        value={of.again}
        error={of.again !== '' && of.again !== of.password && 'It differs'}
        onChange={(event) => of.setAgain(event.currentTarget.value)}
      />
    </>
  );
}
