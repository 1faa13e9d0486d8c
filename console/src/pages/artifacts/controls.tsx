// The controls of forms that are more than a field of text.
import { Autocomplete, Button, Checkbox, FileButton, Group, TagsInput, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ask, client } from '../../api/client';
import styles from './artifacts.module.css';
import { builtIn } from './components';
import type { Field } from './field';
import { words } from './kinds';

interface Common {
  label: ReactNode;
  description?: string;
  disabled?: boolean;
  placeholder?: string;
}

/** Those that there are; one that is still to be made can be written. */
export function AffiliateApplication({
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

/** Names of artifacts of a kind: the first hundred. */
function useNames(kind: NonNullable<Field['kind']>): string[] {
  const found = useQuery({
    queryKey: ['artifacts', kind, 'names'],
    queryFn: () => ask(client.GET('/artifacts/{kind}', { params: { path: { kind }, query: { limit: 100 } } })),
    staleTime: 60_000,
  });
  return [
    ...new Set([
      ...(kind === 'pipelines' ? Object.keys(builtIn) : []),
      ...(found.data?.items.map((one) => one.name) ?? []),
    ]),
  ];
}

/** The name of another artifact; one that is still to be made can be written. */
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
  const names = useNames(kind);
  return (
    <Autocomplete
      {...common}
      data={names}
      value={value}
      onChange={onChange}
      limit={20}
      comboboxProps={{ transitionProps: { duration: 0 } }}
    />
  );
}

/** Names of several artifacts. */
export function Several({
  kind,
  value,
  onChange,
  ...common
}: Common & { kind: NonNullable<Field['kind']>; value: string[]; onChange: (value: string[]) => void }) {
  const names = useNames(kind);
  return (
    <TagsInput
      {...common}
      size="xs"
      data={names}
      value={value}
      onChange={onChange}
      placeholder={value.length ? undefined : common.placeholder}
      splitChars={[]}
      acceptValueOnBlur
      limit={50}
      comboboxProps={{ transitionProps: { duration: 0 } }}
    />
  );
}

/** Any of a few words, in the order in which they were chosen. */
export function Choices({
  value,
  options,
  onChange,
  ...common
}: Common & { value: string[]; options: string[]; onChange: (value: string[]) => void }) {
  const help = [common.description, common.placeholder && value.length === 0 && `Default: ${common.placeholder}`];
  return (
    <Checkbox.Group
      size="xs"
      label={common.label}
      description={help.filter(Boolean).join('. ') || undefined}
      value={value}
      onChange={onChange}
    >
      <Group gap="4px 14px" mt={6}>
        {[...options, ...value.filter((one) => !options.includes(one))].map((one) => (
          <Checkbox key={one} size="xs" value={one} label={one} disabled={common.disabled} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

/** Texts, one in each line. */
export function Lines({
  value,
  never,
  onChange,
  ...common
}: Common & { value: unknown; never?: string; required?: boolean; onChange: (value: string[] | undefined) => void }) {
  const several = typeof value === 'string' ? [value] : words(value);
  const none = never !== undefined && Array.isArray(value) && value.length === 0;
  return (
    <>
      <Textarea
        {...common}
        size="xs"
        autosize
        minRows={2}
        maxRows={10}
        disabled={common.disabled || none}
        value={several.join('\n')}
        placeholder={none ? 'none' : common.placeholder}
        onChange={({ currentTarget: { value: to } }) => onChange(to === '' ? undefined : to.split('\n'))}
        onBlur={() => {
          const clean = several.map((one) => one.trim()).filter(Boolean);
          if (clean.join('\n') !== several.join('\n')) onChange(clean.length ? clean : undefined);
        }}
      />
      {never !== undefined && (
        <Checkbox
          size="xs"
          mt={6}
          label={never}
          disabled={common.disabled}
          checked={none}
          onChange={({ currentTarget: { checked } }) => onChange(checked ? [] : undefined)}
        />
      )}
    </>
  );
}

const pair = /^\s*([^:]+?)\s*:\s*(.*?)\s*$/;
/** Names and texts, one pair in each line. */
export function Texts({
  value,
  onChange,
  ...common
}: Common & { value: Record<string, string>; onChange: (value: Record<string, string> | undefined) => void }) {
  // What is being written may not be a pair yet.
  const [typed, setTyped] = useState<string>();
  const shown =
    typed ??
    Object.entries(value)
      .map(([name, words]) => `${name}: ${words}`)
      .join('\n');
  const wrong = shown.split('\n').filter((line) => line.trim() && !pair.test(line));
  return (
    <Textarea
      {...common}
      size="xs"
      autosize
      minRows={2}
      maxRows={10}
      value={shown}
      error={wrong.length > 0 && `Write it as name: text`}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        const pairs = event.currentTarget.value.split('\n').map((line) => pair.exec(line));
        const found = pairs.flatMap((one) => (one ? [[one[1] ?? '', one[2] ?? '']] : []));
        onChange(found.length ? (Object.fromEntries(found) as Record<string, string>) : undefined);
      }}
      onBlur={() => wrong.length === 0 && setTyped(undefined)}
    />
  );
}

/** A document of its own: written, pasted, or read from a file. */
export function Code({
  value,
  onChange,
  required,
  ...common
}: Common & { value: string; onChange: (value: string) => void; required?: boolean }) {
  return (
    <div className={styles.yaml}>
      <Textarea
        {...common}
        size="xs"
        required={required}
        withAsterisk={required}
        autosize
        minRows={6}
        maxRows={30}
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {!common.disabled && (
        <FileButton accept=".xsd,.xsl,.xslt,.xml,text/xml" onChange={(file) => void file?.text().then(onChange)}>
          {(button) => (
            <Button {...button} size="xs" variant="default" mt={8}>
              Read from a file…
            </Button>
          )}
        </FileButton>
      )}
    </div>
  );
}
