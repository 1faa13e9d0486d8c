import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { problemOf } from '../../api/problem';
import { Note, ProblemView } from '../../parts/basics';
import parts from '../../parts/parts.module.css';

/** A button that says what will happen before it does. `keys`: what is to be read anew afterwards. */
export function Act({
  verb,
  what,
  effect,
  act,
  keys,
  onDone,
  compact = false,
  danger = true,
}: {
  verb: string;
  /** What a reader of the screen hears beside the verb, and the title of the question. */
  what: string;
  effect: ReactNode;
  act: () => Promise<unknown>;
  keys: string[];
  onDone?: () => void;
  compact?: boolean;
  danger?: boolean;
}) {
  const [asked, setAsked] = useState(false);
  const queries = useQueryClient();
  const acting = useMutation({
    mutationFn: act,
    onSuccess: () => {
      setAsked(false);
      onDone?.();
    },
    onSettled: () => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  return (
    <>
      <Button
        size={compact ? 'compact-xs' : 'xs'}
        variant="default"
        aria-label={compact ? `${verb}: ${what}` : undefined}
        onClick={() => {
          acting.reset();
          setAsked(true);
        }}
      >
        {verb}
      </Button>
      <Modal opened={asked} onClose={() => setAsked(false)} title={`${verb}: ${what}`}>
        <div className={parts.stack}>
          <Note tone={danger ? 'amber' : 'calm'}>{effect}</Note>
          {acting.error && <ProblemView problem={problemOf(acting.error)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsked(false)}>
              Cancel
            </Button>
            <Button color={danger ? 'red' : undefined} loading={acting.isPending} onClick={() => acting.mutate()}>
              {verb}
            </Button>
          </Group>
        </div>
      </Modal>
    </>
  );
}
