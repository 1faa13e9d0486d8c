import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { useMay } from '../../api/session';
import { capital, Command, Dim, Empty, PageHead, ProblemView, Rows, State, type Tone } from '../../parts/basics';
import { validity } from '../../parts/format';
import { Thumbprint } from '../../parts/links';
import { Named } from '../artifacts/controls';
import parts from '../../parts/parts.module.css';
import styles from './probe.module.css';

type Report = Schemas['ProbeReport'];

export default function Probe() {
  const [params, setParams] = useSearchParams();
  const get = (word: string) => params.get(word) ?? '';
  const may = useMay('certificates');
  const [by, setBy] = useState(get('port') ? 'port' : 'url');
  const [url, setUrl] = useState(get('url'));
  const [port, setPort] = useState(get('port'));
  const [name, setName] = useState(get('server-name'));
  const [online, setOnline] = useState(false);
  const [ciphers, setCiphers] = useState(true);
  const target = by === 'url' ? url.trim() : port.trim();
  const probing = useMutation({
    mutationFn: () =>
      ask(
        client.POST('/tls-probe', {
          params: {
            query: {
              ...(by === 'url' ? { url: target.includes('://') ? target : `https://${target}` } : { port: target }),
              ...(name.trim() ? { 'server-name': name.trim() } : {}),
              online,
              ciphers,
            },
          },
        }),
      ),
  });
  // A link that names a port or an address is a question already.
  const asked = useRef(false);
  const probe = probing.mutate;
  useEffect(() => {
    if (asked.current || !may || params.get('ask') !== 'true' || !target) return;
    asked.current = true;
    probe();
  }, [params, may, probe, target]);
  const report = probing.data;
  return (
    <>
      <PageHead
        title="TLS probe"
        sentence={
          report
            ? report.verdict.good
              ? `${report.host} is in order: a send port gets through.`
              : `${capital(report.verdict.what)}.`
            : "Looks at a partner's server as a send port would, and tells what stands in the way. No login is sent."
        }
      />
      {!may ? (
        <Empty title="Administrators and security officers may do this">
          <p>On the computer of the gateway, by the command:</p>
          <Command text="sealgate tls probe https://partner.example/orders" />
        </Empty>
      ) : (
        <div className={parts.stack}>
          <form
            className={parts.card}
            onSubmit={(event) => {
              event.preventDefault();
              setParams({ [by]: target, ...(name.trim() ? { 'server-name': name.trim() } : {}) }, { replace: true });
              probing.mutate();
            }}
          >
            <div className={styles.form}>
              <SegmentedControl
                size="xs"
                aria-label="What to look at"
                value={by}
                onChange={setBy}
                data={[
                  { value: 'url', label: 'An address' },
                  { value: 'port', label: 'A send port' },
                ]}
              />
              {by === 'url' ? (
                <TextInput
                  size="sm"
                  label="Address"
                  placeholder="https://partner.example/orders"
                  value={url}
                  onChange={(event) => setUrl(event.currentTarget.value)}
                />
              ) : (
                <Named
                  kind="send-ports"
                  label="Send port"
                  description="With its address, trust, client certificate and proxy"
                  value={port}
                  onChange={setPort}
                />
              )}
              <TextInput
                size="sm"
                label="Another server name"
                placeholder="that of the address"
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
            </div>
            <div className={styles.more}>
              <Checkbox
                size="xs"
                label="Ask responders, lists and issuers that the certificates name"
                checked={online}
                onChange={(event) => setOnline(event.currentTarget.checked)}
              />
              <Checkbox
                size="xs"
                label="Try every version and cipher"
                checked={ciphers}
                onChange={(event) => setCiphers(event.currentTarget.checked)}
              />
              <Button type="submit" loading={probing.isPending} disabled={!target}>
                Look
              </Button>
            </div>
          </form>
          {probing.isPending && <Rows count={5} />}
          {probing.error && <ProblemView problem={problemOf(probing.error)} />}
          {report && !probing.isPending && <Story report={report} />}
        </div>
      )}
    </>
  );
}

interface Step {
  title: string;
  tone: Tone;
  word: string;
  body: ReactNode;
}

