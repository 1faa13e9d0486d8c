// What the property pages ask for, by the names of the YAML documents and with BizTalk's words on them. Defaults are shown
// greyed where nothing is set; what is not here can be written on the YAML page.
import { area, choice, type Field, flag, lines, named, section, under, whole, written } from './field';

const revocation = choice('revocation', 'Revocation', ['', 'require', 'prefer', 'off'], {
  standard: "the party's, else the group's",
  help: 'The stricter of this and what the party says holds',
});
const description = area('description', 'Description');
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
    whole('keep_revisions', 'Changes kept in the history', '1000'),
    choice('revocation.policy', 'Revocation', ['', 'require', 'prefer', 'off'], {
      standard: 'require for what comes in, prefer for what goes out',
    }),
    written('revocation.refresh', 'Download revocation lists every', '7d'),
    lines('revocation.sources', 'Sources of revocation lists', 'none', { help: 'One address or folder in each line' }),
    flag('revocation.ocsp', 'Ask OCSP responders'),
  ],
  pipelines: [
    description,
    choice('direction', 'Direction', ['receive', 'send'], { standard: undefined, required: true }),
  ],
};

export const retries: Field[] = [
  whole('retry_count', 'Retries', '3', { min: 0, max: 1000 }),
  written('retry_interval', 'Retry interval', '5m'),
  choice('backoff', 'Back-off', ['fixed', 'exponential']),
  written('maximum_retry_interval', 'Longest retry interval', '1h', { help: 'Of exponential back-off' }),
];
/** Of the port as a whole, whatever the transport. */
export const order: Field[] = [
  whole('priority', 'Priority (1 is highest)', '5', { min: 1, max: 10 }),
  choice('ordered_delivery.on_failure', 'Ordered delivery', ['', 'stop', 'continue'], {
    standard: 'off',
    help: 'When one fails: nothing overtakes it, or it is suspended for good',
  }),
];
export const backup: Field[] = section('Retries of the backup', ...under(['backup'], retries));
export const response: Field[] = [
  named('response_pipeline.pipeline', 'Receive pipeline of answers', 'pipelines', { standard: 'PassThruReceive' }),
];

/** Of a two-way location. */
export const answers: Field[] = [
  named('response_pipeline.pipeline', 'Send pipeline of answers', 'pipelines', { standard: 'PassThruTransmit' }),
  written('response_timeout', 'The caller waits', '1m'),
];

export const location: Field[] = [
  { ...description, type: 'text' },
  flag('enabled', 'Enabled', 'true'),
  named('host', 'Receive handler (host)', 'hosts', { required: true }),
  named('pipeline', 'Receive pipeline', 'pipelines', { standard: 'PassThruReceive' }),
  flag('issue_sso_ticket', 'Issue a ticket for single sign-on'),
  whole('maximum_unauthenticated', 'Kept of nobody known, at most', '1000'),
  revocation,
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
