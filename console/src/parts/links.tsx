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

/** "SendPort Orders to Fabrikam: encryption" as a link to the page that is meant. */
export function WhereLink({ where }: { where: string }) {
  const match =
    /^(Group|Host|Party|Schema|Map|Pipeline|ReceivePort|SendPort|SendPortGroup|Agreement) ([^:]+)(:.*)?$/.exec(where);
  if (!match) return <>{where}</>;
  const path = paths[match[1] as Kind];
  return (
    <span>
      {labels[path].one}{' '}
      <Link
        to={artifactAddress(
          path,
          match[2] ?? '',
          /certificate|encrypt|sign|decrypt|verif/.test(match[3] ?? '') ? 'certificate' : undefined,
        )}
      >
        {match[2]}
      </Link>
      {match[3]}
    </span>
  );
}
