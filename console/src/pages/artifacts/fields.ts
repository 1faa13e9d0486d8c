// What the property pages ask for, by the names of the YAML documents and with BizTalk's words on them. Defaults are shown
// greyed where nothing is set; what is not here can be written on the YAML page.
import type { Path } from './kinds';

export interface Field {
  path: Path;
  label: string;
  type: 'text' | 'area' | 'number' | 'switch' | 'select' | 'lines' | 'artifact';
  standard?: string;
  options?: string[];
  /** Of `artifact`: which kind is named. */
  kind?: 'hosts' | 'parties' | 'pipelines' | 'send-ports';
  help?: string;
  required?: boolean;
}
type More = Partial<Field>;
const field =
  (type: Field['type']) =>
  (path: string, label: string, standard?: string, more: More = {}): Field => ({
    path: path.split('.'),
    label,
    type,
    standard,
    ...more,
  });
const written = field('text');
const area = field('area');
const whole = field('number');
const flag = field('switch');
const lines = field('lines');
const choice = (path: string, label: string, options: string[], more: More = {}): Field => ({
  path: path.split('.'),
  label,
  type: 'select',
  options,
  standard: options[0],
  ...more,
});
const named = (path: string, label: string, kind: Field['kind'], more: More = {}): Field => ({
  path: path.split('.'),
  label,
  type: 'artifact',
  kind,
  ...more,
});

export const under = (prefix: Path, fields: Field[]): Field[] =>
  fields.map((one) => ({ ...one, path: [...prefix, ...one.path] }));

const revocation = choice('revocation', 'Revocation', ['', 'require', 'prefer', 'off'], {
  standard: "the party's, else the group's",
  help: 'The stricter of this and what the party says holds',
});
const description = area('description', 'Description');
export const adapters = choice('adapter', 'Transport type', ['FILE', 'HTTP', 'SFTP', 'SOAP'], {
  standard: undefined,
  required: true,
});

export const general: Record<string, Field[]> = {
  'send-ports': [
    description,
    named('host', 'Send handler (host)', 'hosts', { required: true }),
    named('party', 'Party at the other end', 'parties', {
      standard: 'none',
      help: 'Its weak algorithms are allowed here',
    }),
    named('pipeline', 'Send pipeline', 'pipelines', { standard: 'PassThruTransmit' }),
    flag('two_way', 'Solicit-response', undefined, { help: 'The answer is published as a message' }),
    flag('route_failed_messages', 'Enable routing for failed messages'),
    revocation,
  ],
  'receive-ports': [
    description,
    choice('authentication', 'Authentication', ['none', 'drop', 'keep'], {
      help: 'Messages of no known party: published, discarded, or kept suspended',
    }),
    flag('two_way', 'Request-response', undefined, { help: 'The caller waits for a message that answers' }),
    flag('route_failed_messages', 'Enable routing for failed messages'),
  ],
  'send-port-groups': [description, lines('send_ports', 'Send ports', 'none', { help: 'One name in each line' })],
  parties: [description, revocation],
  agreements: [
    description,
    flag('enabled', 'Enabled', 'true'),
    named('us.party', 'Our party', 'parties', { required: true }),
    named('partner.party', "Partner's party", 'parties', { required: true }),
    written('from', 'Holds from', 'always'),
    written('until', 'Holds until', 'always'),
    flag('reporting', 'In the AS2 report', 'true'),
    written('compatibility.preset', "Preset for the partner's product", 'none'),
  ],
  hosts: [
    description,
    written('account', 'Account (whose Personal store)', 'default'),
    flag('authentication_trusted', 'Authentication trusted', 'true', {
      help: 'No: parties that its pipelines resolve are replaced by the guest',
    }),
    whole('send_threads', 'Messages in transmission at a time, for each port', '4'),
    written('realm', 'Realm', 'sealgate'),
  ],
  groups: [
    description,
    written('keep_completed', 'Keep finished messages', '1h'),
    written('keep_tracking', 'Keep the tracking log', '30d'),
    written('maximum_body', 'Largest message', '16GiB'),
    written('disk_watermark', 'Free space to keep', '1GiB'),
    choice('revocation.policy', 'Revocation', ['', 'require', 'prefer', 'off'], {
      standard: 'require for what comes in, prefer for what goes out',
    }),
    written('revocation.refresh', 'Download revocation lists every', '7d'),
    lines('revocation.sources', 'Sources of revocation lists', 'none', { help: 'One address or folder in each line' }),
    flag('revocation.ocsp', 'Ask OCSP responders'),
  ],
  pipelines: [description],
};

