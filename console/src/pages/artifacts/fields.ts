// What the property pages ask for, by the names of the YAML documents and with BizTalk's words on them. Defaults are shown
// greyed where nothing is set.
import {
  area,
  choice,
  choices,
  code,
  type Field,
  flag,
  lines,
  named,
  part,
  rows,
  section,
  several,
  texts,
  under,
  where,
  whole,
  written,
} from './field';

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
    flag('acknowledge', 'Delivery notification', undefined, {
      help: 'An ACK is published when a message was sent, a NACK when it was suspended',
    }),
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
  'send-port-groups': [description, several('send_ports', 'Send ports', 'send-ports')],
  parties: [
    description,
    revocation,
    ...section(
      'Path of its certificates',
      whole('path.auth_level', 'Level of algorithms and keys', '0', {
        min: 0,
        max: 2,
        help: '0: any. 1: no MD5, SHA-1, RSA below 1024 bits. 2: no RSA below 2048 bits',
      }),
      lines('path.policies', 'Certificate policies', 'any', { help: 'One object identifier in each line' }),
      flag('path.require_explicit_policy', 'A policy must hold for the whole path'),
    ),
    rows(
      'aliases',
      'Aliases',
      'alias',
      [
        written('name', 'Name', undefined, { required: true }),
        written('qualifier', 'Qualifier', undefined, { required: true, help: 'WindowsUser for an account' }),
        written('value', 'Value', undefined, { required: true, help: 'Such as DOMAIN\\user' }),
      ],
      { section: 'Aliases', help: 'By which it is known elsewhere' },
    ),
    rows(
      'profiles',
      'Profiles',
      'profile',
      [written('name', 'Name', undefined, { required: true }), written('description', 'Description')],
      { section: 'Profiles', help: 'Divisions, plants or brands that agreements are made with' },
    ),
    rows(
      'weak_algorithms',
      'Weak algorithms',
      'weak algorithm',
      [
        choice('algorithm', 'Algorithm', ['sha1', 'md5', '3des', 'des', 'rc2-40', 'rc2-64', 'rc2-128', 'rsa-1024'], {
          standard: undefined,
          required: true,
        }),
        written('until', 'Allowed until', undefined, { required: true, help: 'A day, such as 2027-06-30' }),
        written('reason', 'Reason', undefined, { required: true }),
      ],
      { section: 'Weak algorithms', help: 'Allowed all the same; audit findings tell of each' },
    ),
  ],
  agreements: [
    description,
    flag('enabled', 'Enabled', 'true'),
    flag('reporting', 'In the AS2 report', 'true'),
    ...section(
      'Partners',
      named('us.party', 'Our party', 'parties', { required: true }),
      written('us.profile', 'Our profile', 'the party as a whole'),
      named('partner.party', "Partner's party", 'parties', { required: true }),
      written('partner.profile', "Partner's profile", 'the party as a whole'),
    ),
    ...section(
      'Enable agreement',
      written('from', 'Holds from', 'always', { help: 'A day or a time, such as 2027-01-01' }),
      written('until', 'Holds until', 'no end date'),
    ),
    rows(
      'contacts',
      'Contacts',
      'contact',
      [
        written('name', 'Name', undefined, { required: true }),
        written('email', 'E-mail address'),
        written('phone', 'Telephone'),
      ],
      { section: 'For people' },
    ),
    texts('properties', 'Additional properties', 'none', {
      section: 'For people',
      help: 'One in each line, as name: text',
    }),
  ],
  hosts: [
    description,
    written('account', 'Account (whose Personal store)', 'default'),
    flag('authentication_trusted', 'Authentication trusted', 'true', {
      help: 'No: parties that its pipelines resolve are replaced by the guest',
    }),
    whole('send_threads', 'Messages in transmission at a time, for each port', '4'),
  ],
  groups: [
    description,
    written('keep_completed', 'Keep finished messages', '1h'),
    written('keep_tracking', 'Keep the tracking log', '30d'),
    written('maximum_body', 'Largest message', '16GiB'),
    written('disk_watermark', 'Free space to keep', '1GiB'),
    written('maximum_tracking', 'Largest tracking log', 'any', { help: 'Then its oldest part goes' }),
    whole('keep_revisions', 'Changes kept in the history', '1000'),
    ...section(
      'Revocation',
      choice('revocation.policy', 'Revocation', ['', 'require', 'prefer', 'off'], {
        standard: 'require for what comes in, prefer for what goes out',
      }),
      written('revocation.refresh', 'Download revocation lists every', '7d'),
      lines('revocation.sources', 'Sources of revocation lists', 'none', {
        help: 'One address or folder in each line',
      }),
      flag('revocation.ocsp', 'Ask OCSP responders'),
      flag('revocation.fetch_issuers', 'Download missing intermediate certificates'),
      lines('revocation.allowed_private_hosts', 'Private hosts that downloads may go to', 'none', {
        help: 'One name or address in each line',
      }),
    ),
    ...section(
      'Warnings of certificates that expire',
      lines('expiry_warnings.days', 'Days before the expiry', '60, 30, 14, 7, 1', {
        help: 'One number in each line',
        never: 'No warnings',
      }),
      written('expiry_warnings.webhook', 'Webhook', 'none', { help: 'An address that gets each warning' }),
      part('expiry_warnings.email', 'By e-mail', {}, [
        written('smtp_url', 'Mail server', undefined, {
          required: true,
          help: 'smtp://host[:port] or smtps://host[:port]',
        }),
        written('from', 'From', undefined, { required: true }),
        lines('to', 'To', undefined, { required: true, help: 'One address in each line' }),
      ]),
    ),
  ],
  pipelines: [
    description,
    choice('direction', 'Direction', ['receive', 'send'], { standard: undefined, required: true }),
  ],
  schemas: [
    description,
    written('message_type', 'Message type', undefined, { required: true, help: 'namespace#root, or root alone' }),
    written('envelope_body', 'Body of an envelope', 'no envelope', {
      help: 'Path of the element whose children are the documents',
    }),
    texts('namespaces', 'Prefixes of the paths', 'none', { help: 'One in each line, as prefix: namespace' }),
    rows(
      'promoted',
      'Promoted properties',
      'promoted property',
      [
        written('name', 'Name', undefined, { required: true, help: 'Such as Order.Total' }),
        written('xpath', 'Path', undefined, { required: true, help: 'Such as /o:Order/o:Total' }),
        choice('type', 'Type', ['text', 'integer', 'boolean', 'date-time']),
        flag('promote', 'Filters may use it', 'true'),
        choice('demote', 'Written back by send pipelines', ['when-empty', 'always', 'never']),
      ],
      { section: 'Promoted properties', help: 'Values of the document that filters can use' },
    ),
    code('xsd', 'XSD', 'none: documents are recognised, and never validated', { section: 'XSD' }),
  ],
  maps: [
    description,
    written('source', 'Message type that it takes', undefined, {
      required: true,
      help: 'namespace#root, or root alone',
    }),
    written('target', 'Message type that it makes', 'not said'),
    written('maximum_body', 'Largest document', '64MiB', { help: '256MiB at most' }),
    code('xslt', 'XSLT 1.0', undefined, { section: 'XSLT', required: true }),
  ],
};

