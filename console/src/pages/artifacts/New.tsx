import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { artifactAddress, type Kind, type KindPath, labels, paths } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import { type Field, named, under, written } from './field';
import { general, ours } from './fields';
import { type Draft, Form } from './Form';
import { type Artifact, at, text, withAt } from './kinds';
import { Review } from './Review';
import { ShowYaml } from './ShowYaml';
import { adapters, changeTransport, receiving, sending } from './transports';

const kindOf = (path: KindPath) => (Object.keys(paths) as Kind[]).find((kind) => paths[kind] === path) ?? 'Party';
const needed = (fields: Field[] = []) => fields.filter((one) => one.required);

/** What an artifact cannot be without, and what mostly comes next; the rest is on its property pages. */
function fieldsOf(kind: KindPath, artifact: Artifact): Field[] {
  const adapter = (place: (string | number)[]) => text(at(artifact, [...place, 'adapter']));
  switch (kind) {
    case 'send-ports':
      return [
        ...(general[kind] ?? []).filter((one) => /host|pipeline|party/.test(one.path.join())),
        adapters,
        ...needed(sending[adapter([])]),
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
        ...needed(receiving[adapter(place)]),
      ]);
    }
    case 'send-port-groups':
      return [...(general[kind] ?? []), written('filter', 'Filter', 'none')];
    case 'agreements':
      return [...needed(general[kind]), ...needed(ours)];
    default:
      return general[kind] ?? [];
  }
}

/** Makes an artifact: a draft like that of the property pages, reviewed and applied in the same way. */
export function New({ kind, onClose }: { kind: KindPath; onClose: () => void }) {
  const navigate = useNavigate();
  const [artifact, setArtifact] = useState<Artifact>({ kind: kindOf(kind), name: '' } as Artifact);
  const [reviewing, setReviewing] = useState(false);
  const set: Draft['set'] = (path, value) => setArtifact((before) => withAt(before, path, value));
  const draft: Draft = {
    artifact,
    readOnly: false,
    set: (path, value) =>
      path.at(-1) === 'adapter'
        ? changeTransport({ artifact, set }, path.slice(0, -1), value as string | undefined)
        : set(path, value),
  };
  const fields = fieldsOf(kind, artifact);
  const missing = artifact.name.trim() === '' || needed(fields).some((one) => !text(at(artifact, one.path)));
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
          onChange={(event) => setArtifact(withAt(artifact, ['name'], event.currentTarget.value) as Artifact)}
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
