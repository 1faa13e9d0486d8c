import { Button, Checkbox, FileButton, Group, Modal, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useEffect, useState } from 'react';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { Dim, Note, ProblemView, Rows, State } from '../../parts/basics';
import { day, plural, size } from '../../parts/format';
import parts from '../../parts/parts.module.css';
import styles from './certificates.module.css';
import { Arrivals } from './Arrivals';
import { stores } from './words';

type Result = Schemas['ImportResult'];

const largest = 12 * 1024 * 1024;

async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Files are dropped, or chosen; what they are and what they fit is told before anything is stored. */
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
  const asked = JSON.stringify([password, store, account, roots]);
  const [looked, setLooked] = useState('');

  const send = async (some: File[], dryRun: boolean): Promise<Result> => {
    const contents = await Promise.all(some.map(async (file) => ({ name: file.name, content: await base64(file) })));
    return ask(
      client.POST('/certificates', {
        params: { query: { 'dry-run': dryRun } },
        body: {
          files: contents,
          ...(password ? { password } : {}),
          ...(store ? { store: store as Schemas['StoreName'] } : {}),
          ...(account ? { account } : {}),
          trust_roots: roots,
        } as Schemas['ImportRequest'],
      }),
    );
  };
  const looking = useMutation({ mutationFn: () => send(files, true), onSettled: () => setLooked(asked) });
  const importing = useMutation({
    mutationFn: () => {
      const bad = new Set(looking.data?.files.filter((one) => one.refused).map((one) => one.name));
      return send(
        files.filter((file) => !bad.has(file.name)),
        false,
      );
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['certificates'] }),
  });
  const look = looking.mutate;
  useEffect(() => {
    if (!tooLarge) look();
  }, [look, tooLarge]);

  if (importing.data) return <Imported result={importing.data} onClose={onClose} />;
  const found = looking.data;
  const refused = found?.files.filter((one) => one.refused) ?? [];
  const nothing = !found || (found.imported.length === 0 && found.revocation_lists === 0);
  const stale = looked !== asked;
  return (
    <Modal opened onClose={onClose} title={`Import ${plural(files.length, 'file')}`} size="xl">
      <form
        className={parts.stack}
        onSubmit={(event) => {
          event.preventDefault();
          if (stale || nothing) looking.mutate();
          else importing.mutate();
        }}
      >
        <ul className={styles.files}>
          {files.map((file) => {
            const one = found?.files.find((each) => each.name === file.name);
            return (
              <li key={file.name}>
                <strong>{file.name}</strong> <Dim>{size(file.size)}</Dim>{' '}
                {one?.refused ? (
                  <div>
                    <State tone="bad" icon="warn">
                      {one.refused.what}
                    </State>{' '}
                    <Dim>{one.refused.remedy}</Dim>
                  </div>
                ) : (
                  one && <Dim>{told(one)}</Dim>
                )}
              </li>
            );
          })}
        </ul>
        <div className={styles.options}>
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
        </div>
        <Checkbox
          size="xs"
          label="Trust self-signed authorities: put them into Trusted Roots"
          checked={roots}
          onChange={(event) => setRoots(event.currentTarget.checked)}
        />
        {tooLarge && <Note tone="amber">Together they are larger than 12 MiB: import them in several steps.</Note>}
        {looking.isPending && <Rows count={3} />}
        {looking.error && <ProblemView problem={problemOf(looking.error)} />}
        {found && !looking.isPending && !looking.error && <Arrivals result={found} />}
        {importing.error && <ProblemView problem={problemOf(importing.error)} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          {stale || nothing ? (
            <Button type="submit" loading={looking.isPending} disabled={tooLarge}>
              Look again
            </Button>
          ) : (
            <Button type="submit" loading={importing.isPending} disabled={looking.isPending}>
              {refused.length ? `Import without the ${plural(refused.length, 'refused file')}` : 'Import'}
            </Button>
          )}
        </Group>
      </form>
    </Modal>
  );
}

function told(file: Result['files'][number]): string {
  const parts = [
    file.certificates ? plural(file.certificates, 'certificate') : '',
    file.keys ? plural(file.keys, 'private key') : '',
    file.lists ? plural(file.lists, 'revocation list') : '',
  ].filter(Boolean);
  return `${file.kind} with ${parts.join(', ') || 'nothing in it'}`;
}

function Imported({ result, onClose }: { result: Result; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Imported" size="xl">
      <div className={parts.stack}>
        <Arrivals result={result} />
        {result.lists.map((list) => (
          <p key={list.sha256}>
            Revocation list of {list.issuer}, {day(list.this_update)}
          </p>
        ))}
        <Group justify="flex-end">
          <Button onClick={onClose}>Close</Button>
        </Group>
      </div>
    </Modal>
  );
}
