import { Autocomplete, NativeSelect, NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask, client } from '../../api/client';
import styles from './artifacts.module.css';
import type { Field } from './fields';
import { type Artifact, at, text, type Path, withAt, words } from './kinds';

export interface Draft {
  artifact: Artifact;
  set: (path: Path, value: unknown) => void;
  readOnly: boolean;
}
export function change(artifact: Artifact, path: Path, value: unknown): Artifact {
  return withAt(artifact, path, value);
}

export function Form({ draft, fields }: { draft: Draft; fields: Field[] }) {
  return (
    <div className={styles.form}>
      {fields.map((field) => (
        <div key={field.path.join('.')} className={field.type === 'area' ? styles.wide : undefined}>
          <Control draft={draft} field={field} />
        </div>
      ))}
    </div>
  );
}

const builtIn = [
  'PassThruReceive',
  'PassThruTransmit',
  'AS2Send',
  'AS2Receive',
  'SMIMEReceive',
  'SMIMETransmit',
  'XMLReceive',
  'XMLTransmit',
];

function Control({ draft, field }: { draft: Draft; field: Field }) {
  const value = at(draft.artifact, field.path);
  const set = (to: unknown) => draft.set(field.path, to === '' ? undefined : to);
  // What differs from the default stands out; the default itself is what is greyed.
  const label = <span className={value === undefined ? undefined : styles.set}>{field.label}</span>;
  const common = {
    size: 'xs' as const,
    label,
    description: field.help,
    disabled: draft.readOnly,
    required: field.required,
    withAsterisk: field.required,
  };
  const standard = field.standard;
  switch (field.type) {
    case 'area':
      return (
        <Textarea
          {...common}
          autosize
          minRows={1}
          maxRows={4}
          maxLength={256}
          value={text(value)}
          placeholder={standard}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...common}
          allowDecimal={false}
          value={value === undefined ? '' : Number(value)}
          placeholder={standard}
          onChange={(to) => set(to)}
        />
      );
    case 'switch': {
      const usual = standard === 'true';
      return (
        <Switch
          {...common}
          my={6}
          checked={value === undefined ? usual : value === true}
          onChange={(event) => set(event.currentTarget.checked === usual ? undefined : event.currentTarget.checked)}
        />
      );
    }
    case 'select':
      return (
        <NativeSelect
          {...common}
          value={text(value)}
          onChange={(event) => set(event.currentTarget.value)}
          data={[
            ...(field.required ? [] : [{ value: '', label: standard ? `${standard} (default)` : 'not set' }]),
            ...(field.options ?? [])
              .filter((one) => one !== '' && (one !== standard || field.required || text(value) === one))
              .map((one) => ({ value: one, label: one })),
          ]}
        />
      );
    case 'lines':
      return (
        <Textarea
          {...common}
          autosize
          minRows={2}
          maxRows={10}
          value={words(value).join('\n')}
          placeholder={standard}
          onChange={(event) =>
            set(event.currentTarget.value === '' ? undefined : event.currentTarget.value.split('\n'))
          }
          onBlur={() =>
            set(
              words(value)
                .map((one) => one.trim())
                .filter(Boolean).length
                ? words(value)
                    .map((one) => one.trim())
                    .filter(Boolean)
                : undefined,
            )
          }
        />
      );
    case 'artifact':
      return (
        <Named {...common} kind={field.kind ?? 'hosts'} value={text(value)} placeholder={standard} onChange={set} />
      );
    default:
      return (
        <TextInput
          {...common}
          value={text(value)}
          placeholder={standard}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
  }
}

/** The name of another artifact: the first fifty are suggested. */
function Named({
  kind,
  value,
  onChange,
  ...common
}: {
  kind: NonNullable<Field['kind']>;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  label: React.ReactNode;
}) {
  const found = useQuery({
    queryKey: ['artifacts', kind, 'names'],
    queryFn: () => ask(client.GET('/artifacts/{kind}', { params: { path: { kind }, query: { limit: 50 } } })),
    staleTime: 60_000,
  });
  const names = [...(kind === 'pipelines' ? builtIn : []), ...(found.data?.items.map((one) => one.name) ?? [])];
  return (
    <Autocomplete
      {...common}
      data={[...new Set(names)]}
      value={value}
      onChange={onChange}
      limit={20}
      comboboxProps={{ transitionProps: { duration: 0 } }}
    />
  );
}
