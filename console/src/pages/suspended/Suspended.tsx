import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { capital, Command, Empty, Loaded, PageHead, When } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { number, plural } from '../../parts/format';
import { Icon } from '../../parts/icons';
import { artifactAddress, MessageLink, PartyLink } from '../../parts/links';
import { Bulk, type BulkWish } from './Bulk';
import styles from './suspended.module.css';
import { WorkTable } from '../messages/WorkTable';

type Group = Schemas['SuspendedGroups']['groups'][number];

/** What is suspended, by reason, with the remedy at the head of each. */
export function Suspended() {
  const query = useQuery({
    queryKey: ['suspended'],
    queryFn: () => ask(client.GET('/suspended')),
    refetchInterval: 10_000,
  });
  const { get, set } = useFilters();
  const [wish, setWish] = useState<BulkWish>();
  const code = get('code');
  return (
    <Loaded query={query}>
      {(suspended) => {
        const shown = suspended.groups.filter((one) => !code || one.code === code);
        return (
          <>
            <PageHead title="Suspended" sentence={capital(suspended.sentence)}>
              {code && (
                <Button size="xs" variant="default" onClick={() => set('code', null)}>
                  Show all {suspended.groups.length} reasons
                </Button>
              )}
            </PageHead>
            {suspended.total === 0 && (
              <Empty title="Nothing is suspended">
                <p>
                  What a person has to look at appears here, with what to do about it. The same on the command line:
                </p>
                <Command text="sealgate message list --state suspended" />
              </Empty>
            )}
            {suspended.total > 0 && shown.length === 0 && (
              <Empty title="Nothing is suspended for this reason any more">
                <p>
                  Look at <Link to="/suspended">what else is suspended</Link>.
                </p>
              </Empty>
            )}
            {shown.map((group) => (
              <GroupCard
                key={group.code}
                group={group}
                open={code === group.code}
                onOpen={(open) => set('code', open ? group.code : null)}
                onWish={setWish}
              />
            ))}
            {!suspended.complete && <p>Only the first 100,000 were counted; there are more.</p>}
            {wish && <Bulk wish={wish} onClose={() => setWish(undefined)} />}
          </>
        );
      }}
    </Loaded>
  );
}

/** Where the remedy begins, when it is at one port. */
function Start({ group }: { group: Group }) {
  const port = group.ports.length === 1 ? group.ports[0]?.name : undefined;
  if (!port) return null;
  const kind = group.parties.length === 0 && /party|decrypt/.test(group.code) ? 'receive-ports' : 'send-ports';
  if (kind === 'receive-ports') return <Link to="/parties">Open the parties</Link>;
  return /certificate/.test(group.code) ? (
    <Link to={artifactAddress(kind, port, 'certificate')}>Open the certificate page of {port}</Link>
  ) : /stopped|not-started/.test(group.code) ? (
    <Link to={artifactAddress(kind, port)}>Open {port}</Link>
  ) : null;
}

function GroupCard({
  group,
  open,
  onOpen,
  onWish,
}: {
  group: Group;
  open: boolean;
  onOpen: (open: boolean) => void;
  onWish: (wish: BulkWish) => void;
}) {
  const operate = useMay('operate');
  return (
    <section className={styles.group} aria-label={group.code}>
      <div className={styles.head}>
        <div className={styles.count}>{number(group.count)}</div>
        <div>
          <h2>{capital(group.text)}</h2>
          <div className={styles.remedy}>
            <Icon name="right" size={14} />
            <span>
              {capital(group.remedy)} <Start group={group} />
            </span>
          </div>
          <div className={styles.facts}>
            <code>{group.code}</code>
            {group.ports.map((port) => (
              <span key={port.name}>
                <Link to={`/messages?state=suspended&port=${encodeURIComponent(port.name)}`}>{port.name}</Link>{' '}
                {port.count < group.count && number(port.count)}
              </span>
            ))}
            {group.parties.map((party) => (
              <span key={party.name}>
                <PartyLink name={party.name} /> {party.count < group.count && number(party.count)}
              </span>
            ))}
            <span>
              since <When time={group.oldest} />, last <When time={group.newest} />
            </span>
            <span>
              newest <MessageLink id={group.example} />
            </span>
          </div>
        </div>
        <div className={styles.actions}>
          {operate && group.resumable > 0 && (
            <Button
              size="xs"
              onClick={() => onWish({ action: 'resume', filter: { code: group.code }, what: group.code })}
            >
              Resume {plural(group.resumable, 'message')}…
            </Button>
          )}
          {operate && (
            <Button
              size="xs"
              variant="default"
              onClick={() => onWish({ action: 'terminate', filter: { code: group.code }, what: group.code })}
            >
              Terminate…
            </Button>
          )}
          <Button size="xs" variant="subtle" aria-expanded={open} onClick={() => onOpen(!open)}>
            {open ? 'Hide messages' : 'Show messages'}
          </Button>
        </div>
      </div>
      {open && (
        <div className={styles.rows}>
          <WorkTable
            query={{ state: 'suspended' }}
            keep={(one) => one.failure?.code === group.code}
            choose
            reason={false}
          />
        </div>
      )}
    </section>
  );
}
