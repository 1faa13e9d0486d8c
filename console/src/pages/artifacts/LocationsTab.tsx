import { Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { Dim, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import parts from '../../parts/parts.module.css';
import styles from './artifacts.module.css';
import { Assignment } from './Assignment';
import { under } from './field';
import { answers, location, schedule } from './fields';
import { type Draft, Form } from './Form';
import { type Artifact, list, text } from './kinds';
import { receiving, transportOf } from './transports';
import { TransportType, useAs2Pipelines } from './TransportType';

/** The receive locations of a port: one is shown at a time, and the address says which. */
export function LocationsTab({ draft }: { draft: Draft }) {
  const { get, set } = useFilters();
  const locations = list(draft.artifact.locations) as Artifact[];
  const index = Math.max(
    0,
    locations.findIndex((one) => one.name === get('location')),
  );
  const one = locations[index];
  return (
    <>
      <Group mb="md" gap="md" align="flex-end">
        {locations.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Receive location"
            value={one?.name}
            onChange={(name) => set('location', name)}
            data={locations.map((each) => each.name)}
          />
        )}
        {!draft.readOnly && (
          <Add
            taken={locations.map((each) => each.name)}
            onAdd={(name) => {
              draft.set(['locations', locations.length], { name, host: text(one?.host) || 'Default', adapter: 'FILE' });
              set('location', name);
            }}
          />
        )}
      </Group>
      {one ? (
        <Location draft={draft} index={index} one={one} />
      ) : (
        <section className={parts.card}>It has no receive location, so nothing comes in.</section>
      )}
    </>
  );
}

function Add({ taken, onAdd }: { taken: string[]; onAdd: (name: string) => void }) {
  const [name, setName] = useState('');
  const there = taken.includes(name.trim());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === '' || there) return;
        onAdd(name.trim());
        setName('');
      }}
    >
      <Group gap={6} align="flex-end">
        <TextInput
          size="xs"
          label="New location"
          placeholder="Its name"
          value={name}
          error={there && 'There is one of this name'}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" variant="default" disabled={name.trim() === '' || there}>
          Add
        </Button>
      </Group>
    </form>
  );
}

function Location({ draft, index, one }: { draft: Draft; index: number; one: Artifact }) {
  const prefix = ['locations', index];
  const type = transportOf(draft.artifact, prefix, useAs2Pipelines());
  return (
    <>
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
          {!draft.readOnly && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="red"
              ml="md"
              aria-label={`Remove location ${one.name}`}
              onClick={() => draft.set(prefix, undefined)}
            >
              Remove
            </Button>
          )}
        </h2>
        <Form draft={draft} fields={under(prefix, location)} />
      </section>
      <section className={parts.card}>
        <h2>Transport</h2>
        <div className={styles.first}>
          <TransportType draft={draft} place={prefix} />
        </div>
        <Form draft={draft} fields={under(prefix, receiving[type] ?? [])} />
        {type === 'AS2' && (
          <p>
            <Dim>
              What messages must be, and which receipts they get, stands in the agreement of their AS2-From and AS2-To.
            </Dim>{' '}
            <Link to="/agreements">Agreements</Link>
          </p>
        )}
      </section>
      <section className={parts.card}>
        <h2>When it takes messages</h2>
        <Form draft={draft} fields={under(prefix, schedule)} />
      </section>
      {draft.artifact.two_way === true && (
        <>
          <section className={parts.card}>
            <h2>Answers</h2>
            <Form draft={draft} fields={under(prefix, answers)} />
          </section>
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
        </>
      )}
    </>
  );
}
