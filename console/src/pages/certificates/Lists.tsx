import { Button, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { Dim, Empty, Loaded, Note, PageHead, ProblemView, State, When } from '../../parts/basics';
import { plural } from '../../parts/format';
import { WhereLink } from '../../parts/links';
import { type Column, Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { Import } from './Import';
import { certificateAddress } from './words';

type Crls = Schemas['Crls'];
type List = Crls['lists'][number];
type Source = Crls['sources'][number];

const key = ['certificates', 'lists'] as const;

function sentenceOf({ lists, sources }: Crls): string {
  const stale = lists.filter((one) => one.stale);
  const failing = sources.filter((one) => one.followed && one.failures > 0);
  if (lists.length === 0) return 'There is no revocation list: nobody can say whether a certificate was revoked.';
  const words = [
    stale.length ? `${plural(stale.length, 'list')} should have been followed by a newer one and clears nobody` : '',
    failing.length ? `${plural(failing.length, 'source')} cannot be asked` : '',
  ].filter(Boolean);
  return words.length ? `${words.join('; ')}.` : `${plural(lists.length, 'list')}, all of them current.`;
}

export default function Lists() {
  const query = useQuery({ queryKey: key, queryFn: () => ask(client.GET('/crls')) });
  const queries = useQueryClient();
  const may = useMay('certificates');
  const [removing, setRemoving] = useState<List>();
  const updating = useMutation({
    mutationFn: (sources?: string[]) => ask(client.POST('/crls/update', { body: sources ? { sources } : {} })),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const columns: Column<List>[] = [
    {
      title: 'Issuer',
      align: 'wide',
      cell: (one) => (
        <>
          <strong>{one.issuer}</strong>
          <div>
            <Dim>
              {one.delta && 'delta, '}
              {plural(one.revoked, 'revoked certificate')}
              {one.number && `, number ${one.number}`}
            </Dim>
          </div>
        </>
      ),
    },
    { title: 'Made', align: 'tight', cell: (one) => <When time={one.this_update} /> },
    {
      title: 'Next update',
      align: 'tight',
      cell: (one) =>
        one.stale ? (
          <State tone="bad" icon="warn">
            due <When time={one.next_update} />
          </State>
        ) : one.next_update ? (
          <State tone="good">
            <When time={one.next_update} />
          </State>
        ) : (
          <Dim>never said</Dim>
        ),
    },
    {
      title: 'Who needs it',
      align: 'wide',
      cell: (one) =>
        one.depends.length ? (
          <>
            {one.depends.slice(0, 4).map((each) => (
              <div key={each.thumbprint}>
                <Link to={certificateAddress(each.thumbprint)}>{each.name}</Link>{' '}
                {each.used_by[0] && (
                  <Dim>
                    (<WhereLink where={each.used_by[0]} />)
                  </Dim>
                )}
              </div>
            ))}
            {one.depends.length > 4 && <Dim>and {one.depends.length - 4} more</Dim>}
          </>
        ) : (
          <Dim>nobody here</Dim>
        ),
    },
    {
      title: 'From',
      align: 'wide',
      cell: (one) =>
        one.source ? (
          <>
            {one.source}
            <div>
              <Dim>
                fetched <When time={one.fetched} />
              </Dim>
            </div>
          </>
        ) : (
          <Dim>by hand</Dim>
        ),
    },
    {
      title: 'What to do',
      align: 'tight',
      cell: (one) =>
        may && (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={`Remove the list of ${one.issuer}`}
            onClick={() => setRemoving(one)}
          >
            Remove…
          </Button>
        ),
    },
  ];
  return (
    <Loaded query={query}>
      {(data) => (
        <>
          <PageHead
            title="Revocation lists"
            crumbs={[{ to: '/certificates', text: 'Certificates' }]}
            sentence={sentenceOf(data)}
          >
            {may && data.sources.some((one) => one.followed) && (
              <Button size="xs" loading={updating.isPending} onClick={() => updating.mutate(undefined)}>
                Update all now
              </Button>
            )}
          </PageHead>
          <div className={parts.stack}>
            {updating.error && <ProblemView problem={problemOf(updating.error)} />}
            {updating.data && <Updated updates={updating.data} />}
            {data.lists.length ? (
              <Table label="Revocation lists" rows={data.lists} id={(one) => one.sha256} columns={columns} />
            ) : (
              <Empty title="No revocation list">
                <p>
                  Name their addresses in the <Link to="/groups">group properties</Link>, or drop a list below. The
                  gateway also follows the distribution points of certificates that are in use.
                </p>
              </Empty>
            )}
            {may && <Import />}
            {data.sources.length > 0 && (
              <Table
                label="Sources of revocation lists"
                rows={data.sources}
                id={(one) => one.source}
                columns={sourceColumns(may ? (source) => updating.mutate([source]) : undefined)}
              />
            )}
          </div>
          {removing && <Remove list={removing} onClose={() => setRemoving(undefined)} />}
        </>
      )}
    </Loaded>
  );
}

function sourceColumns(ask?: (source: string) => void): Column<Source>[] {
  return [
    {
      title: 'Source',
      align: 'wide',
      cell: (one) => (
        <>
          {one.source}
          <div>
            <Dim>{one.configured ? 'of the group' : 'named by a certificate'}</Dim>
          </div>
        </>
      ),
    },
    {
      title: 'State',
      align: 'wide',
      cell: (one) =>
        one.failures ? (
          <>
            <State tone="bad" icon="warn">
              failed {plural(one.failures, 'time')}
            </State>
            <div>
              <Dim>{one.failure}</Dim>
            </div>
          </>
        ) : one.followed ? (
          <State tone="good">followed</State>
        ) : (
          <Dim>no longer followed</Dim>
        ),
    },
    { title: 'Fetched', align: 'tight', cell: (one) => <When time={one.fetched} /> },
    { title: 'Asked again', align: 'tight', cell: (one) => (one.next ? <When time={one.next} /> : <Dim>not by itself</Dim>) },
    {
      title: 'Now',
      align: 'tight',
      cell: (one) =>
        ask && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Update now from ${one.source}`}
            onClick={() => ask(one.source)}
          >
            Update now
          </Button>
        ),
    },
  ];
}

function Updated({ updates }: { updates: Schemas['CrlUpdates'] }) {
  const failed = updates.items.filter((one) => one.failure);
  return (
    <Note tone={failed.length ? 'amber' : 'calm'}>
      <strong>
        {plural(updates.items.length - failed.length, 'source')} answered
        {failed.length > 0 && `, ${failed.length} did not`}
        {updates.left > 0 && `; for ${updates.left} there was no time, the gateway asks them by itself`}
      </strong>
      {failed.map((one) => (
        <div key={one.source}>
          {one.source}: {one.failure?.what}. {one.failure?.remedy}
        </div>
      ))}
    </Note>
  );
}

function Remove({ list, onClose }: { list: List; onClose: () => void }) {
  const queries = useQueryClient();
  const removing = useMutation({
    mutationFn: () => ask(client.DELETE('/crls/{sha256}', { params: { path: { sha256: list.sha256 } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: key });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Remove the revocation list" size="lg">
      <div className={parts.stack}>
        <p>
          <strong>{list.issuer}</strong>
        </p>
        {list.depends.length ? (
          <Note tone="amber">
            {plural(list.depends.length, 'certificate')} here {list.depends.length === 1 ? 'is' : 'are'} cleared by it.
            Without it nobody can say whether {list.depends.length === 1 ? 'it was' : 'they were'} revoked: where the
            policy is “require”, messages are suspended.
          </Note>
        ) : (
          <p>No certificate in use needs it.</p>
        )}
        {removing.error && <ProblemView problem={problemOf(removing.error)} />}
        <div className={parts.actions} style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={removing.isPending} onClick={() => removing.mutate()}>
            Remove
          </Button>
        </div>
      </div>
    </Modal>
  );
}
