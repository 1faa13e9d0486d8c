import { Button, MultiSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { PageHead } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import parts from '../../parts/parts.module.css';
import { WorkTable } from './WorkTable';

const states = ['ready', 'active', 'retrying', 'scheduled', 'suspended', 'completed', 'terminated'];
const kinds = ['receive', 'route', 'send', 'respond', 'receipt', 'await'];
const words = (list: string[]) =>
  list.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }));

export default function Messages() {
  const { get, set, picked, any, clear } = useFilters();
  const list = (name: string) => get(name).split(',').filter(Boolean);
  const query = picked('state', 'kind', 'port', 'party', 'message');
  return (
    <>
      <PageHead title="Messages" sentence="One row for each delivery of a message, the newest first." />
      <div className={parts.filters}>
        <MultiSelect
          size="xs"
          label="State"
          placeholder={list('state').length ? undefined : 'Any'}
          data={words(states)}
          value={list('state')}
          onChange={(value) => set('state', value.join(','))}
          clearable
          clearButtonProps={{ 'aria-label': 'Any state' }}
          w={240}
        />
        <MultiSelect
          size="xs"
          label="Kind"
          placeholder={list('kind').length ? undefined : 'Any'}
          data={words(kinds)}
          value={list('kind')}
          onChange={(value) => set('kind', value.join(','))}
          clearable
          clearButtonProps={{ 'aria-label': 'Any kind' }}
          w={200}
        />
        <TextFilter label="Port" value={get('port')} onChange={(value) => set('port', value)} />
        <TextFilter label="Party" value={get('party')} onChange={(value) => set('party', value)} />
        {any && (
          <Button size="xs" variant="subtle" onClick={clear}>
            Clear
          </Button>
        )}
      </div>
      <WorkTable key={JSON.stringify(query)} query={query} choose={get('state') === 'suspended'} />
    </>
  );
}

/** Waits until somebody has stopped to type. */
export function TextFilter({
  label,
  value,
  onChange,
  placeholder = 'Any',
  width = 180,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  width?: number;
}) {
  const [text, setText] = useState(value);
  const [before, setBefore] = useState(value);
  const later = useDebouncedCallback(onChange, 300);
  if (value !== before) {
    setBefore(value);
    setText(value);
  }
  return (
    <TextInput
      size="xs"
      label={label}
      placeholder={placeholder}
      value={text}
      w={width}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}
