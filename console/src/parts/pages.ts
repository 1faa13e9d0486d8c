import { useInfiniteQuery, useQuery } from '@tanstack/react-query';

export interface Page<T> {
  items: T[];
  next?: string;
  total?: number;
}
interface Live<T> {
  /** The time of a row. What is newer than the first row waits behind a button: rows never move under the mouse. */
  newer: (row: T) => string;
  keep?: (row: T) => boolean;
  every?: number;
}

/** A list of the API, page by page, as the parts of list.tsx show it. `fetch` asks for the page behind a cursor. */
export function usePages<P extends Page<unknown>>(
  key: readonly unknown[],
  fetch: (cursor?: string) => Promise<P>,
  { live, every }: { live?: Live<NoInfer<P>['items'][number]>; every?: number } = {},
) {
  type Row = P['items'][number];
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => fetch(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
    refetchInterval: every,
  });
  const peek = useQuery({
    queryKey: [...key, 'peek'],
    queryFn: () => fetch(),
    refetchInterval: live?.every ?? 8_000,
    enabled: live !== undefined && query.data !== undefined,
  });
  const keep = live?.keep ?? (() => true);
  const rows = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(keep) as Row[];
  const first = query.data?.pages[0];
  const newest = live && first?.items[0] !== undefined ? live.newer(first.items[0]) : '';
  const fresh = live ? (peek.data?.items.filter((one) => keep(one) && live.newer(one) > newest).length ?? 0) : 0;
  return { query, first, rows, fresh, total: first?.total };
}
/** What list.tsx needs of it. */
export interface Pages<T> {
  query: Pick<
    ReturnType<typeof usePages>['query'],
    'error' | 'refetch' | 'fetchNextPage' | 'hasNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError'
  > & { data: unknown };
  rows: T[];
  fresh: number;
  total?: number;
}
