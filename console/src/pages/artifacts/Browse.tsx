import { Button, Group, Modal, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { Dim } from '../../parts/basics';
import { plural } from '../../parts/format';
import { Thumbprint } from '../../parts/links';
import { List } from '../../parts/list';
import { usePages } from '../../parts/pages';
import parts from '../../parts/parts.module.css';
import { Validity } from '../../parts/Validity';
import type { AssignmentOf } from './Assignment';

type Certificate = Schemas['Certificate'];

/** The store that certificates for this use come from: Other People for a partner's, Personal for one's own. */
export function Browse({
  of,
  onClose,
  onChoose,
}: {
  of: AssignmentOf;
  onClose: () => void;
  onChoose: (one: Certificate) => void;
}) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 250);
  const [fitting, setFitting] = useState(true);
  const query = {
    store: of.store,
    account: of.account,
    search: search || undefined,
    usage: fitting ? of.usage : undefined,
    limit: 25,
  };
  const pages = usePages(['certificates', 'browse', query], (cursor) =>
    ask(client.GET('/certificates', { params: { query: { ...query, cursor } } })),
  );
  const place = of.store === 'Personal' ? `Personal of the account ${of.account ?? 'default'}` : 'Other People';
  return (
    <Modal opened onClose={onClose} size="xl" title={`Browse ${place}`}>
      <div className={parts.stack}>
        <Group justify="space-between" align="flex-end">
          <TextInput
            size="xs"
            label="Search"
            placeholder="Name, e-mail address or thumbprint"
            w={320}
            maw="100%"
            data-autofocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Switch
            size="xs"
            label={`Only what fits (${of.usage})`}
            checked={fitting}
            onChange={(event) => setFitting(event.currentTarget.checked)}
          />
        </Group>
        <List
          label={`Certificates of ${place}`}
          pages={pages}
          id={(one) => one.sha256}
          columns={[
            {
              title: 'Common name',
              align: 'wide',
              cell: (one) => (
                <>
                  <strong>{one.name}</strong>
                  <div>
                    <Thumbprint value={one.thumbprint} short />
                  </div>
                </>
              ),
            },
            { title: 'Valid', align: 'tight', cell: (one) => <Validity until={one.not_after} /> },
            { title: 'Key', align: 'tight', cell: (one) => one.key },
            {
              title: 'Used by',
              align: 'tight',
              cell: (one) =>
                one.used_by.length ? (
                  <span title={one.used_by.join('\n')}>{plural(one.used_by.length, 'place')}</span>
                ) : (
                  <Dim>nobody</Dim>
                ),
            },
            {
              title: 'Choose',
              align: 'right',
              cell: (one) => (
                <Button size="compact-xs" aria-label={`Choose ${one.name}`} onClick={() => onChoose(one)}>
                  Choose
                </Button>
              ),
            },
          ]}
          nothing={{
            title: 'No certificate is like this',
            text: 'Import the one that you mean under Certificates, or on the command line:',
            command:
              of.store === 'Personal'
                ? `sealgate cert import --account ${of.account ?? 'default'} own.p12`
                : 'sealgate cert import partner.pem',
          }}
        />
      </div>
    </Modal>
  );
}