export const retries: Field[] = [
  whole('retry_count', 'Retries', '3'),
  written('retry_interval', 'Retry interval', '5m'),
  choice('backoff', 'Back-off', ['fixed', 'exponential']),
  whole('priority', 'Priority (1 is highest)', '5'),
  choice('ordered_delivery.on_failure', 'Ordered delivery', ['', 'stop', 'continue'], {
    standard: 'off',
    help: 'When one fails: nothing overtakes it, or it is suspended for good',
  }),
];

const files = written('settings.folder', 'Folder', undefined, { required: true });
const http: Field[] = [
  written('settings.url', 'Destination URL', undefined, { required: true }),
  choice('settings.authentication', 'Authentication type', ['anonymous', 'basic', 'digest', 'ntlm']),
  written('settings.user', 'User', 'none'),
  written('settings.password_source', 'Password source', 'none', {
    help: 'file:/absolute/path or credential:NAME; the password itself is never in a document',
  }),
  written('settings.affiliate_application', 'Affiliate application (single sign-on)', 'none', {
    help: 'Instead of user and password source',
  }),
  written('settings.client_certificate', 'SSL client certificate thumbprint', 'none'),
  choice('settings.minimum_tls', 'Least version of TLS', ['1.2', '1.3']),
  flag('settings.check_server_name', "Check the server's name", 'true'),
  written('settings.proxy', 'Proxy', 'none'),
  written('settings.timeout', 'Timeout', 'by size'),
];
const sftp: Field[] = [
  written('settings.host', 'Host', undefined, { required: true }),
  written('settings.user', 'User', undefined, { required: true }),
  files,
  written('settings.known_hosts', 'Known hosts (file)', 'none'),
  written('settings.key_source', 'Key source', 'none'),
  written('settings.password_source', 'Password source', 'none'),
];
export const sending: Record<string, Field[]> = {
  FILE: [
    files,
    written('settings.file_name', 'File name', '%MessageID%.xml'),
    choice('settings.copy_mode', 'Copy mode', ['create-new', 'append', 'overwrite']),
    flag('settings.create_folder', 'Make a missing folder'),
  ],
  HTTP: [
    ...http,
    flag('settings.chunked', 'Chunked', 'true'),
    written('settings.content_type', 'Content type', "the message's"),
  ],
  SFTP: sftp,
  SOAP: [
    ...http,
    flag('settings.use_soap12', 'SOAP 1.2'),
    written('settings.action', 'SOAPAction', 'SOAP.Action of the message'),
  ],
};
const listening: Field[] = [
  written('settings.path', 'Path', undefined, { required: true }),
  written('settings.listener', 'Listener of the host', 'the address of sealgate serve'),
  lines('settings.authentication', 'Authentication', 'anonymous', {
    help: 'anonymous, basic, digest: one in each line',
  }),
  choice('settings.client_certificate', 'Client certificate', ['off', 'request', 'require']),
  lines('settings.allowed_clients', 'Allowed clients', 'any', { help: 'One network in each line' }),
  whole('settings.requests_per_second', 'Requests a second of one client', '0'),
];
export const receiving: Record<string, Field[]> = {
  FILE: [
    files,
    written('settings.mask', 'File mask', '*'),
    written('settings.exclude', 'But not', 'none'),
    written('settings.polling_interval', 'Polling interval', '1s'),
    written('settings.stable_for', 'Not changed for', '0'),
    whole('settings.batch_size', 'Files in one batch', '20'),
  ],
  HTTP: listening,
  SFTP: sftp,
  SOAP: [...listening, choice('settings.version', 'Version', ['', '1.1', '1.2'], { standard: 'any' })],
};

export const location: Field[] = [
  description,
  flag('enabled', 'Enabled', 'true'),
  named('host', 'Receive handler (host)', 'hosts', { required: true }),
  named('pipeline', 'Receive pipeline', 'pipelines', { standard: 'PassThruReceive' }),
  flag('issue_sso_ticket', 'Issue a ticket for single sign-on'),
  whole('maximum_unauthenticated', 'Kept of nobody known, at most', '1000'),
  revocation,
];

