import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { capital, Note, ProblemView } from '../../parts/basics';
import { plural } from '../../parts/format';
import parts from '../../parts/parts.module.css';

export type Action = 'resume' | 'terminate' | 'resend';
type Fault = Schemas['Fault'];

async function one(action: Action, id: string, force: boolean): Promise<Fault[]> {
  const path = { id };
  try {
    const done = await ask(
      action === 'resume'
        ? client.POST('/messages/{id}/resume', { params: { path, query: { force } } })
        : action === 'terminate'
          ? client.POST('/messages/{id}/terminate', { params: { path } })
          : client.POST('/messages/{id}/resend', { params: { path, query: {} } }),
    );
    return done.failed.map((each) => each.error);
  } catch (error) {
    const problem = problemOf(error);
    return [{ code: problem.code, what: problem.what, where: problem.where ?? id, remedy: problem.remedy ?? '' }];
  }
}

/** Does something to messages one by one, and gathers what went wrong. */
export function useAct(action: Action, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]) => {
      const faults: Fault[] = [];
      for (const id of ids) faults.push(...(await one(action, id, false)));
      return faults;
    },
    onSuccess: (faults) => {
      if (faults.length === 0) onDone?.();
    },
    onSettled: () =>
      Promise.all(
        ['suspended', 'messages', 'message', 'status'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      ),
  });
}

const says: Record<Action, { verb: string; effect: string }> = {
  resume: {
    verb: 'Resume',
    effect: 'They are tried again, each through its port; what waits for a port that is stopped stays suspended.',
  },
  terminate: {
    verb: 'Terminate',
    effect: 'They are given up and never sent. This cannot be undone; the journey stays in the tracking log.',
  },
  resend: {
    verb: 'Resend',
    effect: 'The same content goes out once more under a new identity: the partner may get it twice.',
  },
};

export function ActDialog({ action, ids, onClose }: { action: Action; ids: string[]; onClose: () => void }) {
  const act = useAct(action, onClose);
  const { verb, effect } = says[action];
  return (
    <Modal opened onClose={onClose} title={`${verb} ${plural(ids.length, 'message')}`}>
      <div className={parts.stack}>
        {action === 'resume' ? <p>{effect}</p> : <Note tone="amber">{effect}</Note>}
        {act.data && act.data.length > 0 && (
          <ProblemView
            problem={{
              type: 'about:blank',
              title: '',
              status: 409,
              code: act.data[0]?.code ?? '',
              what: capital(act.data[0]?.what ?? ''),
              remedy: act.data[0]?.remedy,
              detail: '',
              errors: act.data,
            }}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            color={action === 'terminate' ? 'red' : undefined}
            loading={act.isPending}
            onClick={() => act.mutate(ids)}
          >
            {verb} {plural(ids.length, 'message')}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}

export function Chosen({ ids, onDone }: { ids: string[]; onDone: () => void }) {
  const [action, setAction] = useState<Action>();
  return (
    <Group gap="xs" mb="xs">
      <strong>{plural(ids.length, 'message')} chosen</strong>
      <Button size="xs" onClick={() => setAction('resume')}>
        Resume…
      </Button>
      <Button size="xs" variant="default" onClick={() => setAction('terminate')}>
        Terminate…
      </Button>
      {action && (
        <ActDialog
          action={action}
          ids={ids}
          onClose={() => {
            setAction(undefined);
            onDone();
          }}
        />
      )}
    </Group>
  );
}
