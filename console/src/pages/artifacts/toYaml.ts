// A document as YAML, as `sealgate apply` reads it: block style, in the order of its keys.
const plain = /^[A-Za-z_/][A-Za-z0-9_./@ +%-]*$/;
// What YAML would read as something else than text.
const word = /^(true|false|yes|no|on|off|null|y|n|inf|nan)$/i;

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  return plain.test(value) && !word.test(value) && !/\s$/.test(value) ? value : JSON.stringify(value);
}
function lines(value: unknown): string[] {
  if (Array.isArray(value))
    return value.flatMap((one) => {
      const [first = '{}', ...rest] = typeof one === 'object' && one !== null ? lines(one) : [scalar(one)];
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  return Object.entries(value as object)
    .filter(([, one]) => one !== undefined)
    .flatMap(([key, one]) => {
      const name = scalar(key);
      if (typeof one !== 'object' || one === null) return [`${name}: ${scalar(one)}`];
      if (Object.keys(one as object).length === 0) return [`${name}: ${Array.isArray(one) ? '[]' : '{}'}`];
      return [`${name}:`, ...lines(one).map((line) => `  ${line}`)];
    });
}
export const toYaml = (document: object): string => `${lines(document).join('\n')}\n`;

/** A command for a shell that applies the document, without a file. */
export const applyCommand = (yaml: string, ...options: string[]): string =>
  `${['sealgate apply -f -', ...options].join(' ')} <<'END'\n${yaml}END`;
