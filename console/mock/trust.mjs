// What the made-up group does with certificates, revocation lists and servers of partners.
import { ago, ahead, grouped, hex, random } from './time.mjs';

const next = random(7);

/** A path of a certificate, as the description has it. */
export function chainOf(path, expired) {
  const status = expired ? 'chain:expired' : 'ok';
  return {
    status,
    reason: expired ? `the certificate "${path[0].name}" expired yesterday` : '',
    remedy: expired ? "import the partner's new certificate and assign it" : '',
    revocation: expired ? 'not judged: the path itself is not in order' : 'checked against the list of its issuer',
    path: path.map((one, depth) => {
      const root = one.store === 'TrustedRoots';
      return {
        thumbprint: one.thumbprint,
        subject: one.subject,
        name: one.name,
        not_before: one.not_before,
        not_after: one.not_after,
        key: one.key,
        store: depth ? one.store : '',
        faults: expired && depth === 0 ? [`expired on ${one.not_after.slice(0, 10)}`] : [],
        revocation: root ? '' : depth ? 'unknown' : 'good',
        revocation_text: root ? '' : depth ? 'no list of its issuer is there' : 'list of CN=Example B2B Authority',
        list_made: root || depth ? null : ago('2h'),
        list_until: root || depth ? null : ahead('5d'),
      };
    }),
  };
}

const lists = () => [
  {
    issuer: 'CN=Example B2B Authority,O=Example',
    number: '1A4',
    delta: false,
    revoked: 312,
    this_update: ago('2h'),
    age_seconds: 7200,
    next_update: ahead('5d'),
    stale: false,
    sha256: hex(next, 64).toUpperCase(),
    fetched: ago('1h'),
    source: 'http://crl.authority.example/list.crl',
    depends: [
      { thumbprint: grouped(hex(next, 40)), name: 'fabrikam-encrypt-2026', used_by: ['SendPort Orders to Fabrikam, encryption_certificates'] },
      { thumbprint: grouped(hex(next, 40)), name: 'fabrikam signing', used_by: ['Party Fabrikam, verification_certificates'] },
    ],
  },
  {
    issuer: 'CN=Northwind <b>Authority</b>,O=Northwind',
    number: '',
    delta: false,
    revoked: 0,
    this_update: ago('40d'),
    age_seconds: 40 * 86400,
    next_update: ago('10d'),
    stale: true,
    sha256: hex(next, 64).toUpperCase(),
    fetched: null,
    source: null,
    depends: [],
  },
];
const sources = [
  { source: 'http://crl.authority.example/list.crl', configured: true, followed: true, asked: ago('1h'), fetched: ago('1h'), next: ahead('4d'), failures: 0, failure: '', failure_code: '', lists: 1 },
  { source: 'http://pki.northwind.example/ca.crl', configured: false, followed: true, asked: ago('20m'), fetched: ago('40d'), next: ahead('1h'), failures: 9, failure: 'the name cannot be resolved', failure_code: 'net.unknown-host', lists: 0 },
];

let crls = lists();
export const resetTrust = () => (crls = lists());

