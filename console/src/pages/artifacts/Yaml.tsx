import { Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Command, CopyWords, Loaded, Note } from '../../parts/basics';
import type { KindPath } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import styles from './artifacts.module.css';
import { readYaml } from './put';

export function Yaml({
  kind,
  name,
  etag,
  edited,
  readOnly,
  blocked,
  onEdit,
}: {
  kind: KindPath;
  name: string;
  etag: string;
  edited: string | undefined;
  readOnly: boolean;
  blocked: boolean;
  onEdit: (yaml: string | undefined) => void;
}) {
  const query = useQuery({ queryKey: ['artifacts', kind, 'yaml', name, etag], queryFn: () => readYaml(kind, name) });
  return (
    <Loaded query={query}>
      {(stored) => (
        <div className={parts.stack}>
          {blocked && (
            <Note>
              The property pages have changes that are not here yet: apply or discard them before you edit the text.
            </Note>
          )}
          <div className={styles.yaml}>
            <Textarea
              aria-label="The artifact as YAML"
              autosize
              minRows={8}
              maxRows={40}
              spellCheck={false}
              readOnly={readOnly || blocked}
              value={edited ?? stored}
              onChange={(event) => onEdit(event.currentTarget.value === stored ? undefined : event.currentTarget.value)}
            />
          </div>
          <div className={parts.pair}>
            <Command text={`sealgate get ${kind} ${JSON.stringify(name)} -o yaml`} />
            <CopyWords text={edited ?? stored} label="Copy the document" />
          </div>
        </div>
      )}
    </Loaded>
  );
}
