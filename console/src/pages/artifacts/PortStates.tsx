import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { Note, ProblemView } from '../../parts/basics';
import { plural } from '../../parts/format';
import type { KindPath } from '../../parts/links';
import parts from '../../parts/parts.module.css';

type State = Schemas['PortState'];

const says: Record<State, { verb: string; effect: string; keep: boolean }> = {
  started: { verb: 'Start', effect: 'Messages go out; what waits for it suspended is sent.', keep: false },
  stopped: {
    verb: 'Stop',
    effect: 'It keeps its subscription: what it would get is stored suspended until it is started.',
    keep: true,
  },
  bound: {
    verb: 'Unenlist',
    effect: 'It loses its subscription: messages for it alone will find no subscriber.',
    keep: true,
  },
};

/** Start, stop and unenlist, of one or many; what makes messages wait is asked about before. */
export function PortStates({
  kind,
  names,
  now,
  onDone,
}: {
  kind: KindPath;
  names: string[];
  now?: string;
  onDone?: () => void;
}) {
  const [wanted, setWanted] = useState<State>();
  const queries = useQueryClient();
  const setting = useMutation({
    mutationFn: async (state: State) => {
      for (const name of names) {
        const options = { params: { path: { name } }, body: { state } };
        await ask(
          kind === 'send-ports'
            ? client.PUT('/send-ports/{name}/state', options)
            : client.PUT('/send-port-groups/{name}/state', options),
        );
      }
    },
    onSuccess: () => {
      setWanted(undefined);
      onDone?.();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['artifacts'] }),
  });
  return (
    <>
      <Group gap="xs" mb={now === undefined ? 'xs' : undefined}>
        {now === undefined && <strong>{plural(names.length, 'chosen', 'chosen')}</strong>}
        {(['started', 'stopped', 'bound'] as const)
          .filter((state) => state !== now)
          .map((state) => (
            <Button
              key={state}
              size="xs"
              variant={state === 'started' ? 'filled' : 'default'}
              onClick={() => setWanted(state)}
            >
              {says[state].verb}
              {says[state].keep && '…'}
            </Button>
          ))}
      </Group>
      {wanted && (
        <Modal
          opened
          onClose={() => setWanted(undefined)}
          title={`${says[wanted].verb} ${names.length === 1 ? names[0] : `${names.length} ports`}`}
        >
          <div className={parts.stack}>
            {says[wanted].keep ? <Note tone="amber">{says[wanted].effect}</Note> : <p>{says[wanted].effect}</p>}
            {setting.error && <ProblemView problem={problemOf(setting.error)} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={() => setWanted(undefined)}>
                Cancel
              </Button>
              <Button loading={setting.isPending} onClick={() => setting.mutate(wanted)}>
                {says[wanted].verb}
              </Button>
            </Group>
          </div>
        </Modal>
      )}
    </>
  );
}
