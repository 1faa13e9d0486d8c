import { Button, Group, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { Link } from 'react-router-dom';
import { Dim, Loaded, Note, State } from '../../parts/basics';
import { artifactAddress } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import styles from './artifacts.module.css';
import { builtIn, components, componentsIn, direction, stages, type Staged } from './components';

import { type Field, under } from './field';
import { type Draft, Form } from './Form';
import { at, list, type Path, text } from './kinds';
import { read } from './put';

/** A pipeline by its name, built in or somebody's own. */
function usePipeline(name: string) {
  return useQuery({
    queryKey: ['artifacts', 'pipelines', 'one', name],
    queryFn: async (): Promise<Staged> => builtIn[name] ?? (await read('pipelines', name)).data,
    retry: false,
  });
}

/** What holds where nothing is set for this port: what the pipeline says, else the component's own default. */
const inherited = (fields: Field[], settings: Record<string, unknown>): Field[] =>
  fields.map((one) => {
    const said = settings[String(one.path[0])];
    return said === undefined ? one : { ...one, standard: Array.isArray(said) ? said.join(', ') : text(said) };
  });

/**
 * The pipeline of a port or location, stage by stage: what its components do here. What differs from the pipeline is bold.
 * `path` is where the name of the pipeline stands; the settings of components stand beside it.
 */
export function ConfigurePipeline({ draft, path, onClose }: { draft: Draft; path: Path; onClose: () => void }) {
  const before = useRef(draft.artifact);
  const port = draft.artifact.kind === 'SendPort';
  const sends = port !== path.includes('response_pipeline');
  const name = text(at(draft.artifact, path)) || (sends ? 'PassThruTransmit' : 'PassThruReceive');
  const query = usePipeline(name);
  const place = path.slice(0, -1);
  const restore = () => {
    for (const component of Object.keys(components))
      draft.set([...place, component], at(before.current, [...place, component]));
    onClose();
  };
  return (
    <Modal opened onClose={onClose} size="xl" title={`Configure pipeline: ${name}`}>
      <div className={parts.stack}>
        <Loaded query={query}>
          {(pipeline) => {
            const used = stages[direction(pipeline)].filter((stage) => componentsIn(pipeline, stage.id).length > 0);
            return used.length === 0 ? (
              <p>It has no components: the bytes pass as they are. Choose another pipeline for MIME/SMIME.</p>
            ) : (
              <>
                {used.map((stage) => (
                  <section key={stage.id} className={styles.grid} aria-label={stage.title}>
                    <h3>{stage.title}</h3>
                    {componentsIn(pipeline, stage.id).map(({ component, ...settings }, index) => {
                      const known = components[text(component)];
                      return (
                        <div key={index} className={styles.component}>
                          <strong>{known?.title ?? text(component)}</strong>
                          {known ? (
                            <Form
                              draft={draft}
                              fields={under([...place, text(component)], inherited(known.fields, settings))}
                            />
                          ) : (
                            <Dim>Set it on the YAML page.</Dim>
                          )}
                        </div>
                      );
                    })}
                  </section>
                ))}
                <Encryption draft={draft} place={place} />
                <Dim>
                  Bold: set here, for this {port ? 'port' : 'location'} alone. The rest is as{' '}
                  {builtIn[name] ? name : <Link to={artifactAddress('pipelines', name)}>{name}</Link>} says.
                </Dim>
              </>
            );
          }}
        </Loaded>
        <Group justify="flex-end" gap="xs">
          {!draft.readOnly && (
            <Button variant="default" onClick={restore}>
              Cancel
            </Button>
          )}
          <Button onClick={onClose}>OK</Button>
        </Group>
      </div>
    </Modal>
  );
}

/** The one thing that is half here and half on the Certificate page. */
function Encryption({ draft, place }: { draft: Draft; place: Path }) {
  if (draft.artifact.kind !== 'SendPort' || place.length > 0) return null;
  const on = at(draft.artifact, ['encoder', 'enable_encryption']) === true;
  const count = list(draft.artifact.encryption_certificates).length;
  if (on === count > 0) return null;
  return (
    <Note tone="amber">
      <State tone="warn">
        {on
          ? 'Encryption is on, and there is no certificate to encrypt to'
          : 'There is a certificate, and encryption is off'}
      </State>
      <div>
        {on
          ? 'Assign the partner’s on the Certificate page.'
          : 'Turn “Enable encryption” on, or remove the certificate.'}
      </div>
    </Note>
  );
}
