import { Button, Group, Tabs } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useBlocker, useParams } from 'react-router-dom';
import type { Tagged } from '../../api/client';
import { useMay } from '../../api/session';
import { Command, Dim, Loaded, Note, PageHead, PortState, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { type KindPath, labels } from '../../parts/links';
import styles from './artifacts.module.css';
import { HistoryTab } from '../history/HistoryTab';
import { type Draft } from './Form';
import { type Artifact, at, rebase, text, withAt } from './kinds';
import { PortStates } from './PortStates';
import { read } from './put';
import { Remove } from './Remove';
import { Review } from './Review';
import { pagesOf } from './pages';
import { ShowYaml } from './ShowYaml';
import { Yaml } from './Yaml';

export default function ArtifactPage({ kind }: { kind: KindPath }) {
  const { name = '' } = useParams();
  const query = useQuery({ queryKey: ['artifacts', kind, 'one', name], queryFn: () => read(kind, name) });
  return (
    <Loaded query={query}>
      {(stored) => <Pages key={`${kind}/${name}`} kind={kind} name={name} stored={stored} />}
    </Loaded>
  );
}

const same = (a: Artifact, b: Artifact) => JSON.stringify(a) === JSON.stringify(b);

/** The property pages of one artifact. What is edited is a draft until it was reviewed and applied. */
function Pages({ kind, name, stored }: { kind: KindPath; name: string; stored: Tagged<Artifact> }) {
  const may = useMay(kind === 'parties' || kind === 'agreements' ? 'partners' : 'configure');
  const operate = useMay('operate');
  const probes = useMay('certificates');
  const { get, set } = useFilters();
  const queries = useQueryClient();
  const [base, setBase] = useState(stored);
  const [artifact, setArtifact] = useState(stored.data);
  const [yaml, setYaml] = useState<string>();
  const [reviewing, setReviewing] = useState(false);
  const [applied, setApplied] = useState(false);
  const [removing, setRemoving] = useState(false);
  const dirty = yaml !== undefined || !same(artifact, base.data);
  const conflict = dirty && stored.etag !== base.etag;

  // Somebody else's change is taken over at once where nothing is being edited, and never under somebody's hands.
  useEffect(() => {
    if (dirty || stored.etag === base.etag) return;
    setBase(stored);
    setArtifact(stored.data);
  }, [stored, dirty, base.etag]);
  const leaving = useBlocker(
    ({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname,
  );

  const start = (to: Tagged<Artifact>) => {
    setBase(to);
    setArtifact(to.data);
    setYaml(undefined);
  };
  const draft: Draft = {
    artifact,
    readOnly: !may || yaml !== undefined,
    set: (path, value, keep) => {
      setApplied(false);
      setArtifact((before) => withAt(before, path, value, keep));
    },
  };
  const pages = pagesOf(kind);
  const tab =
    pages.some((one) => one.id === get('tab')) || ['yaml', 'history'].includes(get('tab'))
      ? get('tab')
      : (pages[0]?.id ?? 'yaml');
  const stateful = kind === 'send-ports' || kind === 'send-port-groups';
  const state = stateful ? text(stored.data.state) || 'started' : undefined;
  return (
    <>
      <PageHead
        title={name}
        crumbs={[{ to: `/${kind}`, text: labels[kind].many }]}
        state={
          state ? (
            <PortState state={state} />
          ) : kind === 'agreements' && stored.data.enabled === false ? (
            <State tone="plain">Disabled</State>
          ) : undefined
        }
        sentence={stored.data.description}
      >
        {stateful && operate && <PortStates kind={kind} names={[name]} now={state} />}
        {probes && kind === 'send-ports' && text(at(stored.data, ['settings', 'url'])).startsWith('https') && (
          <Button
            size="xs"
            variant="default"
            component={Link}
            to={`/tls-probe?port=${encodeURIComponent(name)}&ask=true`}
          >
            Probe its server
          </Button>
        )}
        {may && (
          <Button size="xs" variant="default" onClick={() => setRemoving(true)}>
            Delete…
          </Button>
        )}
      </PageHead>
      {conflict && (
        <div style={{ marginBottom: 16 }}>
          <Note tone="amber">
            <strong>Somebody changed it while you were editing.</strong> Your changes are not applied. Put them on top
            of what it is now and review the difference, or discard them.
            <Group gap="xs" mt="xs">
              <Button
                size="xs"
                onClick={() => {
                  setArtifact(rebase(base.data, artifact, stored.data));
                  setBase(stored);
                  setReviewing(true);
                }}
              >
                Put mine on top of it…
              </Button>
              <Button size="xs" variant="default" onClick={() => start(stored)}>
                Discard mine
              </Button>
            </Group>
          </Note>
        </div>
      )}
      <Tabs value={tab} onChange={(value) => set('tab', value)}>
        <Tabs.List mb="md">
          {pages.map((page) => (
            <Tabs.Tab key={page.id} value={page.id}>
              {page.title}
            </Tabs.Tab>
          ))}
          <Tabs.Tab value="yaml">YAML</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        {pages.map((page) => (
          <Tabs.Panel key={page.id} value={page.id}>
            {yaml !== undefined && <Note>The YAML page has changes: apply or discard them before you edit here.</Note>}
            {page.show({ draft, name, kind })}
          </Tabs.Panel>
        ))}
        <Tabs.Panel value="yaml">
          <Yaml
            kind={kind}
            name={name}
            etag={stored.etag}
            edited={yaml}
            readOnly={!may}
            blocked={!same(artifact, base.data)}
            onEdit={setYaml}
          />
        </Tabs.Panel>
        <Tabs.Panel value="history">{tab === 'history' && <HistoryTab kind={kind} name={name} />}</Tabs.Panel>
      </Tabs>
      {!may && <Dim>You may look at it, and not change it.</Dim>}
      {dirty && may && (
        <div className={styles.bar} role="region" aria-label="Changes">
          <span>
            {leaving.state === 'blocked' ? (
              <>
                <strong>You are leaving with changes that are not applied.</strong>{' '}
                <Button size="compact-xs" variant="default" onClick={() => leaving.proceed()}>
                  Leave and discard
                </Button>{' '}
                <Button size="compact-xs" variant="subtle" onClick={() => leaving.reset()}>
                  Stay
                </Button>
              </>
            ) : (
              'Changed, and not applied yet'
            )}
          </span>
          <Group gap="xs">
            {yaml === undefined && <ShowYaml artifact={artifact} />}
            <Button size="xs" variant="default" onClick={() => start(stored)}>
              Discard
            </Button>
            <Button size="xs" onClick={() => setReviewing(true)}>
              Review &amp; apply
            </Button>
          </Group>
        </div>
      )}
      {applied && !dirty && (
        <div className={styles.bar} role="status">
          <State tone="good">Applied; the gateway takes it up within half a second</State>
          <Command text={`sealgate get ${kind} ${JSON.stringify(name)} -o yaml`} />
        </div>
      )}
      {removing && <Remove kind={kind} name={name} etag={stored.etag} onClose={() => setRemoving(false)} />}
      {reviewing && (
        <Review
          kind={kind}
          name={name}
          etag={base.etag}
          content={yaml === undefined ? { artifact } : { yaml }}
          onClose={() => setReviewing(false)}
          onConflict={() => {
            setReviewing(false);
            void queries.invalidateQueries({ queryKey: ['artifacts', kind, 'one', name] });
          }}
          onApplied={() => {
            setReviewing(false);
            setApplied(true);
            setYaml(undefined);
            setBase({ ...base, data: artifact, etag: '' });
          }}
        />
      )}
    </>
  );
}
