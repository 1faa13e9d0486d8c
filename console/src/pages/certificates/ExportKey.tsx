import { Button, Checkbox, Group, Modal, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client, fail } from '../../api/client';
import { problemOf } from '../../api/problem';
import { Note, ProblemView } from '../../parts/basics';
import { save } from '../../parts/save';
import parts from '../../parts/parts.module.css';

const shortest = 8;

/** With its private key: under a password, and told to the audit log before the file is given out. */
export function ExportKey({ thumbprint, name, account, onClose }: { thumbprint: string; name: string; account?: string; onClose: () => void }) {
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [chain, setChain] = useState(true);
  const exporting = useMutation({
    mutationFn: async () => {
      const { data, error, response } = await client.POST('/certificates/{thumbprint}/export-key', {
        params: { path: { thumbprint }, query: { account } },
        body: { password, chain },
        parseAs: 'blob',
      });
      if (!response.ok) fail(response, error);
      save(data as unknown as Blob, `${name || 'certificate'}.p12`);
    },
    onSuccess: onClose,
  });
  const differs = again !== '' && again !== password;
  return (
    <Modal opened onClose={onClose} title={`Export ${name} with its private key`} size="lg">
      <form
        className={parts.stack}
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          exporting.mutate();
        }}
      >
        <Note tone="amber">
          Whoever has the file and the password can sign in your name and open what is sent to you. The export goes into
          the audit log.
        </Note>
        <PasswordInput
          label="Password of the file"
          description={`At least ${shortest} characters; it is kept nowhere`}
          autoComplete="new-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <PasswordInput
          label="The same again"
          autoComplete="new-password"
          required
          value={again}
          error={differs ? 'It differs' : undefined}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        <Checkbox
          label="With the authorities above it"
          checked={chain}
          onChange={(event) => setChain(event.currentTarget.checked)}
        />
        {exporting.error && <ProblemView problem={problemOf(exporting.error)} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={exporting.isPending} disabled={password.length < shortest || again !== password}>
            Export as PKCS#12
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
