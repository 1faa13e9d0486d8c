// How a field of a form is said.
import type { AssignmentOf } from './Assignment';
import type { Path } from './kinds';

export interface Field {
  path: Path;
  label: string;
  type:
    | 'text'
    | 'area'
    | 'code'
    | 'number'
    | 'switch'
    | 'select'
    | 'choices'
    | 'lines'
    | 'texts'
    | 'artifact'
    | 'artifacts'
    | 'application'
    | 'certificate'
    | 'assignment'
    | 'transport'
    | 'part'
    | 'rows';
  standard?: string;
  options?: string[];
  /** Of `artifact` and `artifacts`: which kind is named. */
  kind?: 'hosts' | 'parties' | 'pipelines' | 'send-ports' | 'maps' | 'schemas';
  help?: string;
  required?: boolean;
  /** The heading that it stands under; without one first. */
  section?: string;
  min?: number;
  max?: number;
  /** Of `part` and `rows`: what they hold, by paths of their own. */
  fields?: Field[];
  /** Of `part` and `rows`: what stands there when one is made, so that it can be read. */
  initial?: Record<string, unknown>;
  /** Of `rows`: what one is called. */
  one?: string;
  /** Of `assignment`: which certificates. */
  of?: Omit<AssignmentOf, 'path' | 'title'>;
  /** Offered only where this has one of these values; an empty text: nothing is set. */
  shown?: { path: Path; is: string[] };
  /** Of `switch`: the default is written as well, since the mapping around it would not be there without. */
  explicit?: boolean;
  /** What stands beside it goes when it is changed: it stands for that. */
  alone?: boolean;
  /** Of `lines`: what is offered to say with an empty list, which is something else than the default. */
  never?: string;
}
type More = Partial<Field>;
export const field =
  (type: Field['type']) =>
  (path: string, label: string, standard?: string, more: More = {}): Field => ({
    path: path.split('.'),
    label,
    type,
    standard,
    ...more,
  });
export const written = field('text');
export const area = field('area');
/** A document of its own, such as a stylesheet. */
export const code = field('code');
export const whole = field('number');
export const flag = field('switch');
export const lines = field('lines');
/** Names and texts that belong to them. */
export const texts = field('texts');
export const application = field('application');
/** Of one's own, that is shown to servers. */
export const certificate = field('certificate');
export const choice = (path: string, label: string, options: string[], more: More = {}): Field => ({
  path: path.split('.'),
  label,
  type: 'select',
  options,
  standard: options[0],
  ...more,
});
/** Any number of these, in the order in which they were chosen. */
export const choices = (path: string, label: string, options: string[], more: More = {}): Field => ({
  path: path.split('.'),
  label,
  type: 'choices',
  options,
  ...more,
});
export const named = (path: string, label: string, kind: Field['kind'], more: More = {}): Field => ({
  path: path.split('.'),
  label,
  type: 'artifact',
  kind,
  ...more,
});
/** Names of several artifacts. */
export const several = (path: string, label: string, kind: Field['kind'], more: More = {}): Field => ({
  path: path.split('.'),
  label,
  type: 'artifacts',
  kind,
  standard: 'none',
  ...more,
});
/** A mapping that may be absent: switched on and off. */
export const part = (
  path: string,
  label: string,
  initial: Record<string, unknown>,
  fields: Field[],
  more: More = {},
): Field => ({ path: path.split('.'), label, type: 'part', initial, fields, ...more });
/** A list of mappings. */
export const rows = (path: string, label: string, one: string, fields: Field[], more: More = {}): Field => ({
  path: path.split('.'),
  label,
  type: 'rows',
  one,
  fields,
  initial: {},
  ...more,
});

/** Only where another field is like this. */
export const where = (path: string, is: string[], ...fields: Field[]): Field[] =>
  fields.map((one) => ({ ...one, shown: { path: path.split('.'), is } }));
export const under = (prefix: Path, fields: Field[]): Field[] =>
  fields.map((one) => ({
    ...one,
    path: [...prefix, ...one.path],
    ...(one.shown ? { shown: { ...one.shown, path: [...prefix, ...one.shown.path] } } : {}),
  }));
export const section = (title: string, ...fields: Field[]): Field[] =>
  fields.map((one) => ({ ...one, section: title }));
