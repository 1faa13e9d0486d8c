import { ask, askText, client, fail, type Tagged } from '../../api/client';
import type { Schemas } from '../../api/problem';
import type { KindPath } from '../../parts/links';
import type { Artifact } from './kinds';

export type Applied = Schemas['Applied'];
/** What is to be applied: the fields of the property pages, or the text of the YAML page. */
export type Content = { artifact: Artifact } | { yaml: string };

export async function read(kind: KindPath, name: string): Promise<Tagged<Artifact>> {
  const { data, error, response } = await client.GET('/artifacts/{kind}/{name}', { params: { path: { kind, name } } });
  if (!response.ok) fail(response, error);
  return { data: data as Artifact, etag: response.headers.get('ETag') ?? '' };
}
export function readYaml(kind: KindPath, name: string): Promise<string> {
  return askText(
    client.GET('/artifacts/{kind}/{name}', {
      params: { path: { kind, name } },
      headers: { Accept: 'application/yaml' },
      parseAs: 'text',
    }),
  );
}
export async function put(
  kind: KindPath,
  name: string,
  /** Of what was read; empty to make a new one. */
  etag: string,
  content: Content,
  dryRun: boolean,
  acceptWrongUsage: boolean,
  comment?: string,
): Promise<Applied> {
  const yaml = 'yaml' in content;
  const { data, error, response } = await client.PUT('/artifacts/{kind}/{name}', {
    params: {
      path: { kind, name },
      query: { 'dry-run': dryRun, 'accept-wrong-usage': acceptWrongUsage || undefined, comment: comment || undefined },
      header: etag ? { 'If-Match': etag } : { 'If-None-Match': '*' },
    },
    headers: { 'Content-Type': yaml ? 'application/yaml' : 'application/json' },
    body: (yaml ? content.yaml : content.artifact) as Artifact,
    ...(yaml ? { bodySerializer: (body: unknown) => String(body) } : {}),
  });
  if (!response.ok) fail(response, error);
  return data as Applied;
}

export async function remove(kind: KindPath, name: string, etag: string, dryRun: boolean): Promise<Applied> {
  return ask(
    client.DELETE('/artifacts/{kind}/{name}', {
      params: { path: { kind, name }, query: { 'dry-run': dryRun }, header: { 'If-Match': etag } },
    }),
  );
}
