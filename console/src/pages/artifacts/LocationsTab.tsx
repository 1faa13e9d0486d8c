import { NativeSelect, SegmentedControl } from '@mantine/core';
import { Dim, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import parts from '../../parts/parts.module.css';
import { Assignment } from './Assignment';
import { adapters, decoder, location, receiving, resolution, under } from './fields';
import { type Draft, Form } from './Form';
import { type Artifact, list, text } from './kinds';

/** The receive locations of a port: one is shown at a time, and the address says which. */
export function LocationsTab({ draft }: { draft: Draft }) {
  const { get, set } = useFilters();
  const locations = list(draft.artifact.locations) as Artifact[];
  if (locations.length === 0)
    return <section className={parts.card}>It has no receive location. Add one on the YAML page.</section>;
  const index = Math.max(
    0,
    locations.findIndex((one) => one.name === get('location')),
  );
  const one = locations[index] as Artifact;
  const prefix = ['locations', index];
  const adapter = text(one.adapter);
  const pipeline = text(one.pipeline) || 'PassThruReceive';
  return (
    <>
      {locations.length > 1 && (
        <SegmentedControl
          mb="md"
          size="xs"
          aria-label="Receive location"
          value={one.name}
          onChange={(name) => set('location', name)}
          data={locations.map((each) => each.name)}
        />
      )}
      <section className={parts.card}>
        <h2>
          {one.name}{' '}
          {one.enabled === false ? (
            <State tone="warn" icon="stop">
              Disabled
            </State>
          ) : (
            <State tone="good">Enabled</State>
          )}
        </h2>
        <Form draft={draft} fields={under(prefix, location)} />
      </section>
      <section className={parts.card}>
        <h2>Transport</h2>
        <NativeSelect
          size="xs"
          label={adapters.label}
          w={200}
          mb="md"
          disabled={draft.readOnly}
          value={adapter}
          onChange={(event) => draft.set([...prefix, 'adapter'], event.currentTarget.value)}
          data={adapters.options ?? []}
        />
        <Form draft={draft} fields={under(prefix, receiving[adapter] ?? [])} />
      </section>
      <section className={parts.card}>
        <h2>Configure pipeline: {pipeline}</h2>
        {pipeline === 'PassThruReceive' ? (
          <Dim>It has no components: the bytes come in as they are.</Dim>
        ) : (
          <Form draft={draft} fields={under(prefix, [...decoder, ...resolution])} />
        )}
      </section>
      {draft.artifact.two_way === true && (
        <Assignment
          draft={draft}
          of={{
            path: [...prefix, 'response_encryption_certificates'],
            title: 'Certificate that answers are encrypted to',
            store: 'OtherPeople',
            usage: 'encrypt',
            none: 'None: answers are not encrypted.',
          }}
        />
      )}
    </>
  );
}
