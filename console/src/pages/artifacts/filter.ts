// Filters as rows: groups of statements, of which all hold (and) in one of the groups (or). There are no brackets.
export interface Statement {
  property: string;
  operator: string;
  /** As it is written: text in quotation marks. Empty with `exists`. */
  value: string;
}
export type FilterRows = Statement[][];

export const operators: Record<string, { label: string; words: string }> = {
  '==': { label: 'Equals (==)', words: 'is' },
  '!=': { label: 'Not equals (!=)', words: 'is not' },
  '<': { label: 'Less than (<)', words: 'is less than' },
  '<=': { label: 'Less than or equals (<=)', words: 'is at most' },
  '>': { label: 'Greater than (>)', words: 'is greater than' },
  '>=': { label: 'Greater than or equals (>=)', words: 'is at least' },
  '&': { label: 'Bitwise and (&)', words: 'has a bit in common with' },
  exists: { label: 'Exists', words: 'is there' },
};
const names: Record<string, string> = {
  equals: '==',
  notequals: '!=',
  lessthan: '<',
  lessthanorequals: '<=',
  greaterthan: '>',
  greaterthanorequals: '>=',
  bitwiseand: '&',
  exists: 'exists',
};

/** Undefined when it is not as these rows can show; it is then edited as text, and the server judges it. */
export function parseFilter(filter: string): FilterRows | undefined {
  const tokens = filter.match(/"(?:[^"\\]|\\.)*"|[<>=!]=|[<>&]|[^\s"<>=!&]+/g) ?? [];
  if (tokens.join('').replace(/\s/g, '') !== filter.replace(/\s/g, '')) return undefined;
  const groups: FilterRows = [];
  let group: Statement[] = [];
  let index = 0;
  while (index < tokens.length) {
    const property = tokens[index++] ?? '';
    const written = tokens[index++] ?? '';
    const operator = operators[written] ? written : names[written.toLowerCase()];
    if (!operator || !/^[A-Za-z_]/.test(property)) return undefined;
    const value = operator === 'exists' ? '' : tokens[index++];
    if (value === undefined) return undefined;
    group.push({ property, operator, value });
    if (index === tokens.length) break;
    const joint = (tokens[index++] ?? '').toLowerCase();
    if (joint === 'or') {
      groups.push(group);
      group = [];
    } else if (joint !== 'and') return undefined;
    if (index === tokens.length) return undefined;
  }
  return group.length ? [...groups, group] : [];
}

export function writeFilter(rows: FilterRows): string {
  return rows
    .filter((group) => group.length)
    .map((group) =>
      group
        .map(({ property, operator, value }) =>
          operator === 'exists' ? `${property} exists` : `${property} ${operator} ${value}`,
        )
        .join(' and '),
    )
    .join(' or ');
}

/** What a person types stands for itself: text gets its quotation marks, numbers, booleans and times do not. */
export function writeValue(typed: string): string {
  const text = typed.trim();
  if (/^-?\d+$|^(true|false)$|^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) || /^"(?:[^"\\]|\\.)*"$/.test(text)) return text;
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

export function inWords(rows: FilterRows): string {
  return rows
    .map((group) =>
      group
        .map(
          (one) =>
            `${one.property} ${operators[one.operator]?.words ?? one.operator}${one.value ? ` ${one.value}` : ''}`,
        )
        .join(' and '),
    )
    .join('; or ');
}
