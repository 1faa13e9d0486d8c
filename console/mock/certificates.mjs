import { ago, ahead, grouped, hex, random } from './time.mjs';
import { chainOf } from './trust.mjs';

const next = random(42);

function certificate(name, store, not_before, not_after, uses, more = {}) {
  return {
    store,
    thumbprint: grouped(hex(next, 40)),
    sha256: grouped(hex(next, 64)),
    name,
    subject: `CN=${name},O=${more.organisation ?? 'Contoso Production'}`,
    issuer: more.issuer ?? 'CN=Example B2B Authority,O=Example',
    not_before,
    not_after,
    key: more.key ?? 'RSA 3072',
    private_key: store === 'Personal',
    friendly_name: more.friendly ?? '',
    used_by: uses,
    warnings: more.warnings ?? [],
    ...(store === 'Personal' ? { account: more.account ?? 'default' } : {}),
    usages: more.usages ?? ['sign', 'verify', 'encrypt', 'decrypt', 'party-resolution'],
  };
}

export const certificates = [
  certificate('contoso-prod sign 2026', 'Personal', ago('200d'), ahead('165d'), ['Group contoso-prod: signing'], {
    usages: ['sign', 'verify'],
  }),
  certificate('contoso-prod decrypt 2026', 'Personal', ago('200d'), ahead('165d'), ['Host Secure: decryption'], {
    account: 'secure',
    usages: ['encrypt', 'decrypt'],
  }),
  certificate('contoso-prod decrypt 2025', 'Personal', ago('400d'), ahead('9d'), ['Host Secure: decryption'], {
    account: 'secure',
    usages: ['encrypt', 'decrypt'],
  }),
  certificate('as2.contoso-prod.example', 'Personal', ago('60d'), ahead('30d'), ['Host Secure: listener as2'], {
    account: 'secure',
    usages: ['https-server'],
    key: 'EC P-256',
  }),
  certificate(
    'fabrikam-encrypt-2026',
    'OtherPeople',
    ago('120d'),
    ahead('102d'),
    ['SendPort Orders to Fabrikam: encryption'],
    { organisation: 'Fabrikam', usages: ['encrypt'] },
  ),
  certificate('fabrikam-encrypt-2027', 'OtherPeople', ago('2d'), ahead('420d'), [], {
    organisation: 'Fabrikam',
    usages: ['encrypt'],
    key: 'RSA 4096',
  }),
  certificate('fabrikam signing', 'OtherPeople', ago('120d'), ahead('102d'), ['Party Fabrikam: verification'], {
    organisation: 'Fabrikam',
    usages: ['verify', 'party-resolution'],
  }),
  certificate('contoso-encrypt', 'OtherPeople', ago('300d'), ahead('65d'), ['SendPort Orders to Contoso: encryption'], {
    organisation: 'Contoso',
    usages: ['encrypt'],
  }),
  certificate('contoso signing', 'OtherPeople', ago('300d'), ahead('65d'), ['Party Contoso: verification'], {
    organisation: 'Contoso',
    usages: ['verify', 'party-resolution'],
  }),
  certificate('northwind-2024', 'OtherPeople', ago('731d'), ago('1d'), ['SendPort Orders to Northwind: encryption'], {
    organisation: 'Northwind',
    usages: ['encrypt'],
    key: 'RSA 2048',
    warnings: ['expired yesterday; messages that need it are suspended'],
  }),
  certificate('northwind signing', 'OtherPeople', ago('90d'), ahead('640d'), ['Party Northwind: verification'], {
    organisation: 'Northwind',
    usages: ['verify', 'party-resolution'],
  }),
  certificate('"><img src=x onerror=alert(3)>', 'OtherPeople', ago('10d'), ahead('350d'), [], {
    organisation: 'Initech',
  }),
  certificate('Example B2B Authority', 'IntermediateAuthorities', ago('900d'), ahead('1800d'), [], {
    issuer: 'CN=Example Root,O=Example',
    usages: [],
  }),
  certificate('Example Root', 'TrustedRoots', ago('2000d'), ahead('5000d'), [], {
    issuer: 'CN=Example Root,O=Example',
    usages: [],
    key: 'RSA 4096',
  }),
  certificate('Stolen Key Ltd.', 'Untrusted', ago('500d'), ahead('300d'), [], { organisation: 'Stolen Key' }),
];

const why = {
  encrypt: 'its key usage is digital signature alone: nobody may encrypt to it',
  decrypt: 'its key usage is digital signature alone',
  sign: 'its key usage is key encipherment alone',
  verify: 'its key usage is key encipherment alone',
  'party-resolution': 'its key usage is key encipherment alone',
  'https-client': 'its extended key usage does not name clientAuth',
  'https-server': 'its extended key usage does not name serverAuth',
};

export function details(one) {
  const expired = one.not_after < new Date().toISOString();
  const authority = certificates.find((other) => other.name === 'Example B2B Authority');
  const root = certificates.find((other) => other.name === 'Example Root');
  const path = [one];
  if (one.issuer.includes('B2B Authority')) path.push(authority, root);
  else if (one !== root) path.push(root);
  return {
    subject: one.subject,
    issuer: one.issuer,
    name: one.name,
    serial: '4A 11 07 9C 55 E0',
    version: 3,
    thumbprint: one.thumbprint,
    sha256: one.sha256,
    spki_sha256: one.sha256,
    subject_key_id: null,
    not_before: one.not_before,
    not_after: one.not_after,
    key: one.key,
    signature: 'sha256WithRSAEncryption',
    key_usage: one.usages.includes('encrypt') ? ['keyEncipherment'] : ['digitalSignature'],
    extended_key_usage: null,
    ca: one.usages.length === 0,
    email: [],
    dns: one.usages.includes('https-server') ? [one.name] : [],
    crl_urls: ['http://crl.authority.example/list.crl'],
    usages: Object.fromEntries(
      Object.keys(why).map((usage) => [usage, one.usages.includes(usage) ? 'ok' : why[usage]]),
    ),
    used_by: one.used_by,
    chain: chainOf(path, expired),
    stores: [
      {
        store: one.store,
        friendly_name: one.friendly_name,
        private_key: one.private_key ? 'yes' : 'no',
        warnings: one.warnings,
      },
    ],
  };
}
