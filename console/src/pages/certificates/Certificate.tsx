import { Button, Checkbox, Group, Menu, Modal, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { capital, CopyButton, Dim, Empty, Facts, Loaded, Note, PageHead, ProblemView, State } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { absolute, grouped, relative } from '../../parts/format';
import { WhereLink } from '../../parts/links';
import parts from '../../parts/parts.module.css';
import { Validity } from '../../parts/Validity';
import styles from './certificates.module.css';
import { ChainTree } from './Chain';
import { ExportKey } from './ExportKey';
import { digits, stores } from './words';

type Details = Schemas['CertificateDetails'];
type Store = Schemas['StoreName'];

export default function Certificate() {
  const { thumbprint = '' } = useParams();
  const { get } = useFilters();
  const account = get('account') || undefined;
  const query = useQuery({
    queryKey: ['certificates', 'one', thumbprint, account],
    queryFn: () =>
      ask(client.GET('/certificates/{thumbprint}', { params: { path: { thumbprint }, query: { account } } })),
  });
  if (query.error && problemOf(query.error).status === 404)
    return (
      <Empty title="No store has this certificate">
        <p className={parts.mono}>{grouped(thumbprint)}</p>
        <p>
          It may have been used before and removed since: see{' '}
          <Link to={`/tracking?certificate=${encodeURIComponent(thumbprint)}`}>what it was used for</Link>.
        </p>
      </Empty>
    );
  return <Loaded query={query}>{(details) => <Page thumbprint={thumbprint} account={account} details={details} />}</Loaded>;
}

const Mono = ({ value, label }: { value: string; label: string }) => (
  <span className={parts.mono}>
    {grouped(value.replace(/ /g, ''))} <CopyButton text={value} label={`Copy ${label}`} />
  </span>
);

function Page({ thumbprint, account, details }: { thumbprint: string; account?: string; details: Details }) {
  const good = /^(good|ok|valid)/i.test(details.chain.status);
  const expired = Date.parse(details.not_after) < Date.now();
  const [removing, setRemoving] = useState(false);
  const [exporting, setExporting] = useState(false);
  const may = useMay('certificates');
  const mayConfigure = useMay('configure');
  const mayPartners = useMay('partners');
  const own = details.stores.some((one) => one.store === 'Personal' && one.private_key === 'yes');
  const file = `/api/v1/certificates/${encodeURIComponent(thumbprint)}/export`;
  return (
    <>
      <PageHead
        title={details.name || details.subject}
        crumbs={[{ to: '/certificates', text: 'Certificates' }]}
        state={<Validity until={details.not_after} />}
        sentence={
          expired
            ? `It expired ${relative(details.not_after)}${details.used_by.length ? `; ${details.used_by.length} still ${details.used_by.length === 1 ? 'names' : 'name'} it` : ' and nobody uses it'}.`
            : good
              ? `It is good until ${absolute(details.not_after)}.`
              : `${capital(details.chain.reason)}.`
        }
      >
        <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <Button size="xs" variant="default">
              Export
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item component="a" download href={`${file}?format=pem`}>
              Certificate (PEM)
            </Menu.Item>
            <Menu.Item component="a" download href={`${file}?format=der`}>
              Certificate (DER)
            </Menu.Item>
            <Menu.Item component="a" download href={`${file}?format=p7b&chain=true`}>
              With its authorities (PKCS#7)
            </Menu.Item>
            {own && may && (
              <Menu.Item onClick={() => setExporting(true)}>With its private key (PKCS#12)…</Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
        {details.used_by.length > 0 && (mayConfigure || mayPartners) && (
          <Button size="xs" variant="default" component={Link} to={`/certificates/rollover?before=${digits(details.thumbprint)}`}>
            Plan rollover…
          </Button>
        )}
        {may && (
          <Button size="xs" variant="default" onClick={() => setRemoving(true)}>
            Remove…
          </Button>
        )}
      </PageHead>
      <div className={parts.stack}>
        {!good && (
          <Note tone="amber">
            <strong>{capital(details.chain.reason || details.chain.status)}</strong>
            {details.chain.remedy && <div>{capital(details.chain.remedy)}</div>}
          </Note>
        )}
        <div className={styles.columns}>
          <section className={parts.card}>
            <h2>Used by</h2>
            {details.used_by.length ? (
              <ul className={styles.usages}>
                {details.used_by.map((where) => (
                  <li key={where}>
                    <WhereLink where={where} />
                  </li>
                ))}
              </ul>
            ) : (
              <Dim>Nobody</Dim>
            )}
            <p>
              <Link to={`/tracking?certificate=${encodeURIComponent(thumbprint)}`}>Messages it was used for</Link>
            </p>
          </section>
          <section className={parts.card}>
            <h2>Chain</h2>
            <ChainTree chain={details.chain} own={details.thumbprint} />
          </section>
          <section className={parts.card}>
            <h2>May be used to</h2>
            <ul className={styles.usages}>
              {Object.entries(details.usages).map(([usage, judged]) => (
                <li key={usage}>
                  <State tone={judged === 'ok' ? 'good' : 'plain'} icon={judged === 'ok' ? 'good' : 'bad'}>
                    {usage}
                  </State>
                  {judged !== 'ok' && <Dim>: {judged}</Dim>}
                </li>
              ))}
            </ul>
          </section>
          <section className={parts.card}>
            <h2>Stores</h2>
            <Facts
              rows={details.stores.map((one): [string, React.ReactNode] => [
                stores[one.store],
                `private key: ${one.private_key}${one.friendly_name ? `, “${one.friendly_name}”` : ''}${one.warnings.length ? `; ${one.warnings.join('; ')}` : ''}`,
              ])}
            />
          </section>
        </div>
        <section className={parts.card}>
          <h2>Details</h2>
          <Facts
            rows={[
              ['Subject', details.subject],
              ['Issuer', details.issuer],
              [
                'Serial number',
                <span key="serial" className={parts.mono}>
                  {details.serial}
                </span>,
              ],
              ['Thumbprint (SHA-1)', <Mono key="1" value={details.thumbprint} label="thumbprint" />],
              ['Thumbprint (SHA-256)', <Mono key="256" value={details.sha256} label="SHA-256 thumbprint" />],
              ['Valid from', absolute(details.not_before)],
              ['Valid until', absolute(details.not_after)],
              ['Key', details.key],
              ['Signature', details.signature],
              ['Key usage', details.key_usage?.join(', ')],
              ['Extended key usage', details.extended_key_usage?.join(', ')],
              ['Authority', details.ca ? 'yes' : undefined],
              ['E-mail', details.email?.join(', ')],
              ['DNS names', details.dns?.join(', ')],
              ['Revocation lists', details.crl_urls?.join(', ')],
            ]}
          />
        </section>
      </div>
      {exporting && (
        <ExportKey thumbprint={thumbprint} name={details.name ?? ''} account={account} onClose={() => setExporting(false)} />
      )}
      {removing && <Remove thumbprint={thumbprint} details={details} onClose={() => setRemoving(false)} />}
    </>
  );
}

function Remove({ thumbprint, details, onClose }: { thumbprint: string; details: Details; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [store, setStore] = useState<Store>(details.stores[0]?.store ?? 'OtherPeople');
  const [withKey, setWithKey] = useState(false);
  const used = details.used_by.length > 0 && (store === 'Personal' || store === 'OtherPeople');
  const key = details.stores.some((one) => one.store === store && one.private_key === 'yes');
  const removing = useMutation({
    mutationFn: () =>
      ask(
        client.DELETE('/certificates/{thumbprint}', {
          params: { path: { thumbprint }, query: { store, 'with-key': withKey || undefined } },
        }),
      ),
    onSuccess: async () => {
      navigate('/certificates');
      await queries.invalidateQueries({ queryKey: ['certificates'] });
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Remove ${details.name || 'certificate'}`} size="lg">
      <div className={parts.stack}>
        {details.stores.length > 1 && (
          <NativeSelect
            size="xs"
            label="From the store"
            value={store}
            onChange={(event) => setStore(event.currentTarget.value as Store)}
            data={details.stores.map((one) => ({ value: one.store, label: stores[one.store] }))}
          />
        )}
        {used ? (
          <Note tone="amber">
            <strong>It is in use; assign another one in its place first:</strong>
            {details.used_by.map((where) => (
              <div key={where}>
                <WhereLink where={where} />
              </div>
            ))}
            <div>
              <Link to={`/certificates/rollover?before=${digits(details.thumbprint)}`}>Plan a rollover</Link> to a new one.
            </div>
          </Note>
        ) : (
          <p>Nobody uses it.</p>
        )}
        {key && (
          <Checkbox
            size="xs"
            label="Remove its private key as well; what was encrypted to it can then never be opened"
            checked={withKey}
            onChange={(event) => setWithKey(event.currentTarget.checked)}
          />
        )}
        {removing.error && <ProblemView problem={problemOf(removing.error)} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={removing.isPending} disabled={used || (key && !withKey)} onClick={() => removing.mutate()}>
            Remove from {stores[store]}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
