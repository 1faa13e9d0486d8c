import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ask, client } from '../../api/client';
import { builtIn, componentsIn, type Staged, stages } from './components';
import type { Draft } from './Form';
import type { Path } from './kinds';
import { adapters, changeTransport, transportOf, transportTypes } from './transports';

const speaksAs2 = (pipeline: Staged): boolean =>
  [...stages.receive, ...stages.send].some((stage) =>
    componentsIn(pipeline, stage.id).some((one) => /^as2_/.test(String(one.component))),
  );

/** Names of the pipelines that make a port one of AS2: the built-in ones, and those that somebody made. */
export function useAs2Pipelines(): ReadonlySet<string> {
  const found = useQuery({
    queryKey: ['artifacts', 'pipelines', 'as2'],
    queryFn: () =>
      ask(client.GET('/artifacts/{kind}', { params: { path: { kind: 'pipelines' }, query: { limit: 200 } } })),
    staleTime: 60_000,
  });
  const items = found.data?.items as ({ name: string } & Staged)[] | undefined;
  return useMemo(
    () =>
      new Set([
        ...Object.keys(builtIn).filter((name) => speaksAs2(builtIn[name] ?? {})),
        ...(items ?? []).filter(speaksAs2).map((one) => one.name),
      ]),
    [items],
  );
}

/** The transport of a port, a location or a backup. */
export function TransportType({ draft, place, required }: { draft: Draft; place: Path; required?: boolean }) {
  const as2 = useAs2Pipelines();
  const value = transportOf(draft.artifact, place, as2);
  const backup = place[0] === 'backup';
  // One pipeline serves both transports of a port.
  const byAs2 = transportOf(draft.artifact, [], as2) === 'AS2';
  const types = transportTypes.filter((one) => !backup || (one === 'AS2') === byAs2);
  const none = backup ? 'none' : 'Choose…';
  return (
    <NativeSelect
      size="xs"
      label={adapters.label}
      w={required ? undefined : 200}
      required={required}
      withAsterisk={required}
      disabled={draft.readOnly}
      value={value}
      onChange={(event) => {
        const to = event.currentTarget.value;
        if (backup && to === '') draft.set(place, undefined);
        else changeTransport(draft, place, value, to);
      }}
      data={[
        ...(backup || value === '' ? [{ value: '', label: none }] : []),
        ...types,
        ...(place.length === 0 && draft.artifact.kind === 'SendPort'
          ? [{ value: 'dynamic', label: 'dynamic: the message names it' }]
          : []),
      ]}
    />
  );
}