function Story({ report }: { report: Report }) {
  return (
    <>
      <ol className={styles.story} aria-label="What was seen, step by step">
        {steps(report).map((step) => (
          <li key={step.title} className={styles[step.tone]}>
            <h2>
              {step.title} <State tone={step.tone}>{step.word}</State>
            </h2>
            {step.body}
          </li>
        ))}
      </ol>
      <section className={`${parts.card} ${styles.verdict}`}>
        <h2>{report.verdict.good ? 'Verdict: good' : 'Verdict'}</h2>
        <p>
          <State tone={report.verdict.good ? 'good' : 'bad'} icon={report.verdict.good ? 'good' : 'warn'}>
            {capital(report.verdict.what)}
          </State>
        </p>
        {report.verdict.remedy && <p>{capital(report.verdict.remedy)}</p>}
        {report.findings.length > 0 && (
          <ul>
            {report.findings.map((one) => (
              <li key={`${one.code}${one.where}`}>
                <State tone={one.severity === 'error' ? 'bad' : one.severity === 'warning' ? 'warn' : 'plain'} icon="warn">
                  {one.severity}
                </State>{' '}
                {capital(one.what)}
                <div>
                  <Dim>
                    {one.where} · {one.remedy} · <code>{one.code}</code>
                  </Dim>
                </div>
              </li>
            ))}
          </ul>
        )}
        {report.notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </section>
    </>
  );
}

function steps(report: Report): Step[] {
  const connected = report.addresses.some((one) => one.connected);
  const { tls, chain, revocation } = report;
  const all: Step[] = [
    {
      title: 'Reached',
      tone: connected ? (report.addresses.every((one) => one.connected) ? 'good' : 'warn') : 'bad',
      word: connected ? 'a connection is taken' : 'nobody answers',
      body: (
        <ul>
          {report.addresses.map((one) => (
            <li key={one.address}>
              <span className={parts.mono}>{one.address}</span>{' '}
              <Dim>{one.connected ? `in ${one.milliseconds} ms` : one.failure}</Dim>
            </li>
          ))}
          {report.addresses.length === 0 && <li>{capital(report.verdict.what)}</li>}
        </ul>
      ),
    },
  ];
  if (tls)
    all.push({
      title: 'Handshake',
      tone: tls.done ? 'good' : 'bad',
      word: tls.done ? tls.version : tls.reason || 'it fails',
      body: (
        <>
          {tls.cipher && (
            <p>
              {tls.cipher}
              {tls.group && `, ${tls.group}`}
              {tls.alpn && `, ${tls.alpn}`}
            </p>
          )}
          {tls.versions.map((one) => (
            <div key={one.version}>
              {one.version}:{' '}
              {one.accepted ? (
                one.ciphers.map((cipher, index) => (
                  <span key={cipher.name} className={cipher.weak ? styles.weak : undefined}>
                    {index > 0 && ', '}
                    {cipher.name}
                    {cipher.weak && ' (weak)'}
                  </span>
                ))
              ) : (
                <Dim>not accepted</Dim>
              )}
              {!one.complete && <Dim> … not all were tried</Dim>}
            </div>
          ))}
        </>
      ),
    });
  if (chain.path.length) {
    const faults = chain.path.some((one) => one.faults.length > 0);
    all.push({
      title: 'Chain',
      tone: chain.trusted && !faults ? 'good' : 'bad',
      word: chain.trusted ? (faults ? 'something is wrong' : 'to a trusted root') : 'no trusted root',
      body: (
        <ol className={styles.chain}>
          {[...chain.path].reverse().map((one, level) => (
            <li key={one.thumbprint} style={{ marginLeft: level * 18 }}>
              <strong>{one.subject}</strong> <Dim>{one.trusted ? 'trusted' : one.sent ? 'sent' : 'not sent'}</Dim>
              <div>
                <Dim>
                  {one.key}, {one.signature}, {validity(one.not_after)}
                </Dim>
              </div>
              {one.faults.map((fault) => (
                <div key={fault} className={styles.weak}>
                  {fault}
                </div>
              ))}
            </li>
          ))}
        </ol>
      ),
    });
    all.push({
      title: 'Names',
      tone: chain.name_fits ? 'good' : 'bad',
      word: chain.name_fits ? `it bears ${report.host}` : `it does not bear ${report.host}`,
      body: <p>{chain.names.join(', ') || <Dim>none at all</Dim>}</p>,
    });
    const tone: Tone = revocation.status === 'good' ? 'good' : revocation.status === 'revoked' ? 'bad' : 'warn';
    all.push({
      title: 'Revocation',
      tone,
      word: revocation.status === 'good' ? 'not revoked' : revocation.status || 'not asked',
      body: (
        <p>
          <Dim>
            {revocation.source && `says the ${revocation.source}. `}
            {revocation.text}
            {revocation.stapled ? ` Stapled answer: ${revocation.staple}` : ' No stapled answer.'}
          </Dim>
        </p>
      ),
    });
  }
  if (tls) all.push(clientStep(report));
  if (report.http)
    all.push({
      title: 'HTTP',
      tone: report.http.status ? 'good' : 'warn',
      word: report.http.status ? `status ${report.http.status}` : 'no answer',
      body: (
        <p>
          <Dim>
            {[report.http.server, report.http.authentication.join(', '), report.http.failure].filter(Boolean).join(' · ') ||
              'no login is asked for'}
          </Dim>
        </p>
      ),
    });
  return all;
}

function clientStep({ client_certificate: client }: Report): Step {
  const fits = client.ours.some((one) => one.fits);
  return {
    title: 'Client certificate',
    tone: client.demanded && !client.shown ? 'bad' : 'good',
    word: client.demanded ? 'demanded' : client.asked ? 'asked for' : 'not asked for',
    body: client.asked ? (
      <>
        <p>
          <Dim>
            Of {client.authorities.join(', ') || 'any authority'}.{' '}
            {client.shown ? 'That of the send port was shown.' : fits ? 'One of ours would do:' : 'None of ours would do:'}
          </Dim>
        </p>
        <ul>
          {client.ours.map((one) => (
            <li key={`${one.account}${one.thumbprint}`}>
              {one.subject} <Thumbprint value={one.thumbprint} short />{' '}
              <State tone={one.fits ? 'good' : 'plain'} icon={one.fits ? 'good' : 'bad'}>
                {one.fits ? 'fits' : one.obstacle}
              </State>
            </li>
          ))}
        </ul>
      </>
    ) : null,
  };
}

