import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router-dom';
import { passing, pauseAfter, problemOf } from '../../api/problem';
import { Command, Loaded, ProblemView } from '../../parts/basics';
import { type KindPath, labels } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import { remove } from './put';
import { Preview } from './Review';

/** Whether an artifact can go, with who refers to it, and what goes with it. */
export function Remove({
  kind,
  name,
  etag,
  onClose,
}: {
  kind: KindPath;
  name: string;
  etag: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const preview = useQuery({
    queryKey: ['remove', kind, name, etag],
    queryFn: () => remove(kind, name, etag, true),
    retry: (count, error) => passing(error) && count < 20,
    retryDelay: pauseAfter,
    staleTime: 0,
    gcTime: 0,
  });
  const removing = useMutation({
    mutationFn: () => remove(kind, name, etag, false),
    onSuccess: async () => {
      navigate(`/${kind}`);
      await queries.invalidateQueries({ queryKey: ['artifacts'] });
    },
  });
  return (
    <Modal opened onClose={onClose} size="xl" title={`Delete ${labels[kind].one.toLowerCase()} ${name}`}>
      <div className={parts.stack}>
        <Loaded query={preview} rows={3}>
          {(applied) => <Preview applied={applied} />}
        </Loaded>
        {removing.error && <ProblemView problem={problemOf(removing.error)} />}
        <Group justify="space-between">
          <Command text={`sealgate delete ${kind} ${JSON.stringify(name)}`} />
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button color="red" disabled={!preview.data} loading={removing.isPending} onClick={() => removing.mutate()}>
              Delete
            </Button>
          </Group>
        </Group>
      </div>
    </Modal>
  );
}
