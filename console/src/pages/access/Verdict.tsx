import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { Command, CopyButton, Loaded, Note, State } from '../../parts/basics';
import { number, plural } from '../../parts/format';
import parts from '../../parts/parts.module.css';
import styles from './access.module.css';

/** The chain, computed again, and compared with a hash that was kept elsewhere when there is one. */
export function Verdict() {
  const [text, setText] = useState('');
  const [anchor, setAnchor] = useState('');
  const query = useQuery({
    queryKey: ['audit-log', 'verdict', anchor],
    queryFn: () => ask(client.GET('/audit-log/verify', { params: { query: anchor ? { anchor } : {} } })),
    staleTime: 0,
    gcTime: 0,
  });
  const digits = text.replace(/\s/g, '').toLowerCase();
  const bad = text !== '' && !/^[0-9a-f]{64}$/.test(digits);
  return (
    <section className={`${parts.card} ${parts.stack} ${styles.below}`} aria-label="Verification" aria-live="polite">
      <Loaded query={query} rows={2}>
        {(verdict) => (
          <>
            {verdict.holds ? (
              <State tone="good" icon="shield">
                {plural(verdict.records, 'record')}, and all of them hold.
              </State>
            ) : (
              <Note tone="amber">
                <strong>
                  Record <Link to={`/audit-log/${verdict.first_bad}`}>{number(verdict.first_bad ?? 0)}</Link> does not
                  hold: {verdict.reason}.
                </strong>
                <br />
                The {number(verdict.records)} before it do. Somebody changed the database past the gateway: keep a copy
                of it as it is, and compare it with a backup.
              </Note>
            )}
            {verdict.anchor === true && <State tone="good">A record has the hash that you kept.</State>}
            {verdict.anchor === false && (
              <Note tone="amber">
                <strong>No record has the hash that you kept:</strong> the end of the log was cut off, or all of it was
                written anew.
              </Note>
            )}
            {verdict.head && (
              <div>
                Keep the hash of the last record elsewhere, and compare with it later:
                <div className={parts.pair}>
                  <code className={parts.mono}>{verdict.head}</code>
                  <CopyButton text={verdict.head} label="Copy hash" />
                </div>
              </div>
            )}
          </>
        )}
      </Loaded>
      <form
        className={parts.filters}
        onSubmit={(event) => {
          event.preventDefault();
          if (!bad) setAnchor(digits);
        }}
      >
        <TextInput
          size="xs"
          label="A hash that you kept"
          className={styles.grow}
          value={text}
          error={bad && '64 hexadecimal digits'}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button size="xs" variant="default" type="submit">
          Compare
        </Button>
      </form>
      <Command text={`sealgate audit-log verify${anchor ? ` --anchor ${anchor.slice(0, 8)}…` : ''}`} />
    </section>
  );
}
