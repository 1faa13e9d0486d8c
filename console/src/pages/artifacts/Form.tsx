import { Autocomplete, Button, NativeSelect, NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask, client } from '../../api/client';
import { useFilters } from '../../parts/filters';
import styles from './artifacts.module.css';
import { CertificateField } from './CertificateField';
import { builtIn } from './components';
import { ConfigurePipeline } from './ConfigurePipeline';
import type { Field } from './field';
import { type Artifact, at, text, type Path, words } from './kinds';

export interface Draft {
  artifact: Artifact;
  set: (path: Path, value: unknown) => void;
  readOnly: boolean;
}

/** A control for each field, under the headings that the fields name. */
export function Form({ draft, fields }: { draft: Draft; fields: Field[] }) {
  const headings = [...new Set(fields.map((field) => field.section))];
  return (
    <>
      {headings.map((heading) => (
        <div key={heading ?? ''} role={heading && 'group'} aria-label={heading}>
          {heading && <h3 className={styles.heading}>{heading}</h3>}
          <div className={styles.form}>
            {fields
              .filter((field) => field.section === heading)
              .map((field) => (
                <div key={field.path.join('.')} className={field.type === 'area' ? styles.wide : undefined}>
                  <Control draft={draft} field={field} />
                </div>
              ))}
          </div>
        </div>
      ))}
    </>
  );
}

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
          min={field.min}
          max={field.max}
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
            ...(field.required && value !== undefined
              ? []
              : [{ value: '', label: field.required ? 'Choose…' : standard ? `${standard} (default)` : 'not set' }]),
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
      return field.kind === 'pipelines' ? (
        <Pipeline draft={draft} field={field}>
          <Named {...common} kind="pipelines" value={text(value)} placeholder={standard} onChange={set} />
        </Pipeline>
      ) : (
        <Named {...common} kind={field.kind ?? 'hosts'} value={text(value)} placeholder={standard} onChange={set} />
      );
    case 'certificate':
      return (
        <CertificateField
          name={field.label}
          label={label}
          description={field.help}
          disabled={draft.readOnly}
          value={text(value)}
          placeholder={standard}
          onChange={set}
        />
      );
    case 'application':
      return <AffiliateApplication {...common} value={text(value)} placeholder={standard} onChange={set} />;
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

/** Those that there are; one that is still to be made can be written. */
function AffiliateApplication({
  value,
  onChange,
  ...common
}: {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  label: React.ReactNode;
}) {
  const found = useQuery({
    queryKey: ['credentials', 'list'],
    queryFn: () => ask(client.GET('/affiliate-applications')),
    staleTime: 60_000,
  });
  return (
    <Autocomplete
      {...common}
      data={found.data?.items.map((one) => one.name) ?? []}
      value={value}
      onChange={onChange}
      limit={20}
      comboboxProps={{ transitionProps: { duration: 0 } }}
    />
  );
}

/** The name of a pipeline, and beside it what its components do here, which is an address of its own. */
function Pipeline({ draft, field, children }: { draft: Draft; field: Field; children: React.ReactNode }) {
  const { get, set } = useFilters();
  const key = field.path.join('.');
  return (
    <div className={styles.beside}>
      {children}
      <Button
        size="xs"
        variant="default"
        aria-label={`Configure ${field.label.toLowerCase()}`}
        onClick={() => set('configure', key)}
      >
        Configure…
      </Button>
      {get('configure') === key && (
        <ConfigurePipeline draft={draft} path={field.path} onClose={() => set('configure', null)} />
      )}
    </div>
  );
}

/** The name of another artifact: the first fifty are suggested. */
export function Named({
  kind,
  value,
  onChange,
  ...common
}: {
  kind: NonNullable<Field['kind']>;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  description?: string;
  label: React.ReactNode;
}) {
  const found = useQuery({
    queryKey: ['artifacts', kind, 'names'],
    queryFn: () => ask(client.GET('/artifacts/{kind}', { params: { path: { kind }, query: { limit: 50 } } })),
    staleTime: 60_000,
  });
  const names = [
    ...(kind === 'pipelines' ? Object.keys(builtIn) : []),
    ...(found.data?.items.map((one) => one.name) ?? []),
  ];
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
