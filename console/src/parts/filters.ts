import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

/** The filters of a view, which are in its address: a link shows the same view to a colleague. */
export function useFilters() {
  const [params, setParams] = useSearchParams();
  const get = (name: string): string => params.get(name) ?? '';
  const set = useCallback(
    (name: string, value: string | null) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (value) after.set(name, value);
          else after.delete(name);
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  /** Several at once: each replaces the address, so that the one would undo the other. */
  const setAll = (values: Record<string, string | null>) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(values)) {
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: true },
    );
  /** For a query: only what is set. */
  const picked = <K extends string>(...names: K[]): Partial<Record<K, string>> => {
    const found: Partial<Record<K, string>> = {};
    for (const name of names) {
      const value = params.get(name);
      if (value) found[name] = value;
    }
    return found;
  };
  // The order of a list, the page of an artifact and an open dialog are no filters.
  const any = [...params.keys()].some((name) => !['sort', 'tab', 'new', 'for', 'with', 'configure'].includes(name));
  return { get, set, setAll, picked, any, clear: () => setParams({}, { replace: true }) };
}
