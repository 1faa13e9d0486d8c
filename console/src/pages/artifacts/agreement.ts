// The two one-way agreements of an agreement, by the pages and words of BizTalk's dialog, and what the partner's product
// needs.
import type { AssignmentOf } from './Assignment';
import { choice, choices, type Field, flag, lines, part, section, several, where, whole, written } from './field';
import { retries } from './fields';

const ciphers = ['aes256-cbc', 'aes256-gcm', 'aes192-cbc', 'aes192-gcm', 'aes128-cbc', 'aes128-gcm', '3des'];
const digests = ['sha256', 'sha384', 'sha512', 'sha1', 'md5'];
const revocation = (path: string, standard: string) =>
  choice(path, 'Check revocation', ['', 'require', 'prefer', 'off'], {
    standard,
    help: "The stricter of this and the party's holds",
  });
const archive = (place: string): Field[] =>
  section(
    'Message tracking (NRR)',
    flag(`${place}.archive.encoded`, 'Keep the message as it travels'),
    flag(`${place}.archive.decoded`, 'Keep the documents'),
    flag(`${place}.archive.receipts`, 'Keep receipts'),
  );
const http = (place: string, name: string, inherited: string): Field[] =>
  section(
    `HTTP settings for ${name}`,
    choice(`${place}.http.check_server_name`, "Check the server's name", ['', 'true', 'false'], {
      standard: inherited,
    }),
    written(`${place}.http.expect_continue`, 'Wait for 100 Continue', inherited),
    choice(`${place}.http.keep_alive`, 'Keep the connection alive', ['true', 'false']),
  );

/** The Certificate page; the first two are what nothing can be sent without. */
export const certificates: AssignmentOf[] = [
  {
    path: ['sending', 'encryption_certificates'],
    title: 'Certificate used to encrypt',
    store: 'OtherPeople',
    usage: 'encrypt',
    none: 'That of the send port.',
  },
  {
    path: ['sending', 'signing_certificates'],
    title: 'Certificate used to sign messages and receipts',
    store: 'Personal',
    usage: 'sign',
    none: "The port's, then the group's.",
  },
  {
    path: ['receiving', 'verification_certificates'],
    title: 'Certificates that sign under this agreement',
    store: 'OtherPeople',
    usage: 'verify',
    none: "All of the party's.",
  },
];

export const ours: Field[] = [
  ...section(
    'Identifiers',
    written('sending.as2_from', 'AS2-From', undefined, { required: true }),
    written('sending.as2_to', 'AS2-To', undefined, { required: true }),
    written('sending.as2_to_alias', 'Another AS2-To that means it', 'none', {
      help: 'EdiIntAS.AS2To of a message; BizTalk: additional agreement resolver',
    }),
    several('sending.send_ports', 'Send ports', 'send-ports', { help: 'What goes through them belongs to it' }),
  ),
  ...section(
    'Validation',
    flag('sending.sign', 'Messages are signed', 'true'),
    choice('sending.digest', 'Digest', digests),
    flag('sending.pss', 'RSASSA-PSS'),
    flag('sending.encrypt', 'Messages are encrypted', 'true'),
    choice('sending.encryption_algorithm', 'Encryption algorithm', ciphers),
    choice('sending.key_transport', 'Key transport', ['rsa', 'rsa-oaep']),
    choice('sending.compression', 'Compression', ['none', 'before-signing', 'after-signing']),
    revocation('sending.revocation', "the port's"),
  ),
  ...section(
    'Local host',
    written('sending.content_type', 'Default content type', 'application/octet-stream'),
    choice('sending.file_name_source', 'File name in the MIME header', ['none', 'pattern', 'generated']),
    ...where(
      'sending.file_name_source',
      ['pattern'],
      written('sending.file_name', 'File name', undefined, { required: true, help: 'Such as %FILE.ReceivedFileName%' }),
      flag('sending.require_file_name', 'Suspend a message without the property'),
    ),
  ),
  ...section(
    'Acknowledgements (MDNs)',
    choice('sending.receipt.mode', 'Request MDN', ['sync', 'async', 'none']),
    flag('sending.receipt.signed', 'Request signed MDN', 'true'),
    flag('sending.receipt.require_signed', 'A partner that cannot sign refuses the message'),
    choices('sending.receipt.digests', 'Signing algorithms', digests, { standard: 'sha256' }),
    ...where(
      'sending.receipt.mode',
      ['async'],
      written('sending.receipt.delivery_url', 'Receipt-Delivery-Option (URL)', undefined, { required: true }),
    ),
    written('sending.receipt.notify_to', 'Disposition-Notification-To', 'our AS2 name'),
    flag('sending.receipt.publish', 'Publish MDNs that come in as messages'),
  ),
  ...section(
    'Resend when no MDN came',
    written('sending.receipt.timeout', 'Wait for the MDN', '1h'),
    whole('sending.receipt.resends', 'Resends', '3', { min: 0, max: 1000 }),
    written('sending.receipt.stop_after', 'Stop resending after', 'no limit'),
  ),
  part(
    'sending.retry',
    'Override the retries of send ports',
    { retry_count: 3 },
    [...retries, written('stop_after', 'Stop retrying after', 'no limit')],
    { section: 'Retries' },
  ),
  ...http('sending', 'messages', 'as the port says'),
  ...archive('sending'),
];

