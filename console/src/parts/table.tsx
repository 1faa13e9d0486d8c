import { Button, Checkbox } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import styles from './parts.module.css';

export interface Column<T> {
  title: string;
  cell: (row: T) => ReactNode;
  align?: 'right' | 'tight' | 'wide';
  /** What its rows are sorted by, where that helps. */
  sort?: (row: T) => string | number;
}
/** The title of the column that rows are sorted by, with a minus before it for the other way round; empty: as they came. */
export interface Sorted {
  by: string;
  set: (by: string) => void;
  /** What is said where not all rows are here: only those that are can be sorted. */
  hint?: string;
}
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
export function sorted<T>(rows: T[], columns: Column<T>[], by: string): T[] {
  const down = by.startsWith('-');
  const key = columns.find((column) => column.title === by.replace(/^-/, ''))?.sort;
  if (!key) return rows;
  const order = (a: T, b: T) => {
    const [left, right] = [key(a), key(b)];
    return typeof left === 'number' && typeof right === 'number'
      ? left - right
      : collator.compare(String(left), String(right));
  };
  return [...rows].sort((a, b) => (down ? order(b, a) : order(a, b)));
}

function Head<T>({ column, order }: { column: Column<T>; order: Sorted | undefined }) {
  const way = order?.by === column.title ? 'ascending' : order?.by === `-${column.title}` ? 'descending' : undefined;
  return (
    <th scope="col" aria-sort={way} className={column.align && styles[column.align]}>
      {order && column.sort ? (
        <button
          type="button"
          className={styles.sort}
          title={order.hint}
          onClick={() => order.set(way === 'ascending' ? `-${column.title}` : way === 'descending' ? '' : column.title)}
        >
          {column.title}
          <span aria-hidden="true">{way === 'ascending' ? '▲' : way === 'descending' ? '▼' : ''}</span>
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

export interface Selection {
  chosen: ReadonlySet<string>;
  choose: (chosen: ReadonlySet<string>) => void;
}

/** Made anew only for another row: a list that is continued page by page stays as quick as its first page. */
const Cells = memo(function Cells<T>({ row, columns }: { row: T; columns: Column<T>[] }) {
  return columns.map((column) => (
    <td key={column.title} className={column.align && styles[column.align]}>
      {column.cell(row)}
    </td>
  ));
}) as <T>(props: { row: T; columns: Column<T>[] }) => ReactNode;

/** One row for each item; scrolls sideways in itself, never the page. */
export function Table<T>({
  label,
  columns,
  rows,
  id,
  selection,
  order,
}: {
  label: string;
  columns: Column<T>[];
  rows: T[];
  id: (row: T) => string;
  selection?: Selection;
  order?: Sorted;
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
              <Head key={column.title} column={column} order={order} />
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
              <Cells row={row} columns={columns} />
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
