import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { problemOf } from '../api/problem';
import { Command, Empty, Loaded, PageHead, ProblemView } from './basics';
import type { useFilters } from './filters';
import { number } from './format';
import type { Pages } from './pages';
import parts from './parts.module.css';
import { type Column, More, type Selection, type Sorted, sorted, Table } from './table';

export type Filters = ReturnType<typeof useFilters>;

interface Filter {
  of: Filters;
  /** In the address, and mostly in the query of the API. */
  name: string;
  label: string;
}
/** Waits until somebody has stopped to type. */
export function TextFilter({
  of,
  name,
  label,
  placeholder = 'Any',
  width = 160,
}: Filter & { placeholder?: string; width?: number }) {
  const value = of.get(name);
  const [text, setText] = useState(value);
  const [before, setBefore] = useState(value);
  const later = useDebouncedCallback((to: string) => of.set(name, to), 300);
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
type Choice = string | { value: string; label: string };
export function ChoiceFilter({ of, name, label, any = 'Any', data }: Filter & { any?: string; data: Choice[] }) {
  return (
    <NativeSelect
      size="xs"
      label={label}
      value={of.get(name)}
      onChange={(event) => of.set(name, event.currentTarget.value)}
      data={[{ value: '', label: any }, ...data]}
    />
  );
}
export const transports = ['FILE', 'HTTP', 'SFTP', 'SOAP', 'AS2'];

/** The filters of a list, and what takes them all away. */
export function FilterRow({ of, children }: { of: Filters; children: ReactNode }) {
  return (
    <div className={parts.filters} role="search" aria-label="Filters">
      {children}
      {of.any && (
        <Button size="xs" variant="subtle" onClick={of.clear}>
          Clear
        </Button>
      )}
    </div>
  );
}

/** What a list says when it has no row: where the first one comes from, with a command. */
export interface Nothing {
  title: string;
  /** When it is the filters that leave nothing. */
  filtered?: string;
  text?: ReactNode;
  command?: string;
  action?: ReactNode;
}

/** So many rows a browser still shows without a pause. */
const mostRows = 2000;
/** A list that is sorted although not all of it is here: what that means, and the way to all of it. */
function Partly({ shown, total, query }: { shown: number; total: number | undefined; query: Pages<unknown>['query'] }) {
  const [fetching, setFetching] = useState(false);
  const fetchAll = async () => {
    setFetching(true);
    for (let more = true; more;) {
      const { hasNextPage, isError } = await query.fetchNextPage();
      more = hasNextPage && !isError;
    }
    setFetching(false);
  };
  return (
    <p className={parts.partly} role="status">
      Sorted among the {number(shown)} rows shown{total === undefined ? '' : ` of ${number(total)}`}: others may belong
      before them.{' '}
      {total !== undefined && total <= mostRows && (
        <Button size="compact-xs" variant="default" loading={fetching} onClick={() => void fetchAll()}>
          Sort all {number(total)}
        </Button>
      )}
    </p>
  );
}

/** The rows: on their way, failed, none, or as a table that can be sorted and continued. */
export function List<T>({
  label,
  pages,
  columns,
  id,
  filters,
  selection,
  nothing,
}: {
  label: string;
  pages: Pages<T>;
  columns: Column<T>[];
  id: (row: T) => string;
  filters?: Filters;
  selection?: Selection;
  nothing: Nothing;
}) {
  const [own, setOwn] = useState<string>('');
  const { query, fresh, total } = pages;
  const order: Sorted = {
    by: filters ? filters.get('sort') : own,
    set: (by) => (filters ? filters.set('sort', by || null) : setOwn(by)),
    hint: query.hasNextPage
      ? `Sorts the ${number(pages.rows.length)} rows shown${total === undefined ? '' : ` of ${number(total)}`}`
      : undefined,
  };
  const rows = sorted(pages.rows, columns, order.by);
  const continued = query.isFetchNextPageError || (query.error && query.data) ? problemOf(query.error) : undefined;
  return (
    <>
      {fresh > 0 && (
        <div className={parts.more}>
          <Button size="compact-sm" variant="light" onClick={() => void query.refetch()}>
            {fresh} new
          </Button>
        </div>
      )}
      <Loaded query={query}>
        {() =>
          rows.length === 0 && !query.hasNextPage ? (
            <Empty title={filters?.any ? (nothing.filtered ?? nothing.title) : nothing.title}>
              {nothing.text && <p>{nothing.text}</p>}
              {nothing.command && <Command text={nothing.command} />}
              {nothing.action && <p>{nothing.action}</p>}
            </Empty>
          ) : (
            <>
              <Table label={label} rows={rows} id={id} columns={columns} selection={selection} order={order} />
              {order.by && query.hasNextPage && <Partly shown={rows.length} total={total} query={query} />}
              {continued && <ProblemView problem={continued} onAgain={() => void query.fetchNextPage()} />}
              <More
                shown={rows.length}
                total={total}
                next={query.hasNextPage}
                busy={query.isFetchingNextPage}
                onMore={() => void query.fetchNextPage()}
              />
            </>
          )
        }
      </Loaded>
    </>
  );
}

/** A page that is a list: head, filters, rows. */
export function ListPage<T>({
  title,
  sentence,
  actions,
  filterRow,
  above,
  filters,
  ...list
}: {
  title: string;
  sentence?: ReactNode;
  actions?: ReactNode;
  filterRow: ReactNode;
  /** Between the filters and the rows: what can be done with those that are chosen. */
  above?: ReactNode;
  filters: Filters;
} & Omit<Parameters<typeof List<T>>[0], 'filters'>) {
  return (
    <>
      <PageHead title={title} sentence={sentence ?? ' '}>
        {actions}
      </PageHead>
      <FilterRow of={filters}>{filterRow}</FilterRow>
      {above}
      <List<T> filters={filters} {...list} />
    </>
  );
}
