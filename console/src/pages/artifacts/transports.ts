// The transports of send ports and receive locations, with BizTalk's words: one description of each.
import type { Draft } from './Form';
import { type Artifact, at, type Path, text } from './kinds';
import { components } from './components';
import { application, choice, type Field, flag, lines, section, whole, written } from './field';
import { receivingByHttp, secret, sendingByHttp } from './http';

/** AS2 is HTTP with a pipeline of AS2: what a port by AS2 is, agreements build upon. */
export const transportTypes = ['FILE', 'HTTP', 'SFTP', 'SOAP', 'AS2'];
export const adapters: Field = {
  path: ['adapter'],
  label: 'Transport type',
  type: 'transport',
  required: true,
};

const folder = written('settings.folder', 'Folder', undefined, { required: true });
const absolute = { ...folder, help: 'From the root of this computer' };
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
  SFTP: [
    ...sftp,
    written('settings.file_name', 'File name', '%MessageID%.xml'),
    choice('settings.copy_mode', 'Copy mode', ['create-new', 'overwrite']),
    application('settings.affiliate_application', 'Affiliate application (single sign-on)', 'none', {
      help: 'Instead of user, password and key',
      section: 'Authentication',
    }),
  ],
  ...sendingByHttp,
};
export const receiving: Record<string, Field[]> = {
  FILE: [
    absolute,
    lines('settings.mask', 'File mask', '*', { help: 'With * and ?, one in each line' }),
    lines('settings.exclude', 'But not', 'none', { help: 'One mask in each line' }),
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
  ...receivingByHttp,
};

/**
 * Which of the transport types it is at `place`; `as2`: the pipelines of AS2. Empty: none is chosen. A port that is
 * `dynamic` may have one as well: its settings hold for messages of that kind.
 */
export function transportOf(artifact: Artifact, place: Path, as2: ReadonlySet<string>): string {
  const adapter = text(at(artifact, [...place, 'adapter']));
  if (adapter === '' && place.length === 0 && artifact.dynamic === true) return 'dynamic';
  // A backup goes through the pipeline of its port.
  const pipeline = text(at(artifact, [...(place[0] === 'backup' ? [] : place), 'pipeline']));
  return adapter === 'HTTP' && as2.has(pipeline) ? 'AS2' : adapter;
}

/** The draft with another transport at `place`: of the settings those stay that it knows as well. */
export function changeTransport(draft: Pick<Draft, 'artifact' | 'set'>, place: Path, from: string, to: string): void {
  const receives = place[0] === 'locations';
  const known = (receives ? receiving : sending)[to] ?? [];
  const settings = at(draft.artifact, [...place, 'settings']) as Record<string, unknown> | undefined;
  const kept = Object.entries(settings ?? {}).filter(([name]) => known.some((field) => field.path[1] === name));
  draft.set([...place, 'adapter'], to === 'AS2' ? 'HTTP' : to === 'dynamic' ? undefined : to || undefined);
  draft.set([...place, 'settings'], kept.length ? Object.fromEntries(kept) : undefined);
  if (place[0] === 'backup') return;
  if (to === 'dynamic') draft.set(['dynamic'], true);
  else if (from === 'dynamic') draft.set(['dynamic'], undefined);
  if ((from === 'AS2') === (to === 'AS2')) return;
  const pipeline = receives ? 'AS2Receive' : 'AS2Send';
  draft.set([...place, 'pipeline'], to === 'AS2' ? pipeline : undefined);
  // What was set of the components of the other pipeline means nothing any more.
  for (const component of Object.keys(components)) draft.set([...place, component], undefined);
  if (to === 'AS2' && !receives) draft.set(['two_way'], undefined);
}
