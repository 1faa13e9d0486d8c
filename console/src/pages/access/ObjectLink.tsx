import { Link } from 'react-router-dom';
import { grouped, isUuid, thumbprintDigits } from '../../parts/format';
import { artifactAddress, type KindPath, labels, MessageLink, Thumbprint, WhereLink } from '../../parts/links';
import { userAddress } from './Users';

/** What the audit log names, as a link to its page where it has one. */
export function ObjectLink({ object }: { object: string }) {
  const user = /^(.*?)user ([a-z0-9][a-z0-9._@-]*)$/.exec(object);
  if (user)
    return (
      <>
        {user[1]}user <Link to={userAddress(user[2] ?? '')}>{user[2]}</Link>
      </>
    );
  const message = /^(message|delivery) ([0-9a-f-]{36})$/.exec(object);
  if (message && isUuid(message[2] ?? ''))
    return (
      <>
        {message[1]} <MessageLink id={message[2] ?? ''} />
      </>
    );
  if (object.startsWith('/')) return <PathLink path={object} />;
  return <WhereLink where={object} />;
}

/** The path of a call of the API. */
function PathLink({ path }: { path: string }) {
  const parts = (path.split('?')[0] ?? '').split('/').slice(1).map(plain);
  const [first = '', second = '', third = ''] = parts;
  const rest = (from: number) => parts.slice(from).map((one) => ` ${one}`);
  if (first === 'messages' && isUuid(second))
    return (
      <>
        message <MessageLink id={second} />
        {rest(2)}
      </>
    );
  if (first === 'certificates' && thumbprintDigits(second))
    return (
      <>
        certificate <Thumbprint value={second} short />
        {rest(2)}
      </>
    );
  const [kind, name, after] = first === 'artifacts' ? [second, third, 3] : [first, second, 2];
  if (kind in labels && name)
    return (
      <>
        {labels[kind as KindPath].one} <Link to={artifactAddress(kind as KindPath, name)}>{name}</Link>
        {rest(after)}
      </>
    );
  return <>{path}</>;
}
function plain(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Digests in short, words as they are. */
export function Digest({ text }: { text: string }) {
  return /^[0-9a-f]{64}$/.test(text) ? <span title={text}>{grouped(text).slice(0, 9)} …</span> : <>{text}</>;
}
