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
  /** For a query: only what is set. */
  const picked = <K extends string>(...names: K[]): Partial<Record<K, string>> => {
    const found: Partial<Record<K, string>> = {};
    for (const name of names) {
      const value = params.get(name);
      if (value) found[name] = value;
    }
    return found;
  };
  return { get, set, picked, any: params.size > 0, clear: () => setParams({}, { replace: true }) };
}
