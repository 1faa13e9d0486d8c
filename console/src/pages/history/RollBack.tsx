import { Button, Group, Modal, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, fail } from '../../api/client';
import { passing, pauseAfter, problemOf, type Schemas } from '../../api/problem';
import { capital, Command, Dim, Loaded, Note, ProblemView } from '../../parts/basics';
import { plural } from '../../parts/format';
import { WhereLink } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import { ChangeView } from './parts';

type RolledBack = Schemas['RolledBack'];
type Done = { result: RolledBack; etag: string };

async function rollBack(
  revision: number,
  query: { 'dry-run'?: boolean; 'accept-wrong-usage'?: boolean; comment?: string },
  etag?: string,
): Promise<Done> {
  const { data, error, response } = await client.POST('/revisions/{revision}/rollback', {
    params: { path: { revision }, query, header: etag ? { 'If-Match': etag } : {} },
  });
  if (!response.ok) fail(response, error);
  return { result: data as RolledBack, etag: response.headers.get('ETag') ?? '' };
}

/** What going back would change, and whether it can be; then it is done, unless somebody was faster. */
export function RollBack({
  revision,
  onClose,
  onDone,
}: {
  revision: number;
  onClose: () => void;
  onDone: (made: number) => void;
}) {
  const queries = useQueryClient();
  const [accept, setAccept] = useState(false);
  const [comment, setComment] = useState('');
  const how = { 'accept-wrong-usage': accept || undefined };
  const preview = useQuery({
    queryKey: ['revisions', 'preview', revision, accept],
    queryFn: () => rollBack(revision, { ...how, 'dry-run': true }),
    retry: (count, error) => passing(error) && count < 20,
    retryDelay: pauseAfter,
    staleTime: 0,
    gcTime: 0,
  });
  const going = useMutation({
    mutationFn: () => rollBack(revision, { ...how, comment: comment.trim() || undefined }, preview.data?.etag),
    onSuccess: async ({ result }) => {
      onDone(result.revision);
      await queries.invalidateQueries();
    },
  });
  const problem = going.error ? problemOf(going.error) : preview.error ? problemOf(preview.error) : undefined;
  // What did not go back because nobody answered may be tried again as it is.
  const stuck = preview.error !== null || (going.error !== null && !passing(going.error));
  const changes = preview.data?.result.changes ?? [];
  const refusals = preview.data?.result.refusals ?? [];
  const usage = accept || refusals.some((one) => /usage/.test(one.code));
  return (
    <Modal opened onClose={onClose} size="xl" title={`Roll back to revision ${revision}`}>
      <div className={parts.stack}>
        {problem?.status === 412 ? (
          <Note tone="amber">
            <strong>{capital(problem.what)}.</strong> Nothing was rolled back. Look at what it would do now.
            <Group mt="xs">
              <Button
                size="xs"
                onClick={() => {
                  going.reset();
                  void preview.refetch();
                }}
              >
                Look again
              </Button>
            </Group>
          </Note>
        ) : problem ? (
          <ProblemView problem={problem} onAgain={preview.error ? () => void preview.refetch() : undefined} />
        ) : (
          <Loaded query={preview} rows={4}>
            {({ result }) => (
              <>
                {refusals.length > 0 ? (
                  <div className={parts.problem} role="alert">
                    <strong>It cannot be: {plural(refusals.length, 'thing is', 'things are')} in the way</strong>
                    <ul>
                      {refusals.map((one, index) => (
                        <li key={index}>
                          <strong>{capital(one.what)}</strong>
                          {one.where && (
                            <Dim>
                              {' '}
                              · <WhereLink where={one.where} />
                            </Dim>
                          )}
                          <br />
                          {capital(one.remedy)}
                        </li>
                      ))}
                    </ul>
                  </div>
                ) : (
                  <p>
                    {changes.length === 0
                      ? 'Everything is as it was then; nothing would change.'
                      : `${plural(changes.length, 'artifact')} would become what ${changes.length === 1 ? 'it was' : 'they were'} then, all at once, as a new revision. Messages are not touched.`}
                  </p>
                )}
                {changes.map((one) => (
                  <ChangeView key={`${one.kind} ${one.name}`} change={one} />
                ))}
                {result.warnings.length > 0 && (
                  <Note tone="amber">
                    {result.warnings.map((one) => (
                      <div key={one}>{one}</div>
                    ))}
                  </Note>
                )}
              </>
            )}
          </Loaded>
        )}
        {usage && (
          <Switch
            label="Assign certificates all the same; messages that need them are suspended"
            checked={accept}
            onChange={(event) => setAccept(event.currentTarget.checked)}
          />
        )}
        <TextInput
          label="Comment"
          description="Why, for the history"
          maxLength={500}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <Group justify="space-between">
          <Command text={`sealgate rollback ${revision} --dry-run`} />
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it as it is
            </Button>
            <Button
              color="red"
              loading={going.isPending}
              disabled={changes.length === 0 || refusals.length > 0 || stuck}
              onClick={() => going.mutate()}
            >
              Roll back
            </Button>
          </Group>
        </Group>
      </div>
    </Modal>
  );
}

/** Opens it, where somebody may. */
export function RollBackButton({ revision, onDone }: { revision: number; onDone: (made: number) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        Roll back to here…
      </Button>
      {open && (
        <RollBack
          revision={revision}
          onClose={() => setOpen(false)}
          onDone={(made) => {
            setOpen(false);
            onDone(made);
          }}
        />
      )}
    </>
  );
}
