import { Button, Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './parts.module.css';

export interface Column<T> {
  title: string;
  cell: (row: T) => ReactNode;
  align?: 'right' | 'tight' | 'wide';
}
export interface Selection {
  chosen: ReadonlySet<string>;
  choose: (chosen: ReadonlySet<string>) => void;
}

/** One row for each item; scrolls sideways in itself, never the page. */
export function Table<T>({
  label,
  columns,
  rows,
  id,
  selection,
}: {
  label: string;
  columns: Column<T>[];
  rows: T[];
  id: (row: T) => string;
  selection?: Selection;
}) {
  const all = selection !== undefined && rows.length > 0 && rows.every((row) => selection.chosen.has(id(row)));
  const some = selection !== undefined && rows.some((row) => selection.chosen.has(id(row)));
  const toggle = (keys: string[], on: boolean) => {
    const next = new Set(selection?.chosen);
    for (const key of keys) {
      if (on) next.add(key);
      else next.delete(key);
    }
    selection?.choose(next);
  };
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.table}>
        <thead>
          <tr>
            {selection && (
              <th className={styles.check}>
                <Checkbox
                  size="xs"
                  aria-label="Choose all"
                  checked={all}
                  indeterminate={some && !all}
                  onChange={(event) => toggle(rows.map(id), event.currentTarget.checked)}
                />
              </th>
            )}
            {columns.map((column) => (
              <th key={column.title} scope="col" className={column.align && styles[column.align]}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)}>
              {selection && (
                <td className={styles.check}>
                  <Checkbox
                    size="xs"
                    aria-label={`Choose ${id(row)}`}
                    checked={selection.chosen.has(id(row))}
                    onChange={(event) => toggle([id(row)], event.currentTarget.checked)}
                  />
                </td>
              )}
              {columns.map((column) => (
                <td key={column.title} className={column.align && styles[column.align]}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function More({
  shown,
  total,
  next,
  busy,
  onMore,
}: {
  shown: number;
  total?: number;
  next: boolean;
  busy: boolean;
  onMore: () => void;
}) {
  if (!next && shown < 20) return null;
  return (
    <div className={styles.more}>
      <span>
        {shown}
        {total !== undefined && total > shown ? ` of ${total}` : ''} shown
      </span>
      {next && (
        <Button variant="default" size="xs" loading={busy} onClick={onMore}>
          Show more
        </Button>
      )}
    </div>
  );
}
