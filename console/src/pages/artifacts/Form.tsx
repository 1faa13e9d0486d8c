import { Button, NativeSelect, NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useFilters } from '../../parts/filters';
import styles from './artifacts.module.css';
import { Assignment } from './Assignment';
import { CertificateField } from './CertificateField';
import { ConfigurePipeline } from './ConfigurePipeline';
import { AffiliateApplication, Choices, Code, Lines, Named, Several, Texts } from './controls';
import type { Field } from './field';
import { type Artifact, at, text, type Path, words } from './kinds';
import { Part, Rows } from './Parts';
import { TransportType } from './TransportType';

export interface Draft {
  artifact: Artifact;
  /** `keep`: so many keys of the path lead to something that stays although it becomes empty. */
  set: (path: Path, value: unknown, keep?: number) => void;
  readOnly: boolean;
}

const offered = (artifact: Artifact, { shown, path }: Field): boolean => {
  if (!shown || at(artifact, path) !== undefined) return true;
  const value = text(at(artifact, shown.path));
  return shown.is.includes('*') ? value !== '' : shown.is.includes(value);
};
const wide: Field['type'][] = ['area', 'code', 'part', 'rows', 'assignment'];

/** A control for each field, under the headings that the fields name. */
export function Form({ draft, fields: all }: { draft: Draft; fields: Field[] }) {
  const fields = all.filter((one) => offered(draft.artifact, one));
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
                <div key={field.path.join('.')} className={wide.includes(field.type) ? styles.wide : undefined}>
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
  const set = (to: unknown) => {
    if (field.alone) draft.set(field.path.slice(0, -1), undefined);
    draft.set(field.path, to === '' ? undefined : to);
  };
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
  const several = typeof value === 'string' ? [value] : words(value);
  const some = (to: string[]) => set(to.length ? to : undefined);
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
          onChange={({ currentTarget: { checked } }) => set(checked === usual && !field.explicit ? undefined : checked)}
        />
      );
    }
    case 'select':
      return (
        <NativeSelect
          {...common}
          value={text(value)}
          onChange={({ currentTarget: { value: to } }) => set(/^(true|false)$/.test(to) ? to === 'true' : to)}
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
      return <Lines {...common} value={value} placeholder={standard} never={field.never} onChange={set} />;
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
    case 'artifacts':
      return (
        <Several {...common} kind={field.kind ?? 'send-ports'} value={several} placeholder={standard} onChange={some} />
      );
    case 'choices':
      return (
        <Choices {...common} options={field.options ?? []} value={several} placeholder={standard} onChange={some} />
      );
    case 'texts':
      return (
        <Texts
          {...common}
          value={(value ?? {}) as Record<string, string>}
          placeholder={standard}
          onChange={(to) => set(to)}
        />
      );
    case 'code':
      return <Code {...common} value={text(value)} placeholder={standard} onChange={set} />;
    case 'assignment':
      return field.of ? <Assignment draft={draft} of={{ ...field.of, path: field.path, title: field.label }} /> : null;
    case 'transport':
      return <TransportType draft={draft} place={field.path.slice(0, -1)} required={field.required} />;
    case 'part':
      return <Part draft={draft} field={field} />;
    case 'rows':
      return <Rows draft={draft} field={field} />;
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