function probed(url) {
  const good = !/expired/.test(url);
  const host = new URL(url).hostname;
  const link = (subject, more) => ({
    subject,
    issuer: 'CN=Public Authority,O=Example',
    thumbprint: hex(next, 40),
    sha256: hex(next, 64),
    not_before: ago('100d'),
    not_after: ahead('200d'),
    days_left: 200,
    key: 'RSA 3072',
    signature: 'sha256WithRSAEncryption',
    sent: true,
    trusted: false,
    faults: [],
    ...more,
  });
  const finding = { severity: 'error', code: 'probe.expired', what: `the certificate of ${host} expired on 2026-10-01`, where: `${host} port 443`, remedy: 'ask the partner to renew it', at: null };
  const version = (name, accepted, ciphers) => ({ version: name, accepted, ciphers: ciphers.map((one) => ({ name: one, weak: /CBC/.test(one) })), complete: true, reason: accepted ? '' : 'protocol version' });
  return {
    url,
    host,
    port: '443',
    time: new Date().toISOString(),
    verdict: good
      ? { good: true, code: 'probe.good', what: 'a send port gets through', remedy: '' }
      : { good: false, code: finding.code, what: finding.what, remedy: finding.remedy },
    addresses: [
      { address: '203.0.113.7', connected: true, milliseconds: 23, failure: null },
      { address: '2001:db8::7', connected: false, milliseconds: 5000, failure: 'no answer to the attempt to connect' },
    ],
    tls: {
      done: true,
      reason: '',
      version: 'TLS 1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      group: 'x25519',
      alpn: 'http/1.1',
      versions: [
        version('TLS 1.0', false, []),
        version('TLS 1.1', false, []),
        version('TLS 1.2', true, ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_RSA_WITH_AES_128_CBC_SHA']),
        version('TLS 1.3', true, ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']),
      ],
    },
    chain: {
      sent: 2,
      trusted: true,
      path: [
        link(`CN=${host}`, good ? {} : { not_after: ago('50d'), days_left: -50, faults: ['probe.expired: it expired on 2026-10-01'] }),
        link('CN=Public Authority,O=Example', { issuer: 'CN=Public Root,O=Example' }),
        link('CN=Public Root,O=Example', { issuer: 'CN=Public Root,O=Example', sent: false, trusted: true }),
      ],
      not_needed: [],
      names: [host, `www.${host}`],
      name_fits: true,
    },
    revocation: { stapled: true, staple: 'good until tomorrow', status: good ? 'good' : '', source: good ? 'OCSP of CN=Public Authority' : '', text: '' },
    client_certificate: {
      asked: true,
      demanded: false,
      shown: false,
      authorities: ['CN=Partners of Fabrikam'],
      ours: [{ account: 'default', subject: 'CN=contoso-prod sign 2026', thumbprint: hex(next, 40), fits: false, obstacle: 'its issuer is none of those that the server names' }],
    },
    http: { status: 401, server: 'nginx', authentication: ['Basic realm="orders"'], failure: '' },
    findings: [
      ...(good ? [] : [finding]),
      { severity: 'warning', code: 'probe.address-fails', what: 'no answer to the attempt to connect', where: '2001:db8::7 port 443', remedy: 'one of several addresses: some attempts to send will be slow or fail', at: null },
      { severity: 'note', code: 'probe.login-wanted', what: 'the server wants a login: Basic', where: url, remedy: 'give the send port a user and a password', at: null },
    ],
    notes: [],
  };
}

/** The operations; `state` gives what the server keeps, `certificate` finds one of it. */
export function trust(problem, Answer, state, certificate) {
  const missing = () => problem(404, 'certificates.not-found', 'no store has a certificate with this thumbprint', 'import it first');
  return {
    listCrls: () => ({ lists: crls, sources }),
    updateCrls: ({ body }) => ({
      items: sources
        .filter((one) => !body.sources || body.sources.includes(one.source))
        .map((one) => ({
          source: one.source,
          lists: one.lists,
          next: one.next,
          failure: one.failure ? { code: one.failure_code, what: one.failure, where: one.source, remedy: 'check the name server' } : null,
        })),
      left: 0,
    }),
    removeCrl({ path }) {
      crls = crls.filter((one) => one.sha256 !== path[1]);
      return new Answer(204, undefined);
    },
    importCertificates({ body, query }) {
      const dry = query.get('dry-run') === 'true';
      const some = random(body.files[0].content.length);
      const refused = (file) =>
        /\.p(12|fx)$/i.test(file.name) && !body.password
          ? { code: 'import.password-required', what: 'the file is protected by a password', where: file.name, remedy: 'give the password' }
          : /\.(exe|zip)$/i.test(file.name)
            ? { code: 'import.unknown-format', what: 'the file is neither PEM, DER, PKCS#7 nor PKCS#12', where: file.name, remedy: 'ask for one of these' }
            : null;
      const bad = body.files.map(refused).find(Boolean);
      if (bad && !dry) return problem(422, bad.code, bad.what, bad.remedy, { where: bad.where });
      const imported = body.files
        .filter((file) => !refused(file))
        .map((file) => {
          const store = body.store ?? (/\.p(12|fx)$/i.test(file.name) ? 'Personal' : 'OtherPeople');
          const made = {
            store,
            thumbprint: grouped(hex(some, 40)),
            sha256: grouped(hex(some, 64)),
            name: file.name,
            subject: `CN=${file.name}`,
            issuer: 'CN=Example B2B Authority,O=Example',
            not_before: ago('1d'),
            not_after: ago('0d').replace(/^\d{4}/, (year) => Number(year) + 2),
            key: 'RSA 3072',
            private_key: store === 'Personal',
            friendly_name: '',
            used_by: [],
            warnings: [],
            usages: ['encrypt', 'verify'],
          };
          if (store === 'Personal') made.account = body.account ?? 'default';
          if (!dry) state().certificates.push(made);
          const old = state().certificates.find((one) => one.name === 'northwind-2024');
          const authorities = ['Example B2B Authority', 'Example Root'].map((name) => state().certificates.find((one) => one.name === name));
          return {
            store,
            ...(made.account ? { account: made.account } : {}),
            thumbprint: made.thumbprint,
            sha256: made.sha256,
            name: made.name,
            subject: made.subject,
            issuer: made.issuer,
            not_before: made.not_before,
            not_after: made.not_after,
            key: made.key,
            usages: 'verify, encrypt, party-resolution',
            authority: false,
            outcome: 'added',
            private_key: made.private_key,
            warnings: [],
            fits: ['SendPort Orders to Northwind: encryption'],
            misfits: [],
            replaces: old
              ? [{ thumbprint: old.thumbprint, name: old.name, not_after: old.not_after, used_by: ['SendPort Orders to Northwind, encryption_certificates (encrypt)'] }]
              : [],
            chain: chainOf([made, ...authorities], false),
          };
        });
      return {
        dry_run: dry,
        files: body.files.map((file) => ({
          name: file.name,
          kind: refused(file) ? '' : /\.p(12|fx)$/i.test(file.name) ? 'PKCS#12' : 'PEM',
          certificates: refused(file) ? 0 : 1,
          keys: !refused(file) && /\.p(12|fx)$/i.test(file.name) ? 1 : 0,
          lists: 0,
          refused: refused(file),
        })),
        imported,
        untrusted_roots: [],
        revocation_lists: 0,
        lists: [],
        notes: [],
      };
    },
    removeCertificate({ path, query }) {
      const found = certificate(path[1]);
      if (!found) return missing();
      if (found.used_by.length && query.get('although-used') !== 'true')
        return problem(409, 'artifacts.in-use', `it is in use: ${found.used_by[0]}`, 'assign another one in its place first', { where: found.used_by[0] });
      if (found.private_key && query.get('with-key') !== 'true')
        return problem(409, 'certificates.private-key-would-be-lost', 'its private key would go with it', 'ask for that as well, or export it before');
      state().certificates = state().certificates.filter((one) => one !== found);
      return { store: found.store, thumbprint: found.thumbprint, uses: found.used_by };
    },
    exportKey({ path, body }) {
      const found = certificate(path[1]);
      if (!found?.private_key) return problem(404, 'certificates.no-private-key', 'the private key of this certificate is not there', 'export the certificate alone');
      if (body.password.length < 8) return problem(422, 'api.invalid-body', 'password is shorter than 8 characters', 'choose a longer one');
      return new Answer(200, 'PKCS12', { 'Content-Disposition': `attachment; filename="${found.name}.p12"` }, 'application/x-pkcs12');
    },
    rollOverCertificate({ body, query }) {
      const before = certificate(body.before);
      const after = certificate(body.after);
      if (!before || !after) return missing();
      if (!before.used_by.length)
        return problem(404, 'admin.nothing-to-roll-over', `nothing assigns the certificate '${before.name}'`, 'assign the new one where it is wanted');
      const named = (one) => ({ thumbprint: one.thumbprint, name: one.name, not_before: one.not_before, not_after: one.not_after });
      const from = body.from ?? new Date().toISOString();
      const when = `${from.slice(0, 10)} ${from.slice(11, 16)} UTC`;
      const wrong = !after.usages.includes('encrypt') && before.usages.includes('encrypt');
      if (wrong) return problem(422, 'artifacts.wrong-usage', `'${after.name}' may not be used to encrypt`, 'choose one that fits');
      const plain = (one) => one.thumbprint.replaceAll(' ', '');
      return {
        before: named(before),
        after: named(after),
        from,
        until: from,
        steps: before.used_by.map((where) => ({
          where,
          usage: where.split(': ')[1],
          what: `messages are encrypted to the new one from ${when} on, to the old one until ${when}`,
          changed: true,
        })),
        notices: [
          {
            party: 'Fabrikam',
            text: `We have your new certificate and change to it on ${when}.\n\nThe new one:\n  Subject: ${after.subject}\n  SHA-1 thumbprint: ${after.thumbprint}\n\nIt follows:\n  SHA-1 thumbprint: ${before.thumbprint}\n`,
          },
        ],
        pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
        applied: {
          revision: state().configuration.revision,
          dry_run: query.get('dry-run') === 'true',
          changes: before.used_by.map((where) => ({
            kind: 'SendPort',
            name: where.replace(/^\w+ /, '').split(':')[0],
            change: 'changed',
            diff: ` kind: SendPort\n-encryption_certificates: [${plain(before)}]\n+encryption_certificates:\n+  - {certificate: ${plain(before)}, until: "${from}"}\n+  - {certificate: ${plain(after)}, from: "${from}"}`,
          })),
          assigned: [],
          warnings: [],
        },
      };
    },
    probeServer({ query }) {
      const port = query.get('port');
      const url = query.get('url') ?? (port && state().configuration.find('send-ports', port)?.settings?.url);
      if (!url) return problem(404, 'admin.no-such-port', 'the send port has no HTTP address', 'give the URL instead');
      if (!/^https?:\/\/./.test(url)) return problem(422, 'net.bad-url', 'this is no address', 'write https://host[:port][/path]');
      return probed(url);
    },
  };
}
