import { Button, Checkbox, FileButton, Group, Modal, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { Dim, Note, ProblemView, State } from '../../parts/basics';
import { plural, size } from '../../parts/format';
import { Thumbprint } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import { Validity } from '../../parts/Validity';
import styles from './certificates.module.css';
import { stores } from './Certificates';

const largest = 12 * 1024 * 1024;

async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Files are dropped, or chosen; what they are and what they fit is told when they are in the store. */
export function Import() {
  const [files, setFiles] = useState<File[]>([]);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    setFiles([...event.dataTransfer.files]);
  };
  return (
    <>
      <div
        className={over ? `${styles.drop} ${styles.over}` : styles.drop}
        style={{ marginTop: 16 }}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        Drop certificates, keys or revocation lists here: PEM, DER, PKCS#7, PKCS#12{' '}
        <FileButton multiple onChange={(chosen) => setFiles(chosen)}>
          {(props) => (
            <Button size="compact-sm" variant="default" {...props}>
              Choose files…
            </Button>
          )}
        </FileButton>
      </div>
      {files.length > 0 && <Dialog files={files} onClose={() => setFiles([])} />}
    </>
  );
}

function Dialog({ files, onClose }: { files: File[]; onClose: () => void }) {
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const [store, setStore] = useState('');
  const [account, setAccount] = useState('');
  const [roots, setRoots] = useState(false);
  const tooLarge = files.reduce((sum, file) => sum + file.size, 0) > largest;
  const importing = useMutation({
    mutationFn: async () => {
      const contents = await Promise.all(files.map(async (file) => ({ name: file.name, content: await base64(file) })));
      return ask(
        client.POST('/certificates', {
          body: {
            files: contents,
            ...(password ? { password } : {}),
            ...(store ? { store: store as Schemas['StoreName'] } : {}),
            ...(account ? { account } : {}),
            trust_roots: roots,
          } as Schemas['ImportRequest'],
        }),
      );
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['certificates'] }),
  });
  if (importing.data) return <Imported result={importing.data} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={`Import ${plural(files.length, 'file')}`} size="lg">
      <form
        className={parts.stack}
        onSubmit={(event) => {
          event.preventDefault();
          importing.mutate();
        }}
      >
        <ul>
          {files.map((file) => (
            <li key={file.name}>
              {file.name} <Dim>{size(file.size)}</Dim>
            </li>
          ))}
        </ul>
        <PasswordInput
          size="xs"
          label="Password"
          description="Of PKCS#12 and encrypted key files"
          autoComplete="off"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label="Store"
          description="By what they are: with a key to Personal, authorities to Intermediate Authorities, others to Other People"
          value={store}
          onChange={(event) => setStore(event.currentTarget.value)}
          data={[
            { value: '', label: 'By what they are' },
            ...Object.entries(stores).map(([value, label]) => ({ value, label })),
          ]}
        />
        <TextInput
          size="xs"
          label="Account"
          description="Whose Personal store"
          placeholder="default"
          value={account}
          onChange={(event) => setAccount(event.currentTarget.value)}
        />
        <Checkbox
          size="xs"
          label="Trust self-signed authorities: put them into Trusted Roots"
          checked={roots}
          onChange={(event) => setRoots(event.currentTarget.checked)}
        />
        {tooLarge && <Note tone="amber">Together they are larger than 12 MiB: import them in several steps.</Note>}
        {importing.error && <ProblemView problem={problemOf(importing.error)} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={importing.isPending} disabled={tooLarge}>
            Import
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function Imported({ result, onClose }: { result: Schemas['ImportResult']; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Imported" size="lg">
      <div className={parts.stack}>
        {result.imported.map((one) => (
          <div key={`${one.store}${one.thumbprint}`} className={parts.card}>
            <strong>{one.subject}</strong>{' '}
            <Dim>
              {one.outcome}, {stores[one.store]}
              {one.private_key && ', with its private key'}
            </Dim>
            <div>
              <Thumbprint value={one.thumbprint} /> {one.not_after && <Validity until={one.not_after} />}
            </div>
            {one.fits.map((fit) => (
              <div key={fit}>
                <State tone="good">serves {fit}</State>
              </div>
            ))}
            {one.misfits.map((misfit) => (
              <div key={misfit}>
                <State tone="bad" icon="warn">
                  {misfit}
                </State>
              </div>
            ))}
            {one.warnings.map((warning) => (
              <div key={warning}>
                <State tone="warn">{warning}</State>
              </div>
            ))}
          </div>
        ))}
        {result.revocation_lists > 0 && <p>{plural(result.revocation_lists, 'revocation list')}</p>}
        {result.untrusted_roots.length > 0 && (
          <Note tone="amber">
            Left out, because nobody said that they are to be trusted:{' '}
            {result.untrusted_roots.map((one) => one.name).join(', ')}
          </Note>
        )}
        {result.notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
        <Group justify="flex-end">
          <Button onClick={onClose}>Close</Button>
        </Group>
      </div>
    </Modal>
  );
}
