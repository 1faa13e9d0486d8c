import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { artifactAddress, type Kind, type KindPath, labels, paths } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import { useFilters } from '../../parts/filters';
import { type Field, named, under, written } from './field';
import { first } from './agreement';
import { general } from './fields';
import { type Draft, Form } from './Form';
import { type Artifact, at, type Path, text, withAt } from './kinds';
import { Review } from './Review';
import { ShowYaml } from './ShowYaml';
import { adapters, receiving, sending, transportOf } from './transports';
import { useAs2Pipelines } from './TransportType';

const kindOf = (path: KindPath) => (Object.keys(paths) as Kind[]).find((kind) => paths[kind] === path) ?? 'Party';
const needed = (fields: Field[] = []) => fields.filter((one) => one.required);

/** What an artifact cannot be without, and what mostly comes next; the rest is on its property pages. */
function fieldsOf(kind: KindPath, artifact: Artifact, as2: ReadonlySet<string>): Field[] {
  const type = (place: Path) => transportOf(artifact, place, as2);
  switch (kind) {
    case 'send-ports':
      return [
        ...(general[kind] ?? []).filter((one) => /host|pipeline|party/.test(one.path.join())),
        adapters,
        ...needed(sending[type([])]),
        written('filter', 'Filter', 'none: no message comes to it by itself', {
          help: 'BTS.ReceivePortName == "Orders"',
        }),
      ];
    case 'receive-ports': {
      const place = ['locations', 0];
      return under(place, [
        written('name', 'Name of its first location', undefined, { required: true }),
        named('host', 'Receive handler (host)', 'hosts', { required: true }),
        named('pipeline', 'Receive pipeline', 'pipelines', { standard: 'PassThruReceive' }),
        adapters,
        ...needed(receiving[type(place)]),
      ]);
    }
    case 'send-port-groups':
      return [...(general[kind] ?? []), written('filter', 'Filter', 'none')];
    case 'agreements':
      return [...needed(general[kind]), ...first];
    case 'hosts':
    case 'groups':
    case 'parties':
      return (general[kind] ?? []).filter((one) => one.section === undefined && one.type !== 'rows');
    default:
      return general[kind] ?? [];
  }
}

/** What is known of the agreement that a port of AS2 still needs. */
const agreementFor = (port: string, party: string) => ({
  ...(party ? { partner: { party } } : {}),
  ...(port ? { sending: { send_ports: [port] } } : {}),
});

/** Makes an artifact: a draft like that of the property pages, reviewed and applied in the same way. */
export function New({ kind, onClose }: { kind: KindPath; onClose: () => void }) {
  const navigate = useNavigate();
  const { get } = useFilters();
  const as2 = useAs2Pipelines();
  const [artifact, setArtifact] = useState<Artifact>(
    () =>
      ({
        kind: kindOf(kind),
        name: '',
        ...(kind === 'agreements' ? agreementFor(get('for'), get('with')) : {}),
      }) as Artifact,
  );
  const [reviewing, setReviewing] = useState(false);
  const draft: Draft = {
    artifact,
    readOnly: false,
    set: (path, value, keep) => setArtifact((before) => withAt(before, path, value, keep)),
  };
  const fields = fieldsOf(kind, artifact, as2);
  const given = (one: Field) =>
    one.type === 'transport' ? transportOf(artifact, one.path.slice(0, -1), as2) : text(at(artifact, one.path)).trim();
  const missing = artifact.name.trim() === '' || needed(fields).some((one) => !given(one));
  const name = artifact.name.trim();
  if (reviewing)
    return (
      <Review
        kind={kind}
        name={name}
        etag=""
        content={{ artifact: { ...artifact, name } }}
        onClose={() => setReviewing(false)}
        onConflict={() => setReviewing(false)}
        onApplied={() => navigate(artifactAddress(kind, name))}
      />
    );
  return (
    <Modal opened onClose={onClose} size="lg" title={`New ${labels[kind].one.toLowerCase()}`}>
      <form
        className={parts.stack}
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing) setReviewing(true);
        }}
      >
        <TextInput
          size="xs"
          label="Name"
          required
          data-autofocus
          maxLength={256}
          value={artifact.name}
          onChange={(event) => draft.set(['name'], event.currentTarget.value)}
        />
        <Form draft={draft} fields={fields} />
        <Group justify="space-between">
          <ShowYaml artifact={artifact} />
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={missing}>
              Review &amp; create
            </Button>
          </Group>
        </Group>
      </form>
    </Modal>
  );
}
