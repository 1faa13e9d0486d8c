import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/problem';
import { Diff, Dim, State } from '../../parts/basics';
import { artifactAddress, labels, paths } from '../../parts/links';

export type Revision = Schemas['Revision'];
interface Changed {
  kind: Schemas['ArtifactChange']['kind'];
  name: string;
  change: string;
  diff: string;
}

const origins: Record<Revision['origin'], string> = {
  command: 'command line',
  console: 'console',
  api: 'API',
  unknown: 'unknown',
};

/** Who it was and which way he came. */
export function By({ revision }: { revision: Pick<Revision, 'by' | 'origin'> }) {
  return (
    <>
      {revision.by || 'unknown'} <Dim>by {origins[revision.origin]}</Dim>
    </>
  );
}

export const revisionAddress = (number: number): string => `/history/${number}`;
export function RevisionLink({ number }: { number: number }) {
  return <Link to={revisionAddress(number)}>Revision {number}</Link>;
}

const tones = { created: 'good', changed: 'warn', deleted: 'bad' } as const;

/** One artifact and its lines; `plain` where the artifact itself is the page. */
export function ChangeView({ change, plain = false }: { change: Changed; plain?: boolean }) {
  const path = paths[change.kind];
  return (
    <section aria-label={`${labels[path].one} ${change.name}`}>
      <p>
        {!plain && (
          <strong>
            {labels[path].one}{' '}
            {change.change === 'deleted' ? (
              change.name
            ) : (
              <Link to={artifactAddress(path, change.name)}>{change.name}</Link>
            )}
          </strong>
        )}{' '}
        <State tone={tones[change.change as keyof typeof tones] ?? 'plain'}>{change.change}</State>
      </p>
      {change.diff ? (
        <Diff text={change.diff} />
      ) : (
        <Dim>Only the password of a user changed; passwords are not shown, and not kept.</Dim>
      )}
    </section>
  );
}
