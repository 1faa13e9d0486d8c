import { Button, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { capital, Dim, Empty, Loaded, PageHead, State, type Tone, When } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import type { IconName } from '../../parts/icons';
import { plural } from '../../parts/format';
import { Linked, whereAddress, WhereLink } from '../../parts/links';
import { Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import { Threats } from './Threats';

type Finding = Schemas['Finding'];
type Severity = Schemas['Severity'];
const severities: { severity: Severity; title: string; about: string; tone: Tone; icon: IconName }[] = [
  { severity: 'error', title: 'Errors', about: 'messages fail, or are open to others, now', tone: 'bad', icon: 'warn' },
  { severity: 'warning', title: 'Warnings', about: 'weaker than it should be', tone: 'warn', icon: 'warn' },
  { severity: 'note', title: 'Notes', about: 'worth knowing', tone: 'plain', icon: 'list' },
];

export default function Findings() {
  const { get, set } = useFilters();
  const query = useQuery({ queryKey: ['findings'], queryFn: () => ask(client.GET('/audit/findings')) });
  const count = (severity: Severity) => query.data?.findings.filter((one) => one.severity === severity).length ?? 0;
  return (
    <>
      <PageHead
        title="Audit findings"
        sentence={
          query.data
            ? query.data.findings.length
              ? `${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')} and ${plural(count('note'), 'note')}${query.data.group && ` in ${query.data.group}`}.`
              : 'Everything is as it should be.'
            : ' '
        }
      >
        <Button size="xs" variant="default" onClick={() => void query.refetch()} loading={query.isFetching}>
          Look again
        </Button>
      </PageHead>
      <Tabs value={get('tab') || 'findings'} onChange={(value) => set('tab', value === 'findings' ? null : value)}>
        <Tabs.List mb="md">
          <Tabs.Tab value="findings">Findings</Tabs.Tab>
          <Tabs.Tab value="threats">Threat model</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="findings">
          <Loaded query={query}>
            {({ findings, made }) =>
              findings.length === 0 ? (
                <Empty title="Nothing was found">
                  <p>The configuration, the certificates and this computer were looked at.</p>
                </Empty>
              ) : (
                <div className={parts.stack}>
                  {severities.map((one) => (
                    <Group key={one.severity} {...one} findings={findings.filter((each) => each.severity === one.severity)} />
                  ))}
                  <p>
                    <Dim>
                      Made <When time={made} />; the same as <code>sealgate audit</code> says.
                    </Dim>
                  </p>
                </div>
              )
            }
          </Loaded>
        </Tabs.Panel>
        <Tabs.Panel value="threats">
          <Threats />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Group({
  severity,
  title,
  about,
  tone,
  icon,
  findings,
}: (typeof severities)[number] & { findings: Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <section aria-labelledby={`of-${severity}`}>
      <h2 id={`of-${severity}`} style={{ marginBottom: 8 }}>
        <State tone={tone} icon={icon}>
          {title}
        </State>{' '}
        <Dim>
          {findings.length}: {about}
        </Dim>
      </h2>
      <Table
        label={title}
        rows={findings}
        id={(one) => `${one.code}${one.where}${one.what}`}
        columns={[
          {
            title: 'What',
            align: 'wide',
            cell: (one) => (
              <>
                <strong>
                  <Linked text={capital(one.what)} />
                </strong>
                <div>
                  <WhereLink where={one.where} />
                </div>
              </>
            ),
          },
          { title: 'What to do', align: 'wide', cell: (one) => <Linked text={capital(one.remedy)} /> },
          {
            title: 'Dialog',
            align: 'tight',
            cell: (one) => {
              const address = whereAddress(one.where);
              return address ? (
                <Button size="compact-xs" variant="default" component={Link} to={address} aria-label={`Mend it at ${one.where}`}>
                  Mend it
                </Button>
              ) : (
                <Dim>on the computer</Dim>
              );
            },
          },
          { title: 'Since', align: 'tight', cell: (one) => (one.at ? <When time={one.at} /> : 'now') },
          { title: 'Code', align: 'tight', cell: (one) => <code className={parts.mono}>{one.code}</code> },
        ]}
      />
    </section>
  );
}
