// The transports of send ports and receive locations, with BizTalk's words: one description of each.
import type { Draft } from './Form';
import { at, type Path } from './kinds';
import { application, certificate, choice, type Field, flag, lines, section, whole, written } from './field';

export const adapters = choice('adapter', 'Transport type', ['FILE', 'HTTP', 'SFTP', 'SOAP'], {
  standard: undefined,
  required: true,
});

const folder = written('settings.folder', 'Folder', undefined, { required: true });
const absolute = { ...folder, help: 'From the root of this computer' };
const secret = 'file:/absolute/path or credential:NAME; the password itself is never in a document';

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
  ),
];
const sftp: Field[] = [
  written('settings.host', 'Server', undefined, { required: true }),
  whole('settings.port', 'Port', '22', { min: 1, max: 65535 }),
  { ...folder, help: '/folder from the root of the server, or folder from the home of the user' },
  ...section(
    'Authentication',
    written('settings.user', 'User', 'none'),
    written('settings.password_source', 'Password source', 'none', { help: secret }),
    written('settings.key_source', 'Private key source', 'none'),
    written('settings.key_passphrase_source', 'Its passphrase source', 'none'),
  ),
  ...section(
    'Whose server it is',
    lines('settings.host_keys', 'Host keys', 'none', { help: 'One fingerprint in each line: SHA256:…' }),
    written('settings.known_hosts', 'Known hosts', 'none', { help: 'An absolute path; instead of host keys' }),
    flag('settings.check_host_key', 'Check the host key', 'true'),
  ),
  ...section(
    'Timeouts',
    written('settings.connect_timeout', 'Connecting', '30s'),
    written('settings.login_timeout', 'Handshake and login', '30s'),
    written('settings.stall_timeout', 'No byte moves', '1m'),
  ),
];
export const sending: Record<string, Field[]> = {
  FILE: [
    absolute,
    written('settings.file_name', 'File name', '%MessageID%.xml'),
    choice('settings.copy_mode', 'Copy mode', ['create-new', 'append', 'overwrite']),
    written('settings.temporary_folder', 'Temporary folder', 'the folder'),
    flag('settings.create_folder', 'Make a missing folder'),
  ],
  HTTP: [
    ...http,
    ...section(
      'Message',
      flag('settings.chunked', 'Enable chunked encoding', 'true'),
      written('settings.content_type', 'Content type', "the message's"),
      flag('settings.gzip_request', 'Send it compressed'),
      flag('settings.gzip_response', 'The answer may come compressed'),
    ),
  ],
  SFTP: [
    ...sftp,
    written('settings.file_name', 'File name', '%MessageID%.xml'),
    choice('settings.copy_mode', 'Copy mode', ['create-new', 'overwrite']),
    application('settings.affiliate_application', 'Affiliate application (single sign-on)', 'none', {
      help: 'Instead of user, password and key',
      section: 'Authentication',
    }),
  ],
  SOAP: [
    ...http,
    ...section(
      'Message',
      flag('settings.use_soap12', 'SOAP 1.2'),
      written('settings.action', 'SOAPAction', 'SOAP.Action of the message'),
      lines('settings.headers', 'Header blocks', 'none', { help: 'One name of a SOAPHeader property in each line' }),
    ),
  ],
};
const listening: Field[] = [
  written('settings.path', 'Path', undefined, { required: true, help: 'Such as /orders' }),
  written('settings.listener', 'Listener of the host', 'the address of sealgate serve'),
  ...section(
    'Authentication',
    lines('settings.authentication', 'Authentication', 'anonymous', {
      help: 'anonymous, basic, digest: one in each line',
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
export const receiving: Record<string, Field[]> = {
  FILE: [
    absolute,
    written('settings.mask', 'File mask', '*'),
    written('settings.exclude', 'But not', 'none'),
    flag('settings.ignore_case', 'Ignore case'),
    ...section(
      'Batching and polling',
      whole('settings.batch_size', 'Files in one batch', '20', { min: 1, max: 256 }),
      written('settings.batch_bytes', 'Bytes in one batch', '100MiB'),
      written('settings.polling_interval', 'Polling interval', '1s'),
      written('settings.stable_for', 'Not changed for', '0'),
      written('settings.marker', 'Marker', 'none', { help: '.done: order.xml is taken when order.xml.done is there' }),
      whole('settings.readers', 'Files read at a time', '1', { min: 1, max: 16 }),
      flag('settings.rename_while_reading', 'Rename files while reading'),
      flag('settings.skip_read_only', 'Leave read-only files', 'true'),
    ),
  ],
  HTTP: listening,
  SFTP: [
    ...sftp,
    ...section(
      'Batching and polling',
      written('settings.mask', 'File mask', '*'),
      written('settings.polling_interval', 'Polling interval', '30s'),
      written('settings.stable_for', 'Not changed for', '5s'),
      whole('settings.batch_size', 'Files in one batch', '20', { min: 1, max: 256 }),
      written('settings.move_to', 'Moved to', 'nowhere: removed'),
    ),
  ],
  SOAP: [
    ...listening.filter((one) => !/content_types/.test(one.path.join())),
    ...section(
      'Service',
      choice('settings.version', 'Version', ['', '1.1', '1.2'], { standard: 'any' }),
      written('settings.service', 'Service name', 'Sealgate'),
      written('settings.public_address', 'Public address', 'as called'),
      lines('settings.schemas', 'Schemas', 'none', { help: 'One name in each line' }),
    ),
  ],
};

/** The draft with another transport at `place`: of the settings those stay that it knows as well. */
export function changeTransport(
  draft: Pick<Draft, 'artifact' | 'set'>,
  place: Path,
  adapter: string | undefined,
): void {
  const known = (place[0] === 'locations' ? receiving : sending)[adapter ?? ''] ?? [];
  const settings = at(draft.artifact, [...place, 'settings']) as Record<string, unknown> | undefined;
  const kept = Object.entries(settings ?? {}).filter(([name]) => known.some((field) => field.path[1] === name));
  draft.set([...place, 'adapter'], adapter);
  draft.set([...place, 'settings'], kept.length ? Object.fromEntries(kept) : undefined);
}