const byHeaders = (...fields: Field[]) => where('receiving.receipt.rule', ['', 'headers'], ...fields);
const byAgreement = (...fields: Field[]) => where('receiving.receipt.rule', ['agreement'], ...fields);
export const theirs: Field[] = [
  ...section(
    'Identifiers',
    written('receiving.as2_from', 'AS2-From', 'AS2-To of sending'),
    written('receiving.as2_to', 'AS2-To', 'AS2-From of sending'),
  ),
  ...section(
    'Validation',
    flag('receiving.require_signature', 'Messages must be signed', 'true'),
    flag('receiving.require_encryption', 'Messages must be encrypted', 'true'),
    flag('receiving.require_compression', 'Messages must be compressed'),
    choices('receiving.encryption_algorithms', 'Encryption algorithms that are taken', ciphers, {
      help: 'None: any that is not weak, or that the party is allowed',
    }),
    revocation('receiving.revocation', "the location's"),
    written('receiving.allow_expired_until', 'Take expired certificates until', 'never', { help: 'A day or a time' }),
  ),
  ...section(
    'Duplicates',
    choice('receiving.duplicates', 'Duplicates', ['answer', 'suspend', 'deliver']),
    written('receiving.remember_duplicates', 'Check for duplicates within', '30d', {
      help: '0: nothing is a duplicate',
    }),
  ),
  ...section(
    'Receiver MDN settings',
    choice('receiving.receipt.rule', 'Receipts', ['headers', 'agreement'], {
      help: 'What the message asks for, or what the agreement says whatever it asks for',
    }),
    ...byAgreement(
      choice('receiving.receipt.mode', 'Mode', ['sync', 'async', 'none']),
      flag('receiving.receipt.signed', 'Signed', 'true'),
      choice('receiving.receipt.digest', 'Signing algorithm', digests),
      written('receiving.receipt.delivery_url', 'Receipt-Delivery-Option (URL)', 'none', {
        help: 'Of asynchronous ones, and there required',
      }),
    ),
    ...byHeaders(
      choice('receiving.receipt.sign_when', 'Signed when', ['asked', 'required', 'always']),
      lines('receiving.receipt.delivery_hosts', 'Hosts that receipts may go to', 'those of the send ports', {
        help: 'A name, *.domain or address in each line',
      }),
    ),
    written('receiving.receipt.text', 'MDN text', "the gateway's"),
  ),
  part('receiving.receipt.retry', 'Retries of asynchronous MDNs', { retry_count: 3 }, retries, {
    section: 'Retries',
    help: 'Off: 3, every 5 minutes',
  }),
  ...http('receiving.receipt', 'MDNs', 'true').map((one) =>
    /expect_continue/.test(one.path.join()) ? { ...one, standard: '0' } : one,
  ),
  ...archive('receiving'),
];

const presets = [
  'as2-lib',
  'biztalk',
  'camel',
  'mendelson',
  'openas2',
  'phase2',
  'pyas2',
  'rssbus',
  'seeburger',
  'sterling',
];
const beside = (path: string) => `compatibility.${path}`;
export const compatibility: Field[] = [
  choice(beside('preset'), "Preset for the partner's product", ['', ...presets], {
    standard: 'none',
    help: 'Stands for the settings below; another one replaces them all',
    alone: true,
  }),
  ...section(
    'What we write',
    choice(beside('version'), 'AS2-Version', ['1.2', '1.0', '1.1', '1.3']),
    flag(beside('quote_names'), 'AS2 names always in quotes'),
    choices(beside('features'), 'EDIINT-Features', ['multiple-attachments']),
    choice(beside('digest_names'), 'Names of digests', ['plain', 'hyphen'], { help: 'sha256 or sha-256' }),
    flag(beside('attach_certificate'), 'Signatures carry their certificate', 'true'),
    choice(beside('transfer_encoding'), 'Content transfer encoding', [
      'binary',
      '8bit',
      '7bit',
      'base64',
      'quoted-printable',
    ]),
    flag(beside('chunked'), 'Chunked encoding', 'true'),
  ),
  ...section(
    'What the partner opens',
    flag(beside('takes_gcm'), 'AES-GCM', 'true'),
    flag(beside('takes_oaep'), 'RSA-OAEP', 'true'),
    flag(beside('takes_pss'), 'RSASSA-PSS', 'true'),
  ),
  ...section(
    'What we take',
    flag(beside('tolerate_line_ends'), 'Signatures over other line ends'),
    flag(beside('gcm_in_enveloped_data'), 'AES-GCM inside EnvelopedData'),
    choice(beside('mic_digest'), 'Digest of the check in our receipts', [
      'signature-if-listed',
      'signature',
      'first-listed',
    ]),
    choices(
      beside('mic_forms'),
      "Checks in the partner's receipts that count",
      ['crlf', 'lf', 'stripped', 'extended', 'payload', 'content', 'wire'],
      { standard: 'crlf, lf, stripped, extended', help: 'Beside the exact one' },
    ),
    flag(beside('unsigned_receipts'), 'Unsigned receipts count although signed ones were asked for'),
    flag(beside('receipts_without_mic'), 'Receipts without a check count'),
  ),
];

const made = /^sending\.(as2_from|as2_to|send_ports)$/;
/** What an agreement is made with. */
export const first: Field[] = [
  ...ours.filter((one) => made.test(one.path.join('.'))).map((one) => ({ ...one, section: undefined })),
  ...certificates.slice(0, 2).map(({ path, title, ...of }): Field => ({ path, label: title, type: 'assignment', of })),
];