/** Settings of components for one port or location, as in Configure Pipeline. */
export const encoder: Field[] = [
  choice('encoder.signature_type', 'Signature type', ['none', 'clear', 'blob']),
  choice('encoder.digest', 'Digest', ['sha256', 'sha384', 'sha512', 'sha224', 'sha1']),
  flag('encoder.enable_encryption', 'Enable encryption'),
  choice('encoder.encryption_algorithm', 'Encryption algorithm', [
    'aes256-cbc',
    'aes256-gcm',
    'aes192-cbc',
    'aes192-gcm',
    'aes128-cbc',
    'aes128-gcm',
    '3des',
  ]),
  choice('encoder.key_transport', 'Key transport', ['rsa', 'rsa-oaep']),
  choice('encoder.compression', 'Compression', ['none', 'before-signing', 'after-signing']),
  choice('encoder.transfer_encoding', 'Content transfer encoding', [
    'base64',
    'quoted-printable',
    '7bit',
    '8bit',
    'binary',
  ]),
  flag('encoder.add_signing_certificate', 'Add signing certificate to message', 'true'),
  flag('encoder.send_body_as_attachment', 'Send body part as attachment'),
  flag('encoder.check_revocation', 'Check revocation list', 'true'),
];
export const decoder: Field[] = [
  flag('decoder.allow_non_mime', 'Allow non MIME message'),
  whole('decoder.body_part_index', 'Body part index', '0'),
  written('decoder.body_part_content_type', 'Body part content type', 'none'),
  flag('decoder.check_revocation', 'Check revocation list', 'true'),
  flag('decoder.require_signature', 'Refuse what is not signed'),
  flag('decoder.require_encryption', 'Refuse what is not encrypted'),
  flag('decoder.allow_expired_decryption', 'Open with own certificates that have expired'),
];
export const resolution: Field[] = [
  flag('party_resolution.resolve_by_certificate', 'Resolve party by certificate', 'true'),
  flag('party_resolution.resolve_by_sid', 'Resolve party by account', 'true'),
  flag('party_resolution.fall_back', 'Look at the next evidence when a certificate belongs to nobody'),
];

export const ours: Field[] = [
  written('sending.as2_from', 'AS2-From', undefined, { required: true }),
  written('sending.as2_to', 'AS2-To', undefined, { required: true }),
  lines('sending.send_ports', 'Send ports', 'none', { help: 'One name in each line' }),
  flag('sending.sign', 'Sign', 'true'),
  choice('sending.digest', 'Digest', ['sha256', 'sha384', 'sha512', 'sha1']),
  flag('sending.encrypt', 'Encrypt', 'true'),
  choice('sending.encryption_algorithm', 'Encryption algorithm', [
    'aes256-cbc',
    'aes256-gcm',
    'aes192-cbc',
    'aes128-cbc',
    '3des',
  ]),
  choice('sending.compression', 'Compression', ['', 'before-signing', 'after-signing'], { standard: 'none' }),
  choice('sending.receipt.mode', 'Receipt (MDN)', ['sync', 'async', 'none']),
  flag('sending.receipt.signed', 'Ask for a signed receipt', 'true'),
  written('sending.receipt.delivery_url', 'Where the partner sends it', undefined, {
    help: 'Of an asynchronous receipt',
  }),
  written('sending.receipt.timeout', 'Wait for it', '1h'),
  whole('sending.receipt.resends', 'Resends', '3'),
];
export const theirs: Field[] = [
  written('receiving.as2_from', 'AS2-From', 'AS2-To of sending'),
  written('receiving.as2_to', 'AS2-To', 'AS2-From of sending'),
  flag('receiving.require_signature', 'Signature required', 'true'),
  flag('receiving.require_encryption', 'Encryption required', 'true'),
  flag('receiving.require_compression', 'Compression required'),
  choice('receiving.duplicates', 'Duplicates', ['answer', 'suspend', 'deliver']),
  written('receiving.remember_duplicates', 'Remember them for', '30d'),
  choice('receiving.receipt.rule', 'Receipts', ['headers', 'agreement'], {
    help: 'What the message says, or what the agreement says whatever the message says',
  }),
  choice('receiving.receipt.mode', 'Mode', ['sync', 'none', 'async'], { help: 'Of the rule “agreement”' }),
  choice('receiving.receipt.sign_when', 'Signed when', ['asked', 'required', 'always']),
];
