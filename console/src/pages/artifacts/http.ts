// What travels by HTTP: HTTP itself, SOAP with WS-Security, and AS2, whose messages go under agreements.
import {
  application,
  certificate,
  choice,
  choices,
  type Field,
  flag,
  lines,
  part,
  rows,
  section,
  several,
  whole,
  written,
} from './field';

/** Where a password lies, never the password. */
export const secret = 'file:/absolute/path or credential:NAME; the password itself is never in a document';

const http: Field[] = [
  written('settings.url', 'Destination URL', undefined, { required: true }),
  whole('settings.redirects', 'Redirects that are followed', '0', { min: 0, max: 10 }),
  ...section(
    'Authentication',
    choice('settings.authentication', 'Authentication type', ['anonymous', 'basic', 'digest', 'ntlm']),
    application('settings.affiliate_application', 'Affiliate application (single sign-on)', 'none', {
      help: 'Use Single Sign-On: instead of user and password source',
    }),
    written('settings.user', 'User', 'none', { help: 'Do not use Single Sign-On; for NTLM DOMAIN\\user' }),
    written('settings.password_source', 'Password source', 'none', { help: secret }),
  ),
  ...section(
    'TLS',
    certificate('settings.client_certificate', 'SSL client certificate thumbprint', 'none', {
      help: "In the Personal store of the sending host's account",
    }),
    lines('settings.trusted_certificates', 'Trusted certificates', "TrustedRoots and the system's", {
      help: 'One thumbprint in each line; the server is trusted by these and nothing else',
    }),
    choice('settings.minimum_tls', 'Least version of TLS', ['1.2', '1.3']),
    flag('settings.check_server_name', "Check the server's name", 'true'),
    flag('settings.http2', 'HTTP/2 when the server offers it', 'true'),
  ),
  ...section(
    'Proxy',
    written('settings.proxy', 'Proxy', 'none', { help: 'http://host:port' }),
    written('settings.proxy_user', 'User at the proxy', 'none'),
    written('settings.proxy_password_source', 'Its password source', 'none', { help: secret }),
  ),
  ...section(
    'Timeouts',
    written('settings.timeout', 'The whole request', 'by size'),
    written('settings.connect_timeout', 'Connecting', '30s'),
    written('settings.tls_timeout', 'TLS handshake', '30s'),
    written('settings.stall_timeout', 'No byte moves', '5m'),
    written('settings.answer_timeout', 'The answer begins', '5m'),
    written('settings.expect_continue', 'Wait for 100 Continue', '0', { help: '0: it is not asked for; 1m at most' }),
  ),
];
const answer = written('settings.maximum_response', 'Largest answer', "the group's largest message", {
  help: 'Of a two-way port',
});
const understood = (of: string) =>
  lines('settings.understood_headers', 'Header blocks that are understood', 'none', {
    help: `${of}: namespace#name, or namespace#* in each line`,
  });

const user = [
  written('name', 'User', undefined, { required: true }),
  written('password_file', 'Password file', undefined, {
    required: true,
    help: 'An absolute path; the password is its first line',
  }),
];
/** What WS-Security must have proven; `place` of the settings. */
const check = (place: string, label: string): Field =>
  part(
    `settings.${place}`,
    label,
    { require_signature: true, require_timestamp: true },
    [
      flag('require_signature', 'A signature over the Body is required', undefined, { explicit: true }),
      flag('require_encryption', 'Encryption of the Body is required'),
      flag('require_timestamp', 'A Timestamp is required', 'true', { explicit: true }),
      written('maximum_age', 'Longest age of Timestamps and tokens', '5m'),
      written('clock_skew', 'Clocks may differ by', '1m'),
      rows('users', 'Users of UsernameTokens', 'user', user, { help: 'With any, a token of one of them is demanded' }),
    ],
    { section: 'WS-Security', help: 'Off: WS-Security is not understood' },
  );
