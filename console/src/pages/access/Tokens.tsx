import { Button, Checkbox, Group, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { useMay, useSession } from '../../api/session';
import { Command, Dim, PageHead, ProblemView } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { ChoiceFilter, FilterRow } from '../../parts/list';
import parts from '../../parts/parts.module.css';
import styles from './access.module.css';
import { meanings, permissions, useUsers } from './access';
import { Once } from './OneTimeLink';
import { OwnTokens, TokenTable } from './TokenTable';

export default function Tokens() {
  const filters = useFilters();
  const security = useMay('security');
  const [making, setMaking] = useState(false);
  return (
    <>
      <PageHead title="Tokens" sentence="With a token a program does what its owner may, or less, until it ends.">
        <Button size="xs" onClick={() => setMaking(true)}>
          New token
        </Button>
      </PageHead>
      <h2>Yours</h2>
      <div className={styles.above}>
        <OwnTokens />
      </div>
      {security && (
        <>
          <h2 className={styles.above}>Of everybody</h2>
          <Owners filters={filters} />
          <TokenTable user={filters.get('user')} filters={filters} />
        </>
      )}
      {making && <NewToken onClose={() => setMaking(false)} />}
    </>
  );
}

function Owners({ filters }: { filters: ReturnType<typeof useFilters> }) {
  const names = useUsers().data?.items.map((one) => one.name) ?? [];
  return (
    <FilterRow of={filters}>
      <ChoiceFilter of={filters} name="user" label="Owner" any="Everybody" data={names} />
    </FilterRow>
  );
}

const lives = [
  { value: '1', label: 'a day' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
];

function NewToken({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const session = useSession().data;
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [scopes, setScopes] = useState<string[]>(['view']);
  const making = useMutation({
    mutationFn: () =>
      ask(
        client.POST('/tokens', {
          body: {
            name,
            scopes: scopes as Schemas['Permission'][],
            until: new Date(Date.now() + Number(days) * 86400e3).toISOString(),
          },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <Modal opened onClose={onClose} title="New token" size="lg">
      <div className={parts.stack}>
        {making.data ? (
          <>
            <Once text={making.data.token} label={`The token ${making.data.name}`}>
              It is shown only now. A program sends it as
            </Once>
            <Command text={`Authorization: Bearer ${making.data.token.slice(0, 8)}…`} />
            <Group justify="flex-end">
              <Button onClick={onClose}>Close</Button>
            </Group>
          </>
        ) : (
          <form
            className={parts.stack}
            onSubmit={(event) => {
              event.preventDefault();
              making.mutate();
            }}
          >
            <TextInput
              label="Name"
              description="What it is for"
              required
              maxLength={64}
              pattern="[!-.0-~]+"
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <NativeSelect
              label="Good for"
              data={lives}
              value={days}
              onChange={(event) => setDays(event.currentTarget.value)}
            />
            <Checkbox.Group label="It may" withAsterisk value={scopes} onChange={setScopes}>
              {permissions
                .filter((one) => session?.permissions.includes(one))
                .map((one) => (
                  <Checkbox key={one} mt="xs" value={one} label={one} description={meanings[one]} />
                ))}
            </Checkbox.Group>
            <p>
              <Dim>It never allows more than you may yourself at the moment.</Dim>
            </p>
            {making.error && <ProblemView problem={problemOf(making.error)} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={making.isPending} disabled={scopes.length === 0}>
                Make the token
              </Button>
            </Group>
          </form>
        )}
      </div>
    </Modal>
  );
}
