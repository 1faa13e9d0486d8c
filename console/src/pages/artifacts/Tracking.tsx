import { Checkbox, Switch } from '@mantine/core';
import { Dim } from '../../parts/basics';
import parts from '../../parts/parts.module.css';
import type { Draft } from './Form';
import { at, words } from './kinds';

const points = [
  ['before-receive-pipeline', 'Before the receive pipeline', 'receive'],
  ['after-receive-pipeline', 'After the receive pipeline', 'receive'],
  ['before-send-pipeline', 'Before the send pipeline', 'send'],
  ['after-send-pipeline', 'After the send pipeline', 'send'],
] as const;

export function Tracking({ draft, receiving }: { draft: Draft; receiving: boolean }) {
  const bodies = words(at(draft.artifact, ['tracking', 'bodies']));
  const both = draft.artifact.two_way === true;
  const toggle = (point: string, on: boolean) => {
    const next = points.map(([one]) => one).filter((one) => (one === point ? on : bodies.includes(one)));
    draft.set(['tracking', 'bodies'], next.length ? next : undefined);
  };
  return (
    <section className={parts.card}>
      <h2>Track</h2>
      <div className={parts.stack}>
        <Switch
          size="xs"
          label="The journey of each message"
          checked={at(draft.artifact, ['tracking', 'events']) !== false}
          disabled={draft.readOnly}
          onChange={(event) => draft.set(['tracking', 'events'], event.currentTarget.checked ? undefined : false)}
        />
        {points
          .filter(([, , direction]) => both || (direction === 'receive') === receiving)
          .map(([point, label]) => (
            <Checkbox
              key={point}
              size="xs"
              label={`The content: ${label.toLowerCase()}`}
              checked={bodies.includes(point)}
              disabled={draft.readOnly}
              onChange={(event) => toggle(point, event.currentTarget.checked)}
            />
          ))}
        <Dim>What is kept of the content is encrypted, and goes when its record is archived.</Dim>
      </div>
    </section>
  );
}
