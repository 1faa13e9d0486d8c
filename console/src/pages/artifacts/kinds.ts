import type { Schemas } from '../../api/problem';
import type { KindPath } from '../../parts/links';

export const kinds: KindPath[] = [
  'receive-ports',
  'send-ports',
  'send-port-groups',
  'pipelines',
  'schemas',
  'maps',
  'parties',
  'agreements',
  'hosts',
  'groups',
];

/** An artifact with the fields of its kind, which are those of its YAML document. */
export type Artifact = Schemas['Artifact'] & Record<string, unknown>;

export type Path = (string | number)[];
export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      found === null || typeof found !== 'object' ? undefined : (found as Record<string | number, unknown>)[key],
    value,
  );
}
/**
 * A copy with another value at a path; undefined takes the key away, and what becomes empty by that as well, but what the
 * first `keep` keys of the path lead to.
 */
export function withAt<T>(value: T, path: Path, to: unknown, keep = 0): T {
  const [key, ...rest] = path;
  if (key === undefined) return to as T;
  const inner =
    rest.length === 0
      ? to
      : withAt((at(value, [key]) ?? (typeof rest[0] === 'number' ? [] : {})) as unknown, rest, to, keep - 1);
  const empty =
    inner === undefined ||
    (keep < 1 &&
      typeof inner === 'object' &&
      inner !== null &&
      !Array.isArray(inner) &&
      Object.keys(inner).length === 0);
  if (Array.isArray(value) || typeof key === 'number') {
    const list = [...((value as unknown[] | undefined) ?? [])];
    if (inner === undefined) list.splice(Number(key), 1);
    else list[Number(key)] = inner;
    return list as T;
  }
  const { [key]: _gone, ...others } = (value ?? {}) as Record<string, unknown>;
  if (empty) return others as T;
  // In its place when it was there, so that the order of the document stays.
  return (key in ((value ?? {}) as object) ? { ...(value as object), [key]: inner } : { ...others, [key]: inner }) as T;
}
export const text = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const words = (value: unknown): string[] => list(value).map(text);

const mapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What somebody else has made of `base`, with my changes of `base` on top; of a field that both changed, mine. */
export function rebase<T>(base: T, mine: T, theirs: T): T {
  if (JSON.stringify(base) === JSON.stringify(mine)) return theirs;
  if (!mapping(mine) || !mapping(theirs)) return mine;
  const before: Record<string, unknown> = mapping(base) ? base : {};
  const merged: Record<string, unknown> = {};
  for (const key of [...new Set([...Object.keys(theirs), ...Object.keys(mine)])]) {
    const value = rebase(before[key], mine[key], theirs[key]);
    if (value !== undefined) merged[key] = value;
  }
  return merged as T;
}
