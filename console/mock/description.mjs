// The openapi description as what the mock is held against: an answer that it does not allow is a defect of the mock,
// and would let the console pass its tests against something that no server says.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const description = parse(readFileSync(new URL('../../src/api/openapi.yaml', import.meta.url), 'utf8'));

function resolve(node) {
  while (node?.$ref)
    node = node.$ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at[key], description);
  return node;
}

const routes = Object.keys(description.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
}));

/** The operation of a request, or undefined. */
export function operation(method, path) {
  const route = routes.find(
    (one) => one.pattern.test(path) && description.paths[one.path][method.toLowerCase()] !== undefined,
  );
  return route && description.paths[route.path][method.toLowerCase()];
}

/** What an answer says that its operation does not allow; an empty list is what should be. */
export function faults(operation, status, type, body) {
  const response = resolve(operation.responses[String(status)]);
  if (!response) return [`status ${status} is not described`];
  const media = response.content?.[type];
  if (!media) return body === undefined && !response.content ? [] : [`type ${type} is not described for ${status}`];
  return type.endsWith('json') ? check(media.schema, body, '') : [];
}

const kinds = {
  string: (v) => typeof v === 'string',
  integer: Number.isInteger,
  boolean: (v) => typeof v === 'boolean',
  object: (v) => v !== null && typeof v === 'object' && !Array.isArray(v),
  array: Array.isArray,
  null: (v) => v === null,
};

function check(reference, value, where) {
  const schema = resolve(reference);
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length && !types.some((type) => kinds[type](value)))
    return [`${where || 'body'} is no ${types.join(' or ')}: ${JSON.stringify(value)}`];
  const found = [];
  if (schema.enum && !schema.enum.includes(value)) found.push(`${where} is none of ${schema.enum}: ${value}`);
  if (Array.isArray(value) && schema.items)
    value.forEach((one, index) => found.push(...check(schema.items, one, `${where}[${index}]`)));
  if (kinds.object(value)) {
    for (const name of schema.required ?? []) if (!(name in value)) found.push(`${where}.${name} is missing`);
    for (const [name, one] of Object.entries(value))
      if (schema.properties?.[name]) found.push(...check(schema.properties[name], one, `${where}.${name}`));
  }
  return found;
}