const network = lines('trusted_proxies', 'Trusted proxies', 'none', { help: 'One network or address in each line' });
/** The doors of a host. */
export const doors: Field[] = [
  rows(
    'listeners',
    'Listeners',
    'listener',
    [
      written('name', 'Name', undefined, { required: true, help: 'By which locations name it' }),
      written('listen', 'Address and port', undefined, { required: true, help: '0.0.0.0:8443, [::]:8443 or :8443' }),
      choice('minimum_tls', 'Least version of TLS', ['1.2', '1.3']),
      choice('client_certificates', 'Client certificates', ['off', 'request', 'require']),
      whole('maximum_connections', 'Connections, at most', '2000', { min: 1, max: 100000 }),
      whole('connections_per_address', 'Of one client address, at most', 'half of that', { min: 1, max: 100000 }),
      network,
      ...where(
        'trusted_proxies.0',
        ['*'],
        choice('forwarded', 'Field that names the client', ['x-forwarded-for', 'forwarded']),
        written('client_certificate_field', "Field with the client's certificate", 'none', {
          help: "As nginx's $ssl_client_escaped_cert",
        }),
      ),
      {
        path: ['certificates'],
        label: 'Server certificate',
        type: 'assignment',
        of: { store: 'Personal', usage: 'https-server', none: 'None: no TLS.' },
      },
    ],
    { help: 'Besides the address that sealgate serve was given' },
  ),
];
export const users: Field[] = [
  written('realm', 'Realm', 'sealgate', { help: 'Part of digests: a change of it makes those useless' }),
  rows('users', 'Users', 'user', [
    written('name', 'Name', undefined, { required: true }),
    written('password', 'Argon2id hash', 'not by Basic', { help: 'sealgate user hash NAME writes all three' }),
    written('digest_sha256', 'Digest, SHA-256', 'not by Digest'),
    written('digest_md5', 'Digest, MD5', 'not by Digest with MD5'),
  ]),
];

const window: Field = part('service_window', 'Service window', { start: '08:00', stop: '18:00' }, [
  written('start', 'From', undefined, { required: true, help: 'Such as 08:00' }),
  written('stop', 'Until', undefined, { required: true, help: 'Up to 24:00; not after the start: on the next day' }),
  written('time_zone', 'Time zone', 'UTC', { help: 'Such as Europe/Berlin' }),
  choices('days', 'Days', ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], {
    help: 'On which it starts; none: every day',
  }),
]);
/** When something is sent, or taken. */
export const schedule: Field[] = [window];
export const breaker: Field[] = [
  part(
    'circuit_breaker',
    'Circuit breaker',
    { failures: 5, pause: '30s' },
    [
      whole('failures', 'Failures in a row', '5', { min: 1, max: 1000 }),
      written('pause', 'Then nothing is sent for', '30s'),
    ],
    { help: 'After the pause one message tries' },
  ),
];
export const maps: Record<string, Field[]> = {
  'send-ports': [
    several('maps', 'Outbound maps', 'maps', { help: 'Before the pipeline; at most one for each message type' }),
    ...where(
      'two_way',
      ['true'],
      several('response_maps', 'Inbound maps', 'maps', { help: 'For answers, after the pipeline' }),
    ),
  ],
  'receive-ports': [
    several('maps', 'Inbound maps', 'maps', { help: 'After the pipeline; at most one for each message type' }),
    ...where(
      'two_way',
      ['true'],
      several('response_maps', 'Outbound maps', 'maps', { help: 'For answers, before the pipeline' }),
    ),
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
  whole('maximum_concurrency', 'Transmissions at a time', "the host's", { min: 0, max: 256 }),
];
export const backup: Field[] = section('Retries of the backup', ...under(['backup'], [...retries, window]));
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
