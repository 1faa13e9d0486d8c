// What holds fields of its own: a mapping that may be absent, and a list of mappings.
import { Button, Switch } from '@mantine/core';
import { capital, Dim } from '../../parts/basics';
import styles from './artifacts.module.css';
import { type Field, under } from './field';
import { type Draft, Form } from './Form';
import { at, list, type Path, text } from './kinds';

/** A draft in which what `path` leads to stays although nothing is set in it. */
const keeping = (draft: Draft, path: Path): Draft => ({
  ...draft,
  set: (to, value, keep = 0) => draft.set(to, value, Math.max(keep, path.length)),
});

/** Switched on, it has its fields below. */
export function Part({ draft, field }: { draft: Draft; field: Field }) {
  const on = at(draft.artifact, field.path) !== undefined;
  const inner = keeping(draft, field.path);
  return (
    <div className={on ? styles.component : undefined} role="group" aria-label={field.label}>
      <Switch
        size="xs"
        my={6}
        label={<span className={on ? styles.set : undefined}>{field.label}</span>}
        description={field.help}
        disabled={draft.readOnly}
        checked={on}
        onChange={({ currentTarget: { checked } }) => {
          if (checked) inner.set(field.path, field.initial ?? {});
          else draft.set(field.path, undefined);
        }}
      />
      {on && (
        <div className={styles.inner}>
          <Form draft={inner} fields={under(field.path, field.fields ?? [])} />
        </div>
      )}
    </div>
  );
}

/** One below the other; each is called by its name. */
export function Rows({ draft, field }: { draft: Draft; field: Field }) {
  const all = list(at(draft.artifact, field.path));
  const called = field.one ?? 'one';
  return (
    <div role="group" aria-label={field.label}>
      {field.section !== field.label && <strong className={styles.label}>{field.label}</strong>}
      {field.help && (
        <div className={styles.label}>
          <Dim>{field.help}</Dim>
        </div>
      )}
      {all.length === 0 && draft.readOnly && <Dim>none</Dim>}
      {all.map((one, index) => {
        const name = text(at(one, ['name'])) || text(at(one, ['algorithm'])) || `New ${called}`;
        const path = [...field.path, index];
        return (
          <section key={index} className={styles.component} aria-label={`${capital(called)} ${name}`}>
            <div className={styles.head}>
              <strong>{name}</strong>
              {!draft.readOnly && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  aria-label={`Remove ${called} ${name}`}
                  onClick={() => draft.set(all.length === 1 ? field.path : path, undefined)}
                >
                  Remove
                </Button>
              )}
            </div>
            <Form draft={keeping(draft, path)} fields={under(path, field.fields ?? [])} />
          </section>
        );
      })}
      {!draft.readOnly && (
        <Button size="xs" variant="default" onClick={() => draft.set([...field.path, all.length], field.initial ?? {})}>
          Add {/^(?!us)[aeiou]/.test(called) ? 'an' : 'a'} {called}
        </Button>
      )}
    </div>
  );
}
