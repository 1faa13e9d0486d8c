import { Link } from 'react-router-dom';
import { grouped } from './format';
import styles from './parts.module.css';

export const paths = {
  Group: 'groups',
  Host: 'hosts',
  Party: 'parties',
  Schema: 'schemas',
  Map: 'maps',
  Pipeline: 'pipelines',
  ReceivePort: 'receive-ports',
  SendPort: 'send-ports',
  SendPortGroup: 'send-port-groups',
  Agreement: 'agreements',
} as const;
export type Kind = keyof typeof paths;
export type KindPath = (typeof paths)[Kind];

/** What BizTalk calls them. */
export const labels: Record<KindPath, { one: string; many: string }> = {
  groups: { one: 'Group', many: 'Group properties' },
  hosts: { one: 'Host', many: 'Hosts' },
  parties: { one: 'Party', many: 'Parties' },
  schemas: { one: 'Schema', many: 'Schemas' },
  maps: { one: 'Map', many: 'Maps' },
  pipelines: { one: 'Pipeline', many: 'Pipelines' },
  'receive-ports': { one: 'Receive port', many: 'Receive ports' },
  'send-ports': { one: 'Send port', many: 'Send ports' },
  'send-port-groups': { one: 'Send port group', many: 'Send port groups' },
  agreements: { one: 'Agreement', many: 'Agreements' },
};

export const artifactAddress = (path: KindPath, name: string, tab?: string): string =>
  `/${path}/${encodeURIComponent(name)}${tab ? `?tab=${tab}` : ''}`;

export function ArtifactLink({ path, name }: { path: KindPath; name: string }) {
  return <Link to={artifactAddress(path, name)}>{name}</Link>;
}
export function PartyLink({ name }: { name: string | undefined }) {
  return name ? <ArtifactLink path="parties" name={name} /> : <span className={styles.dim}>nobody known</span>;
}
/** A port of work: of what is received a receive port, else a send port. */
export function PortLink({ name, kind }: { name: string | undefined; kind?: string }) {
  if (!name) return <span className={styles.dim}>none</span>;
  return <ArtifactLink path={kind === 'receive' || kind === 'respond' ? 'receive-ports' : 'send-ports'} name={name} />;
}
export function Thumbprint({ value, short = false }: { value: string; short?: boolean }) {
  const digits = value.replace(/[^0-9a-f]/gi, '');
  const text = grouped(digits);
  return (
    <Link className={styles.mono} to={`/certificates/${digits}`} title={text} aria-label={`Certificate ${text}`}>
      {short ? `${text.slice(0, 14)} …` : text}
    </Link>
  );
}
export function MessageLink({ id, short = true }: { id: string; short?: boolean }) {
  return (
    <Link className={styles.mono} to={`/messages/${id}`} title={id}>
      {short ? `${id.slice(0, 8)}…` : id}
    </Link>
  );
}

const places =
  /^(Group|Host|Party|Schema|Map|Pipeline|ReceivePort|SendPortGroup|SendPort|Agreement) (.+?)(?:(, |: )((?:location |listeners\.|transport\.|backup\.|sending\.|receiving\.|https?:|sftp:|encrypt|sign|decrypt|verif|listener |[a-z]+_)[\s\S]*))?$/;

/** The tab on which a field of an artifact is: "encryption_certificates" is on that of certificates. */
function tabOf(field: string): string | undefined {
  const location = /^location ([^,]+)/.exec(field);
  if (location) return `locations&location=${encodeURIComponent(location[1] ?? '')}`;
  if (/client_certificate|trusted_certificates|affiliate_application|^(backup\.|transport\.|https?:|sftp:)/.test(field))
    return 'transport';
  return /certificate|encrypt|sign|decrypt|verif/.test(field) ? 'certificate' : undefined;
}

/** The page and tab that "SendPort Orders to Fabrikam, encryption_certificates" means; undefined when it is none of ours. */
export function whereAddress(where: string): string | undefined {
  const match = places.exec(where);
  if (match) return artifactAddress(paths[match[1] as Kind], match[2] ?? '', tabOf(match[4] ?? ''));
  const location = /^(?:receive )?location (.+)$/.exec(where);
  if (location) return `/receive-locations?search=${encodeURIComponent(location[1] ?? '')}`;
  const certificate = /^certificate '?([^'(]+?)'?(?: \(.*)?$/.exec(where);
  return certificate ? `/certificates?search=${encodeURIComponent(certificate[1] ?? '')}` : undefined;
}

/** "SendPort Orders to Fabrikam, encryption_certificates" as a link to the page that is meant. */
export function WhereLink({ where }: { where: string }) {
  const match = places.exec(where);
  const address = whereAddress(where);
  if (!address) return <>{where}</>;
  if (!match) return <Link to={address}>{where}</Link>;
  return (
    <span>
      {labels[paths[match[1] as Kind]].one} <Link to={address}>{match[2]}</Link>
      {match[3]}
      {match[4]}
    </span>
  );
}

/** Text in which thumbprints, as dialogs write them, are links. */
export function Linked({ text }: { text: string }) {
  return (
    <>
      {text
        .split(/((?:[0-9A-F]{4} ){9}[0-9A-F]{4})/)
        .map((part, index) => (index % 2 ? <Thumbprint key={index} value={part} /> : part))}
    </>
  );
}
