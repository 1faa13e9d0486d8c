import { Button, Group, Modal, Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { capital, Loaded, Note, ProblemView } from '../../parts/basics';
import { number, plural } from '../../parts/format';
import parts from '../../parts/parts.module.css';

type Filter = Schemas['SuspendedFilter'];
type Result = Schemas['BulkResult'];
export interface BulkWish {
  action: 'resume' | 'terminate';
  filter: Filter;
  what: string;
}

function call(action: BulkWish['action'], body: Filter, dryRun: boolean): Promise<Result> {
  const options = { params: { query: { 'dry-run': dryRun } }, body };
  return ask(
    action === 'resume' ? client.POST('/suspended/resume', options) : client.POST('/suspended/terminate', options),
  );
}

/** Says what would happen, then does it. */
export function Bulk({ wish, onClose }: { wish: BulkWish; onClose: () => void }) {
  const queries = useQueryClient();
  const [force, setForce] = useState(false);
  const { action } = wish;
  const filter = force ? { ...wish.filter, force } : wish.filter;
  const preview = useQuery({
    queryKey: ['bulk', action, filter],
    queryFn: () => call(action, filter, true),
    staleTime: 0,
    gcTime: 0,
  });
  const doing = useMutation({
    mutationFn: () => call(action, filter, false),
    onSettled: () =>
      Promise.all(['suspended', 'messages', 'status'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const verb = action === 'resume' ? 'Resume' : 'Terminate';
  if (doing.data)
    return (
      <Modal opened onClose={onClose} title={action === 'resume' ? 'Resumed' : 'Terminated'}>
        <div className={parts.stack}>
          <p>
            {plural(doing.data.count, 'message')} {doing.data.count === 1 ? 'was' : 'were'}{' '}
            {action === 'resume' ? 'resumed' : 'terminated'}.
            {doing.data.more && ' There are more: do it again for the next 10,000.'}
          </p>
          <Stay stay={doing.data.stay} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Close</Button>
          </Group>
        </div>
      </Modal>
    );
  return (
    <Modal opened onClose={onClose} title={`${verb} suspended messages`} size="lg">
      <div className={parts.stack}>
        <Loaded query={preview} rows={3}>
          {(result) => (
            <>
              <p>
                <strong>
                  {verb} {plural(result.count, 'message')}
                </strong>
                {result.ports.length > 0 &&
                  ` of ${plural(result.ports.length, 'port')}: ${result.ports.map((one) => `${one.name} (${number(one.count)})`).join(', ')}`}
                .{result.more && ' There are more than one call does.'}
              </p>
              <Stay stay={result.stay} />
              {action === 'resume' &&
                (force || result.stay.some((one) => /stopped/.test(one.error.code + one.error.what))) && (
                  <Switch
                    label="Send also through ports that are not started"
                    checked={force}
                    onChange={(event) => setForce(event.currentTarget.checked)}
                  />
                )}
              {action === 'terminate' && result.count > 0 && (
                <Note tone="amber">
                  This cannot be undone: they are given up and never sent. Their journey stays in the tracking log.
                </Note>
              )}
            </>
          )}
        </Loaded>
        {doing.error && <ProblemView problem={problemOf(doing.error)} />}
        <Group justify="flex-end">
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              color={action === 'terminate' ? 'red' : undefined}
              loading={doing.isPending}
              disabled={!preview.data || preview.data.count === 0}
              onClick={() => doing.mutate()}
            >
              {verb} {preview.data ? plural(preview.data.count, 'message') : ''}
            </Button>
          </Group>
        </Group>
      </div>
    </Modal>
  );
}

function Stay({ stay }: { stay: Result['stay'] }) {
  if (stay.length === 0) return null;
  return (
    <Note tone="amber">
      {stay.map((one, index) => (
        <div key={index}>
          <strong>{number(one.count)} stay suspended:</strong> {one.error.what}. {capital(one.error.remedy)}.
        </div>
      ))}
    </Note>
  );
}
