import { Button, Group, Modal } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useState } from 'react';
import parts from '../../parts/parts.module.css';
import { applyCommand, toYaml } from './toYaml';
import type { Artifact } from './kinds';

/** What the forms have so far: as the YAML document that it is, and as the command that does the same. */
export function ShowYaml({ artifact }: { artifact: Artifact }) {
  const [shown, setShown] = useState(false);
  const clipboard = useClipboard({ timeout: 1500 });
  const document = useClipboard({ timeout: 1500 });
  const yaml = toYaml(artifact);
  return (
    <span>
      <Button size="xs" variant="subtle" onClick={() => setShown(true)}>
        Show as YAML
      </Button>
      <Button size="xs" variant="subtle" onClick={() => clipboard.copy(applyCommand(yaml))}>
        {clipboard.copied ? 'Copied' : 'Copy command'}
      </Button>
      {shown && (
        <Modal opened onClose={() => setShown(false)} size="lg" title={`${artifact.name || 'It'} as YAML`}>
          <div className={parts.stack}>
            <pre className={parts.diff} tabIndex={0} aria-label="The document" style={{ padding: '8px 12px' }}>
              {yaml}
            </pre>
            <Group justify="flex-end" gap="xs">
              <Button size="xs" variant="default" onClick={() => document.copy(yaml)}>
                {document.copied ? 'Copied' : 'Copy document'}
              </Button>
              <Button size="xs" onClick={() => setShown(false)}>
                Close
              </Button>
            </Group>
          </div>
        </Modal>
      )}
    </span>
  );
}
