import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import styles from './range.module.css';
import type { Filters } from './list';

export const ranges = [
  { value: '15m', label: '15 min', seconds: 900 },
  { value: '1h', label: '1 h', seconds: 3600 },
  { value: '24h', label: '24 h', seconds: 86400 },
  { value: '7d', label: '7 d', seconds: 7 * 86400 },
  { value: '30d', label: '30 d', seconds: 30 * 86400 },
] as const;
export type RangeWord = (typeof ranges)[number]['value'];

export interface Range {
  /** Until now. */
  range?: RangeWord;
  /** Or between these. */
  from?: string;
  until?: string;
}
/** What the address says: a word, or two times. */
export function rangeOf(filters: Filters, usual: RangeWord = '1h'): Range {
  const [from, until] = [filters.get('from'), filters.get('until')];
  if (from || until) return { from: from || undefined, until: until || undefined };
  const word = ranges.find((one) => one.value === filters.get('range'))?.value;
  return { range: word ?? usual };
}

const local = (time?: string) => {
  if (!time || Number.isNaN(Date.parse(time))) return '';
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60e3).toISOString().slice(0, 16);
};
const stamp = (text: string) => (text ? new Date(text).toISOString() : null);

/** How far back to look: in the address, as every filter. */
export function RangePicker({ of, usual = '1h' }: { of: Filters; usual?: RangeWord }) {
  const picked = rangeOf(of, usual);
  const [open, setOpen] = useState(picked.range === undefined);
  const custom = open || picked.range === undefined;
  return (
    <div className={styles.range} role="group" aria-label="Time range">
      <SegmentedControl
        size="xs"
        aria-label="Time range"
        value={custom ? 'custom' : picked.range}
        onChange={(value) => {
          setOpen(value === 'custom');
          if (value !== 'custom') of.setAll({ range: value === usual ? null : value, from: null, until: null });
        }}
        data={[...ranges.map(({ value, label }) => ({ value, label })), { value: 'custom', label: 'Between…' }]}
      />
      {custom && (
        <>
          <TextInput
            size="xs"
            type="datetime-local"
            aria-label="From"
            value={local(picked.from)}
            onChange={(event) => of.set('from', stamp(event.currentTarget.value))}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            aria-label="Until"
            value={local(picked.until)}
            onChange={(event) => of.set('until', stamp(event.currentTarget.value))}
          />
          {picked.range === undefined && (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => {
                setOpen(false);
                of.setAll({ range: null, from: null, until: null });
              }}
            >
              Until now
            </Button>
          )}
        </>
      )}
    </div>
  );
}

/** Of a list that a chart leads to: the time that it stands for, until it is taken away. */
export function BetweenFilter({ of }: { of: Filters }) {
  const [from, until] = [of.get('from'), of.get('until')];
  if (!from && !until) return null;
  const words = (time: string) => new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <TextInput
      size="xs"
      label="Between"
      readOnly
      w={270}
      value={`${from ? words(from) : 'the beginning'} and ${until ? words(until) : 'now'}`}
      rightSection={
        <button
          type="button"
          className={styles.away}
          aria-label="Any time"
          onClick={() => of.setAll({ from: null, until: null })}
        >
          ×
        </button>
      }
    />
  );
}
