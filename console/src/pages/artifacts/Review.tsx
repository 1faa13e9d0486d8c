import { Button, Group, Modal, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { passing, pauseAfter, problemOf } from '../../api/problem';
import { capital, Diff, Dim, Loaded, Note, ProblemView } from '../../parts/basics';
import { Thumbprint, type KindPath } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import { ShowYaml } from './ShowYaml';
import { type Applied, type Content, put } from './put';

interface Props {
  kind: KindPath;
  name: string;
  etag: string;
  content: Content;
  onClose: () => void;
  onApplied: () => void;
  onConflict: () => void;
}

/** What would change, checked by the gateway; then it is applied, unless somebody was faster. */
export function Review({ kind, name, etag, content, onClose, onApplied, onConflict }: Props) {
  const queries = useQueryClient();
  const [accept, setAccept] = useState(false);
  const [comment, setComment] = useState('');
  const preview = useQuery({
    queryKey: ['review', kind, name, etag, content, accept],
    queryFn: () => put(kind, name, etag, content, true, accept),
    // It changes nothing, so it is asked again for as long as somebody looks at it: nothing can be applied without it.
    retry: (count, error) => passing(error) && count < 20,
    retryDelay: pauseAfter,
    staleTime: 0,
    gcTime: 0,
  });
  const applying = useMutation({
    mutationFn: () => put(kind, name, etag, content, false, accept, comment.trim()),
    onSuccess: async () => {
      onApplied();
      await queries.invalidateQueries({ queryKey: ['artifacts'] });
      await queries.invalidateQueries({ queryKey: ['certificates'] });
      await queries.invalidateQueries({ queryKey: ['revisions'] });
    },
  });
  const failed = applying.error ?? preview.error;
  const problem = failed ? problemOf(failed) : undefined;
  // What was not applied because nobody answered may be tried again as it is.
  const stuck = preview.error !== null || (applying.error !== null && !passing(applying.error));
  const changed = preview.data?.changes.some((one) => one.change !== 'unchanged') ?? false;
  return (
    <Modal opened onClose={onClose} size="xl" title={etag ? `Review changes of ${name}` : `Create ${name}`}>
      <div className={parts.stack}>
        {problem?.status === 412 ? (
          <Note tone="amber">
            <strong>{etag ? 'Somebody changed it meanwhile.' : 'There is one of this name already.'}</strong>{' '}
            {capital(problem.what)}. Nothing was applied. Look at what it is now; your changes are kept and can be put
            on top of it.
            <Group mt="xs">
              <Button size="xs" onClick={onConflict}>
                Look at it
              </Button>
            </Group>
          </Note>
        ) : problem ? (
          <>
            <ProblemView problem={problem} onAgain={preview.error ? () => void preview.refetch() : undefined} />
            {(accept || [problem, ...(problem.errors ?? [])].some((one) => /usage/.test(one.code))) && (
              <Switch
                label="Assign it all the same; messages that need it are suspended"
                checked={accept}
                onChange={(event) => setAccept(event.currentTarget.checked)}
              />
            )}
          </>
        ) : (
          <>
            {preview.failureReason && (
              <Note tone="amber">{capital(problemOf(preview.failureReason).what)}. Asking again…</Note>
            )}
            <Loaded query={preview} rows={4}>
              {(applied) => (
                <>
                  <Preview applied={applied} />
                  {accept && (
                    <Switch
                      label="Assign it all the same; messages that need it are suspended"
                      checked={accept}
                      onChange={(event) => setAccept(event.currentTarget.checked)}
                    />
                  )}
                </>
              )}
            </Loaded>
          </>
        )}
        <TextInput
          label="Comment"
          description="Why, for the history"
          maxLength={500}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <Group justify="space-between">
          {'artifact' in content ? <ShowYaml artifact={content.artifact} /> : <span />}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Go on editing
            </Button>
            <Button loading={applying.isPending} disabled={!changed || stuck} onClick={() => applying.mutate()}>
              {etag ? 'Apply' : 'Create'}
            </Button>
          </Group>
        </Group>
      </div>
    </Modal>
  );
}

export function Preview({ applied }: { applied: Applied }) {
  return (
    <>
      {applied.changes.map((one) => (
        <div key={`${one.kind} ${one.name}`}>
          <p>
            <strong>
              {one.kind} {one.name}
            </strong>{' '}
            <Dim>{one.change}</Dim>
          </p>
          {one.diff && <Diff text={one.diff.trimEnd()} />}
        </div>
      ))}
      {applied.assigned.map((one) => (
        <p key={one}>{one}</p>
      ))}
      {applied.warnings.length > 0 && (
        <Note tone="amber">
          {applied.warnings.map((one) => (
            <div key={one}>{one}</div>
          ))}
        </Note>
      )}
      {(applied.orphans ?? []).length > 0 && (
        <Note>
          Nothing will use these any more:{' '}
          {(applied.orphans ?? []).map((one) => (
            <span key={one.thumbprint}>
              {one.name} (<Thumbprint value={one.thumbprint} short />){' '}
            </span>
          ))}
        </Note>
      )}
    </>
  );
}
