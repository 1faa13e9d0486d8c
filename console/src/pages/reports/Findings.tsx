import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';
import { capital, Dim, Empty, Loaded, PageHead, State, When } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { plural } from '../../parts/format';
import { WhereLink } from '../../parts/links';
import { Table } from '../../parts/table';
import parts from '../../parts/parts.module.css';

type Severity = Schemas['Severity'];
const severities: Record<Severity, React.ReactNode> = {
  error: (
    <State tone="bad" icon="warn">
      Error
    </State>
  ),
  warning: <State tone="warn">Warning</State>,
  note: (
    <State tone="plain" icon="list">
      Note
    </State>
  ),
};

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
      />
      <Tabs value={get('tab') || 'findings'} onChange={(value) => set('tab', value === 'findings' ? null : value)}>
        <Tabs.List mb="md">
          <Tabs.Tab value="findings">Findings</Tabs.Tab>
          <Tabs.Tab value="threats">Threat model</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="findings">
          <Loaded query={query}>
            {({ findings, made }) =>
              findings.length === 0 ? (
                <Empty title="Nothing was found" />
              ) : (
                <>
                  <Table
                    label="Findings"
                    rows={findings}
                    id={(one) => `${one.code}${one.where}`}
                    columns={[
                      { title: 'Severity', align: 'tight', cell: (one) => severities[one.severity] },
                      {
                        title: 'What',
                        align: 'wide',
                        cell: (one) => (
                          <>
                            <strong>{capital(one.what)}</strong>
                            <div>
                              <WhereLink where={one.where} />
                            </div>
                          </>
                        ),
                      },
                      { title: 'What to do', align: 'wide', cell: (one) => capital(one.remedy) },
                      { title: 'Since', align: 'tight', cell: (one) => (one.at ? <When time={one.at} /> : 'now') },
                      { title: 'Code', align: 'tight', cell: (one) => <code className={parts.mono}>{one.code}</code> },
                    ]}
                  />
                  <p>
                    <Dim>
                      Made <When time={made} />
                    </Dim>
                  </p>
                </>
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

function Threats() {
  const query = useQuery({ queryKey: ['threats'], queryFn: () => ask(client.GET('/audit/threat-model')) });
  return (
    <Loaded query={query}>
      {({ flows }) => (
        <>
          {flows.map((flow) => (
            <section key={`${flow.flow}${flow.from}${flow.to}`} className={parts.card}>
              <h2>{flow.flow}</h2>
              <p>
                <Dim>
                  {flow.from} → {flow.to}
                </Dim>
              </p>
              <Table
                label={`Threats of ${flow.flow}`}
                rows={flow.threats}
                id={(one) => one.threat}
                columns={[
                  { title: 'Threat', align: 'wide', cell: (one) => capital(one.threat) },
                  {
                    title: 'What stands against it',
                    align: 'wide',
                    cell: (one) =>
                      one.protections.map((each) => (
                        <div key={each}>
                          <State tone="good">{each}</State>
                        </div>
                      )),
                  },
                  {
                    title: 'Open',
                    align: 'wide',
                    cell: (one) =>
                      one.open.length ? (
                        one.open.map((each) => (
                          <div key={each}>
                            <State tone="warn">{each}</State>
                          </div>
                        ))
                      ) : (
                        <Dim>nothing</Dim>
                      ),
                  },
                ]}
              />
            </section>
          ))}
        </>
      )}
    </Loaded>
  );
}
