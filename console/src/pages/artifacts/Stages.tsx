import { Button, NativeSelect } from '@mantine/core';
import { Dim } from '../../parts/basics';
import parts from '../../parts/parts.module.css';
import styles from './artifacts.module.css';
import { components, componentsIn, direction, stages } from './components';
import { under } from './field';
import { type Draft, Form } from './Form';
import { text } from './kinds';

/** The stages of a pipeline with their components, in the order that messages go through them. */
export function Stages({ draft }: { draft: Draft }) {
  return (
    <div className={parts.stack}>
      {stages[direction(draft.artifact)].map((stage) => {
        const there = componentsIn(draft.artifact, stage.id);
        const put = (next: Record<string, unknown>[]) =>
          draft.set(['stages', stage.id], next.length ? next : undefined);
        const may = stage.may.filter((name) => !there.some((one) => one.component === name));
        return (
          <section key={stage.id} className={styles.grid} aria-label={stage.title}>
            <h3>{stage.title}</h3>
            {there.length === 0 && <Dim>No component</Dim>}
            {there.map((one, index) => {
              const known = components[text(one.component)];
              return (
                <div key={text(one.component)} className={styles.component}>
                  <div className={styles.head}>
                    <strong>{known?.title ?? text(one.component)}</strong>
                    {!draft.readOnly && (
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        color="red"
                        aria-label={`Remove ${known?.title ?? text(one.component)}`}
                        onClick={() => put(there.filter((each) => each !== one))}
                      >
                        Remove
                      </Button>
                    )}
                  </div>
                  {known && <Form draft={draft} fields={under(['stages', stage.id, index], known.fields)} />}
                </div>
              );
            })}
            {!draft.readOnly && may.length > 0 && (
              <NativeSelect
                size="xs"
                w={220}
                aria-label={`Add a component to ${stage.title}`}
                value=""
                onChange={(event) => put([...there, { component: event.currentTarget.value }])}
                data={[
                  { value: '', label: 'Add a component…' },
                  ...may.map((value) => ({ value, label: components[value]?.title ?? value })),
                ]}
              />
            )}
          </section>
        );
      })}
    </div>
  );
}