/** What WS-Security does to what goes out. */
const seal = (place: string, label: string): Field =>
  part(
    `settings.${place}`,
    label,
    { sign: true },
    [
      flag('sign', 'Sign Body and Timestamp', undefined, {
        explicit: true,
        help: "With the port's signing certificate, else the group's",
      }),
      flag('encrypt', 'Encrypt the Body', undefined, { help: 'To the certificates on the Certificate page' }),
      choice('cipher', 'Cipher', ['aes256-gcm', 'aes128-gcm', 'aes256-cbc', 'aes128-cbc']),
      written('lifetime', 'The Timestamp holds for', '5m'),
      part('user', 'UsernameToken', {}, [...user, flag('password_digest', 'The password as a digest', 'true')]),
    ],
    { section: 'WS-Security' },
  );

const listening: Field[] = [
  written('settings.path', 'Path', undefined, { required: true, help: 'Such as /orders' }),
  written('settings.listener', 'Listener of the host', 'the address of sealgate serve'),
  ...section(
    'Authentication',
    choices('settings.authentication', 'Authentication', ['anonymous', 'basic', 'digest'], {
      help: 'None: anonymous alone. Users are those of the host',
    }),
    choice('settings.client_certificate', 'Client certificate', ['off', 'request', 'require']),
    lines('settings.allowed_clients', 'Allowed clients', 'any', { help: 'One network in each line' }),
    whole('settings.requests_per_second', 'Requests a second of one client', '0', { min: 0 }),
  ),
  ...section(
    'Messages',
    lines('settings.content_types', 'Content types', 'any', { help: 'One media type in each line' }),
    written('settings.maximum_body', 'Largest message', "the group's"),
    flag('settings.suspend_failed_requests', 'Suspend failed requests', 'true'),
    flag('settings.return_correlation_handle', 'Return correlation handle', 'true'),
  ),
];

const as2Settings = [
  'path',
  'listener',
  'authentication',
  'client_certificate',
  'allowed_clients',
  'requests_per_second',
  'maximum_body',
  'suspend_failed_requests',
];

/** By HTTP, with what an agreement says left out: how bodies are framed, and their type. */
export const sendingByHttp: Record<'HTTP' | 'SOAP' | 'AS2', Field[]> = {
  HTTP: [
    ...http,
    ...section(
      'Message',
      flag('settings.chunked', 'Enable chunked encoding', 'true'),
      written('settings.content_type', 'Content type', "the message's"),
      flag('settings.gzip_request', 'Send it compressed'),
      flag('settings.gzip_response', 'The answer may come compressed'),
      answer,
    ),
  ],
  SOAP: [
    ...http,
    ...section(
      'Message',
      flag('settings.use_soap12', 'SOAP 1.2'),
      written('settings.action', 'SOAPAction', 'SOAP.Action of the message'),
      lines('settings.headers', 'Header blocks', 'none', { help: 'One name of a SOAPHeader property in each line' }),
      understood('Of answers'),
      written('settings.maximum_body', 'Largest message and answer', '4MiB', { help: '64MiB at most' }),
      flag('settings.chunked', 'Enable chunked encoding', 'true'),
      flag('settings.gzip_request', 'Send it compressed'),
      flag('settings.gzip_response', 'The answer may come compressed'),
      answer,
    ),
    seal('security', 'Sign or encrypt what is sent'),
    check('answer_security', 'Check answers'),
  ],
  AS2: http,
};
export const receivingByHttp: Record<'HTTP' | 'SOAP' | 'AS2', Field[]> = {
  HTTP: listening,
  SOAP: [
    ...listening.filter((one) => !/content_types/.test(one.path.join())),
    ...section(
      'Service',
      choice('settings.version', 'Version', ['', '1.1', '1.2'], { standard: 'any' }),
      written('settings.service', 'Service name', 'Sealgate'),
      written('settings.public_address', 'Public address', 'as called'),
      several('settings.schemas', 'Schemas', 'schemas'),
      understood('Behind this location'),
      rows(
        'settings.operations',
        'Operations',
        'operation',
        [
          written('name', 'Name', undefined, { required: true }),
          written('action', 'SOAPAction', 'none is demanded'),
          written('request', 'Message type of the request', 'any'),
          written('response', 'Message type of the response', 'any'),
        ],
        { help: 'With any, all others are refused. Without, one for each schema' },
      ),
    ),
    check('security', 'Check requests'),
    seal('response_security', 'Sign or encrypt responses'),
  ],
  AS2: listening.filter((one) => as2Settings.includes(String(one.path[1]))),
};
