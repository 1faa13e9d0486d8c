import { certificates } from './certificates.mjs';
import { ago, ahead, random, uuid } from './time.mjs';

const next = random(77);
const days = (time) => Math.round((new Date(time) - Date.now()) / 86400e3);

export const findings = [
  {
    severity: 'error',
    code: 'audit.certificate-expired',
    what: 'the certificate "northwind-2024" has expired',
    where: 'SendPort Orders to Northwind: encryption_certificates',
    remedy: "import the partner's new certificate and assign it",
    at: null,
  },
  {
    severity: 'warning',
    code: 'audit.clear-text-transport',
    what: 'messages travel unencrypted and unauthenticated over http',
    where: 'SendPort To Initech <img src=x onerror=alert(1)>',
    remedy: 'use https, or a pipeline that encrypts and signs',
    at: null,
  },
  {
    severity: 'warning',
    code: 'audit.weak-key',
    what: 'RSA with 2048 bits will not do after 2030',
    where: 'certificate northwind-2024',
    remedy: 'agree on a key of 3072 bits or more at the next renewal',
    at: ahead('900d'),
  },
  {
    severity: 'note',
    code: 'audit.no-backup-transport',
    what: 'the send port has no backup transport',
    where: 'SendPort Orders to Fabrikam',
    remedy: 'add one, or accept that messages wait while the partner is away',
    at: null,
  },
];

const stride = ['Spoofing', 'Tampering', 'Repudiation', 'Information disclosure', 'Denial of service', 'Elevation of privilege'];
const flow = (name, from, to, open = {}) => ({
  flow: name,
  from,
  to,
  threats: stride.map((threat) => ({
    threat,
    protections: open[threat] ? [] : ['the signature covers the content', 'the sealed tracking log'].slice(0, 1 + (threat.length % 2)),
    open: open[threat] ? [open[threat]] : [],
  })),
});
export const threats = {
  flows: [
    flow('Location Orders by AS2', 'partners, over the internet', 'host Secure', {
      'Denial of service': 'messages that fail are kept: anybody can fill the store',
    }),
    flow('SendPort Orders to Fabrikam', 'host Default', 'HTTP https://b2b.fabrikam.example/orders'),
    flow('SendPort To Initech <img src=x onerror=alert(1)>', 'host Default', 'HTTP http://initech.example/in', {
      Spoofing: 'plain HTTP: any server at this address takes the message',
      'Information disclosure': 'the message is not encrypted',
    }),
    flow('The store', 'every host instance', 'the database in the data folder', {
      Tampering: 'who may write to the database can change messages and the configuration',
    }),
    flow('Private keys of account secure', 'the key file and the Personal store of the account', 'the hosts Secure'),
  ],
};

export function forecast() {
  const items = certificates
    .filter((one) => one.used_by.length > 0 && days(one.not_after) < 366)
    .sort((a, b) => (a.not_after < b.not_after ? -1 : 1))
    .map((one) => {
      const covered = one.name.endsWith('decrypt 2025');
      return {
        thumbprint: one.thumbprint,
        sha256: one.sha256,
        name: one.name,
        not_after: one.not_after,
        days_left: days(one.not_after),
        covered,
        uses: one.used_by.map((where) => ({
          where,
          usage: where.split(': ')[1],
          party: '',
          hits: [where.split(':')[0]],
          window: '',
          covered,
        })),
      };
    });
  return { items };
}

const statuses = [
  ['sent', 'acknowledged', 'the partner has it, and its receipt proves so'],
  ['received', 'receipt-sent', 'we have it, and the partner has our receipt'],
  ['sent', 'waiting', 'sent; the receipt has not come yet'],
  ['sent', 'check-differs', 'the partner got something else than what we sent'],
  ['received', 'refused', 'we refused it: not signed'],
  ['sent', 'resends-exhausted', 'no receipt after 4 transmissions'],
];
export const as2 = [];
for (let index = 0; index < 60; ++index) {
  const [direction, status, meaning] = statuses[index % 17 < 6 ? index % 17 : index % 2];
  const sent = direction === 'sent';
  as2.push({
    record: 5000 - index,
    time: ago(`${2 + index * 9}m`),
    direction,
    agreement: 'Fabrikam AS2',
    partner: 'Fabrikam',
    as2_from: sent ? 'CONTOSO-PROD' : 'FABRIKAM',
    as2_to: sent ? 'FABRIKAM' : 'CONTOSO-PROD',
    message_id: `<2026${1000 + index}@${sent ? 'contoso-prod' : 'fabrikam'}.example>`,
    file_name: `order-${4700 + index}.xml`,
    bytes: String(3000 + index * 71),
    signed: true,
    encrypted: status !== 'refused',
    compressed: index % 4 === 0,
    receipt_asked_for: sent ? 'async, signed' : 'sync, signed',
    status,
    meaning,
    status_since: ago(`${1 + index * 9}m`),
    disposition:
      status === 'acknowledged' || status === 'receipt-sent'
        ? 'processed'
        : status === 'refused'
          ? 'processed/error: insufficient-message-security'
          : '',
    mic: status === 'waiting' ? '' : 'q3kU0jKn1ZJ9bQmUu1Xn0a1m0nE=',
    mic_form: 'sha256',
    transmissions: status === 'resends-exhausted' ? 4 : 1,
    resends: status === 'resends-exhausted' ? 3 : 0,
    duplicate: false,
    ...(status === 'resends-exhausted' ? { failure: 'no receipt in time' } : {}),
    message: uuid(next),
  });
}
