import { Button, Group, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { capital, Dim, Note, State } from '../../parts/basics';
import { day, grouped, thumbprintDigits } from '../../parts/format';
import { Thumbprint } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import { Validity } from '../../parts/Validity';
import styles from './artifacts.module.css';
import { Browse } from './Browse';
import type { Draft } from './Form';
import { at, list, text, type Path } from './kinds';

type Usage = Schemas['Usage'];
type Store = Schemas['StoreName'];
export interface AssignmentOf {
  path: Path;
  title: string;
  store: Store;
  usage: Usage;
  account?: string;
  none: string;
}

interface Entry {
  certificate: string;
  from?: string;
  until?: string;
}
function entryOf(value: unknown): Entry {
  if (typeof value === 'string') return { certificate: value };
  const mapping = (value ?? {}) as Record<string, unknown>;
  return {
    certificate: text(mapping.certificate),
    from: text(mapping.from) || undefined,
    until: text(mapping.until) || undefined,
  };
}

export function useCertificate(thumbprint: string | undefined, account?: string) {
  return useQuery({
    queryKey: ['certificates', 'one', thumbprint, account],
    queryFn: () =>
      ask(
        client.GET('/certificates/{thumbprint}', {
          params: { path: { thumbprint: thumbprint ?? '' }, query: { account } },
        }),
      ),
    enabled: thumbprint !== undefined,
    retry: false,
  });
}

/** The *Certificate* page of an artifact: common name and thumbprint, by browsing the right store or by pasting. */
export function Assignment({ draft, of }: { draft: Draft; of: AssignmentOf }) {
  const [browsing, setBrowsing] = useState<{ index?: number }>();
  const [pasted, setPasted] = useState('');
  const value = at(draft.artifact, of.path);
  const entries = typeof value === 'string' ? [value] : list(value);
  const put = (next: unknown[]) => draft.set(of.path, next.length ? next : undefined);
  const digits = thumbprintDigits(pasted);
  const found = useCertificate(digits, of.account);
  const add = (thumbprint: string) => {
    put([...entries, thumbprint.replace(/ /g, '').toUpperCase()]);
    setPasted('');
  };
  const missing = found.error ? problemOf(found.error) : undefined;
  return (
    <section className={parts.card} aria-label={of.title}>
      <h2>{of.title}</h2>
      {entries.length === 0 && <p>{of.none}</p>}
      {entries.map((entry, index) => (
        <Assigned
          key={`${index}-${entryOf(entry).certificate}`}
          entry={entryOf(entry)}
          of={of}
          readOnly={draft.readOnly}
          onRemove={() => put(entries.filter((_, i) => i !== index))}
          onReplace={() => setBrowsing({ index })}
        />
      ))}
      {!draft.readOnly && (
        <div className={parts.stack}>
          <Group gap="xs" align="flex-end" mt="md">
            <Button size="xs" onClick={() => setBrowsing({})}>
              Browse…
            </Button>
            <TextInput
              size="xs"
              label="or thumbprint"
              placeholder="Paste it in any form"
              w={420}
              maw="100%"
              value={pasted}
              error={pasted !== '' && digits === undefined && 'Not 40 or 64 hexadecimal digits'}
              onChange={(event) => setPasted(event.currentTarget.value)}
              onBlur={() => digits && setPasted(grouped(digits))}
            />
            {digits && (
              <Button size="xs" variant="default" onClick={() => add(digits)}>
                Assign
              </Button>
            )}
          </Group>
          {digits && found.data && (
            <Note>
              <strong>{found.data.name || found.data.subject}</strong>, <Validity until={found.data.not_after} />
              <Misfit details={found.data} usage={of.usage} />
            </Note>
          )}
          {digits && missing && (
            <Note tone="amber">
              {capital(missing.what)}. It can be assigned and imported later; until then messages that need it are
              suspended.
            </Note>
          )}
        </div>
      )}
      {browsing && (
        <Browse
          of={of}
          onClose={() => setBrowsing(undefined)}
          onChoose={(one) => {
            const { index } = browsing;
            const before = index === undefined ? undefined : entries[index];
            const chosen = one.thumbprint.replace(/ /g, '');
            if (index === undefined) add(chosen);
            else
              put(
                entries.map((each, i) =>
                  i === index
                    ? typeof before === 'object' && before !== null
                      ? { ...before, certificate: chosen }
                      : chosen
                    : each,
                ),
              );
            setBrowsing(undefined);
          }}
        />
      )}
    </section>
  );
}

function Misfit({ details, usage }: { details: Schemas['CertificateDetails']; usage: Usage }) {
  const judged = details.usages[usage];
  return judged && judged !== 'ok' ? (
    <div className={styles.misfit}>
      <State tone="bad" icon="warn">
        It does not fit
      </State>
      : {judged}
    </div>
  ) : null;
}

function Assigned({
  entry,
  of,
  readOnly,
  onRemove,
  onReplace,
}: {
  entry: Entry;
  of: AssignmentOf;
  readOnly: boolean;
  onRemove: () => void;
  onReplace: () => void;
}) {
  const digits = thumbprintDigits(entry.certificate);
  const found = useCertificate(digits, of.account);
  const details = found.data;
  const good = details && /^(good|ok|valid)/i.test(details.chain.status);
  return (
    <div className={styles.certificate}>
      <div>
        <div className={styles.line}>
          <strong>{details ? details.name || details.subject : 'Common name unknown'}</strong>
          {details && <Validity until={details.not_after} />}
          {details && <Dim>{details.key}</Dim>}
        </div>
        <div className={styles.line}>
          <Thumbprint value={entry.certificate} />
        </div>
        {details && (
          <div className={styles.line}>
            <Dim>{details.stores.map((one) => one.store).join(', ') || 'in no store'}</Dim>
            {details.usages[of.usage] === 'ok' && <State tone="good">may {of.usage}</State>}
            <State tone={good ? 'good' : 'bad'} icon={good ? 'good' : 'warn'}>
              {good ? details.chain.revocation || 'chain good' : details.chain.reason || details.chain.status}
            </State>
          </div>
        )}
        {(entry.from || entry.until) && (
          <Dim>
            {entry.from && `takes over on ${day(entry.from)} `}
            {entry.until && `until ${day(entry.until)}`}
          </Dim>
        )}
      </div>
      {!readOnly && (
        <Group gap="xs" align="flex-start">
          <Button size="xs" variant="default" onClick={onReplace}>
            Replace…
          </Button>
          <Button size="xs" variant="subtle" color="red" onClick={onRemove}>
            Remove
          </Button>
        </Group>
      )}
      {details && <Misfit details={details} usage={of.usage} />}
      {found.error && (
        <div className={styles.misfit}>
          {capital(problemOf(found.error).what)}. {problemOf(found.error).remedy}
        </div>
      )}
    </div>
  );
}
