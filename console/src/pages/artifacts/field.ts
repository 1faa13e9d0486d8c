// How a field of a form is said.
import type { Path } from './kinds';

export interface Field {
  path: Path;
  label: string;
  type: 'text' | 'area' | 'number' | 'switch' | 'select' | 'lines' | 'artifact' | 'application' | 'certificate';
  standard?: string;
  options?: string[];
  /** Of `artifact`: which kind is named. */
  kind?: 'hosts' | 'parties' | 'pipelines' | 'send-ports';
  help?: string;
  required?: boolean;
  /** The heading that it stands under; without one first. */
  section?: string;
  min?: number;
  max?: number;
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
export const whole = field('number');
export const flag = field('switch');
export const lines = field('lines');
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
export const named = (path: string, label: string, kind: Field['kind'], more: More = {}): Field => ({
  path: path.split('.'),
  label,
  type: 'artifact',
  kind,
  ...more,
});

export const under = (prefix: Path, fields: Field[]): Field[] =>
  fields.map((one) => ({ ...one, path: [...prefix, ...one.path] }));
export const section = (title: string, ...fields: Field[]): Field[] =>
  fields.map((one) => ({ ...one, section: title }));
