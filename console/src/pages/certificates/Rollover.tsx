import { Button, NativeSelect, Stepper, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { CopyButton, Diff, Dim, Empty, Note, PageHead, ProblemView, Rows, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { day } from '../../parts/format';
import { PartyLink, WhereLink } from '../../parts/links';
import { save } from '../../parts/save';
import parts from '../../parts/parts.module.css';
import { Validity } from '../../parts/Validity';
import styles from './certificates.module.css';
import { digits, storeName } from './words';

type Certificate = Schemas['Certificate'];
type Plan = Schemas['Rollover'];
type Filters = ReturnType<typeof useFilters>;

/** Four steps; what was chosen is in the address, so that a colleague can look at the same plan. */
export default function Rollover() {
  const filters = useFilters();
  const chosen = { before: filters.get('before'), after: filters.get('after') };
  const furthest = chosen.before && chosen.after ? 3 : 0;
  const step = Math.min(Number(filters.get('step') || 0), furthest);
  const go = (to: number) => filters.set('step', to ? String(to) : null);
  return (
    <>
      <PageHead
        title="Rollover"
        crumbs={[{ to: '/certificates', text: 'Certificates' }]}
        sentence="From an old certificate to a new one, everywhere it is assigned: nothing changes before you have seen what will."
      />
      <Stepper
        active={step}
        onStepClick={go}
        size="sm"
        allowNextStepsSelect={false}
        classNames={{ step: styles.step, separator: styles.between }}
      >
        <Stepper.Step label="Certificates" description="Old and new">
          <Choose filters={filters} onNext={() => go(1)} />
        </Stepper.Step>
        <Stepper.Step label="When" description="Switch and overlap">
          <When filters={filters} onBack={() => go(0)} onNext={() => go(2)} />
        </Stepper.Step>
        <Stepper.Step label="Review" description="What changes, whom to tell">
          {step >= 2 && <Review filters={filters} onBack={() => go(1)} onDone={() => go(3)} />}
        </Stepper.Step>
        <Stepper.Step label="Done" description="Applied">
          <Empty title="Applied">
            <p>
              The gateway takes it up within a second, on every host instance. Tell your partners, if you have not; some
              days after the overlap the old certificate can be removed.
            </p>
          </Empty>
        </Stepper.Step>
      </Stepper>
    </>
  );
}

function Buttons({ onBack, children }: { onBack?: () => void; children: ReactNode }) {
  return (
    <div className={parts.actions} style={{ justifyContent: 'flex-end', marginTop: 16 }}>
      {onBack && (
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      )}
      {children}
    </div>
  );
}

const organisation = (one: Certificate): string => /(?:^|,)O=([^,]*)/.exec(one.subject)?.[1] ?? one.subject;
const accounts = (one: Certificate): string =>
  one.account && one.account !== 'default' ? `${storeName(one.store)} of ${one.account}` : storeName(one.store);

/** Those in Personal and Other People that fit `search`, at most a hundred. */
function useCandidates(search: string) {
  return useQuery({
    queryKey: ['certificates', 'rollover', search],
    queryFn: async () => {
      const hosts = await ask(client.GET('/artifacts/{kind}', { params: { path: { kind: 'hosts' }, query: { limit: 1000 } } }));
      const names = [...new Set(['default', ...hosts.items.map((one) => String((one as { account?: string }).account ?? 'default'))])];
      const pages = await Promise.all([
        ...names.map((account) =>
          ask(client.GET('/certificates', { params: { query: { store: 'Personal', account, search: search || undefined, limit: 100 } } })),
        ),
        ask(client.GET('/certificates', { params: { query: { store: 'OtherPeople', search: search || undefined, limit: 100 } } })),
      ]);
      return pages.flatMap((page) => page.items);
    },
    placeholderData: (before) => before,
  });
}

function Choose({ filters, onNext }: { filters: Filters; onNext: () => void }) {
  const [oldSearch, setOldSearch] = useState('');
  const [newSearch, setNewSearch] = useState('');
  const old = useCandidates(oldSearch);
  const fresh = useCandidates(newSearch);
  const before = filters.get('before');
  const after = filters.get('after');
  const chosen = old.data?.find((one) => digits(one.thumbprint).toLowerCase() === before.toLowerCase());
  const used = (old.data ?? [])
    .filter((one) => one.used_by.length > 0 || digits(one.thumbprint) === before)
    .sort((a, b) => (a.not_after < b.not_after ? -1 : 1));
  // Of the same organisation first.
  const kin = (one: Certificate) => Number(chosen !== undefined && organisation(one) === organisation(chosen));
  const possible = (fresh.data ?? [])
    .filter(
      (one) =>
        digits(one.thumbprint) !== before &&
        (!chosen || (one.store === chosen.store && one.account === chosen.account)) &&
        Date.parse(one.not_after) > Date.now(),
    )
    .sort((a, b) => kin(b) - kin(a) || (a.not_after > b.not_after ? -1 : 1));
  return (
    <>
      <div className={styles.columns}>
        <Choice
          title="The old one"
          name="before"
          search={oldSearch}
          onSearch={setOldSearch}
          rows={used}
          loading={!old.data}
          chosen={before}
          onChoose={(thumbprint) => filters.set('before', thumbprint)}
          nothing="Nothing that is in use is like this."
        />
        <Choice
          title="The new one"
          name="after"
          search={newSearch}
          onSearch={setNewSearch}
          rows={possible}
          loading={!fresh.data}
          chosen={after}
          onChoose={(thumbprint) => filters.set('after', thumbprint)}
          nothing="There is none in the same store: import it first, on the page Certificates."
        />
      </div>
      <Buttons>
        <Button disabled={!before || !after} onClick={onNext}>
          Next: when
        </Button>
      </Buttons>
    </>
  );
}

function Choice({
  title,
  name,
  search,
  onSearch,
  rows,
  loading,
  chosen,
  onChoose,
  nothing,
}: {
  title: string;
  name: string;
  search: string;
  onSearch: (text: string) => void;
  rows: Certificate[];
  loading: boolean;
  chosen: string;
  onChoose: (thumbprint: string) => void;
  nothing: string;
}) {
  return (
    <section className={parts.card}>
      <h2>{title}</h2>
      <TextInput
        size="xs"
        mb={8}
        label={`Search ${title.toLowerCase()}`}
        placeholder="Name, e-mail, thumbprint"
        value={search}
        onChange={(event) => onSearch(event.currentTarget.value)}
      />
      {loading ? (
        <Rows count={4} />
      ) : rows.length === 0 ? (
        <Dim>{nothing}</Dim>
      ) : (
        <ul className={styles.choices} tabIndex={0} aria-label={title}>
          {rows.map((one) => (
            <li key={`${one.store}${one.account ?? ''}${one.sha256}`}>
              <label>
                <input
                  type="radio"
                  name={name}
                  checked={digits(one.thumbprint).toLowerCase() === chosen.toLowerCase()}
                  onChange={() => onChoose(digits(one.thumbprint))}
                />
                <span>
                  <strong>{one.name}</strong> <Validity until={one.not_after} />
                  <br />
                  <Dim>
                    {accounts(one)}, {one.key}
                    {one.used_by.length > 0 && `; ${one.used_by.join('; ')}`}
                  </Dim>
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const overlaps = [
  ['0s', 'None'],
  ['7d', '7 days'],
  ['14d', '14 days'],
  ['30d', '30 days'],
  ['90d', '90 days'],
] as const;
/** "2027-01-01T00:00" of a field, in the time of the computer, as the API wants it. */
const asTime = (local: string): string | undefined => {
  const time = new Date(local);
  return local && !Number.isNaN(time.getTime()) ? `${time.toISOString().slice(0, 19)}Z` : undefined;
};

function When({ filters, onBack, onNext }: { filters: Filters; onBack: () => void; onNext: () => void }) {
  const from = filters.get('from');
  const past = from !== '' && new Date(from).getTime() < Date.now();
  return (
    <>
      <section className={parts.card}>
        <h2>When does the new one take over?</h2>
        <div className={styles.options}>
          <TextInput
            type="datetime-local"
            label="From"
            description="In the time of this computer; empty: at once"
            value={from}
            onChange={(event) => filters.set('from', event.currentTarget.value)}
          />
          <NativeSelect
            label="Overlap"
            description="How long both hold afterwards, where two can"
            value={filters.get('overlap') || '14d'}
            onChange={(event) => filters.set('overlap', event.currentTarget.value)}
            data={overlaps.map(([value, label]) => ({ value, label }))}
          />
        </div>
        {past && <Note tone="amber">This moment is over: the new one takes over at once.</Note>}
        <ul>
          <li>
            <strong>Signing</strong> changes at that moment; the old one stays until the overlap is over.
          </li>
          <li>
            <strong>Decryption and verification</strong> take both at once, as partners change when they like; the old
            one until the overlap is over.
          </li>
          <li>
            <strong>Encryption and listeners</strong> change at that moment, one at a time.
          </li>
          <li>
            <strong>Client certificates of send ports</strong> have no dates: they are exchanged if the moment has come,
            else named in the review.
          </li>
        </ul>
      </section>
      <Buttons onBack={onBack}>
        <Button onClick={onNext}>Next: review</Button>
      </Buttons>
    </>
  );
}

function Review({ filters, onBack, onDone }: { filters: Filters; onBack: () => void; onDone: () => void }) {
  const queries = useQueryClient();
  const configure = useMay('configure');
  const partners = useMay('partners');
  const from = asTime(filters.get('from'));
  const body = {
    before: filters.get('before'),
    after: filters.get('after'),
    overlap: filters.get('overlap') || '14d',
    ...(from ? { from } : {}),
  };
  const send = (dryRun: boolean) =>
    ask(client.POST('/certificates/rollover', { params: { query: { 'dry-run': dryRun } }, body }));
  const looking = useMutation({ mutationFn: () => send(true) });
  const applying = useMutation({
    mutationFn: () => send(false),
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries();
    },
  });
  const look = looking.mutate;
  useEffect(() => look(), [look]);
  if (!looking.data)
    return looking.error ? (
      <>
        <ProblemView problem={problemOf(looking.error)} onAgain={() => look()} />
        <Buttons onBack={onBack}>{null}</Buttons>
      </>
    ) : (
      <Rows />
    );
  const plan = looking.data;
  return (
    <div className={parts.stack}>
      <Steps plan={plan} />
      <Notices plan={plan} />
      <section className={parts.card}>
        <h2>The change of the configuration</h2>
        {plan.applied.warnings.map((warning) => (
          <div key={warning}>
            <State tone="warn">{warning}</State>
          </div>
        ))}
        {plan.applied.changes.length === 0 && <Dim>Nothing changes now.</Dim>}
        {plan.applied.changes.map((change) => (
          <div key={`${change.kind}${change.name}`}>
            <p>
              <WhereLink where={`${change.kind} ${change.name}`} />
            </p>
            <Diff text={change.diff} />
          </div>
        ))}
      </section>
      {applying.error && <ProblemView problem={problemOf(applying.error)} />}
      <Buttons onBack={onBack}>
        <Button
          loading={applying.isPending}
          disabled={!(configure || partners) || plan.applied.changes.length === 0}
          onClick={() => applying.mutate()}
        >
          Apply
        </Button>
      </Buttons>
    </div>
  );
}

function Steps({ plan }: { plan: Plan }) {
  return (
    <section className={parts.card}>
      <h2>
        {plan.before.name} → {plan.after.name}
      </h2>
      <p>
        <Dim>
          The old one ends {day(plan.before.not_after)}, the new one is valid from {day(plan.after.not_before)} to{' '}
          {day(plan.after.not_after)}.
        </Dim>
      </p>
      <ul className={styles.usages}>
        {plan.steps.map((one) => (
          <li key={one.where}>
            <State tone={one.changed ? 'good' : 'warn'}>{one.changed ? 'Changes' : 'By hand'}</State>{' '}
            <WhereLink where={one.where} />
            <div>
              <Dim>{one.what}</Dim>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Notices({ plan }: { plan: Plan }) {
  const pem = () => save(new Blob([plan.pem], { type: 'application/x-pem-file' }), `${plan.after.name}.pem`);
  return (
    <section className={parts.card}>
      <h2>Tell your partners</h2>
      {plan.notices.length === 0 ? (
        <Dim>Nobody has to be told.</Dim>
      ) : (
        <>
          <Button size="compact-sm" variant="default" onClick={pem}>
            Save the new certificate, to attach it
          </Button>
          {plan.notices.map((notice) => (
            <div key={notice.party} style={{ marginTop: 12 }}>
              {notice.party ? <PartyLink name={notice.party} /> : 'Whoever it may concern'}{' '}
              <CopyButton text={notice.text} label={`Copy the text for ${notice.party || 'your partners'}`} />
              <pre className={styles.notice} tabIndex={0} aria-label={`Text for ${notice.party || 'your partners'}`}>
                {notice.text}
              </pre>
            </div>
          ))}
        </>
      )}
    </section>
  );
}
