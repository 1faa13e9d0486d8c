import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { useMay } from '../../api/session';
import { Dim, Loaded, Note, State } from '../../parts/basics';
import { ArtifactLink } from '../../parts/links';
import { Table } from '../../parts/table';
import styles from './artifacts.module.css';
import { type Artifact, at, text, words } from './kinds';

/** Under which agreements messages go out by a port of AS2: everything but the way there stands in them. */
export function As2Agreements({ name, party }: { name: string; party: string }) {
  const may = useMay('partners');
  const query = useQuery({
    queryKey: ['artifacts', 'agreements', 'all'],
    queryFn: () =>
      ask(client.GET('/artifacts/{kind}', { params: { path: { kind: 'agreements' }, query: { limit: 500 } } })),
  });
  const search = new URLSearchParams({ new: 'yes', for: name, ...(party ? { with: party } : {}) });
  return (
    <Loaded query={query} rows={2}>
      {({ items }) => {
        const all = items as Artifact[];
        const listed = all.filter((one) => words(at(one, ['sending', 'send_ports'])).includes(name));
        const meant = listed.length
          ? listed
          : all.filter((one) => party !== '' && text(at(one, ['partner', 'party'])) === party);
        return (
          <div className={styles.agreements}>
            {meant.length === 0 ? (
              <Note tone="amber">
                <State tone="warn">No agreement names this port</State>
                <div>
                  Without one a message is suspended, unless it says by <code>EdiIntAS.AS2To</code> whom it is for.
                </div>
              </Note>
            ) : (
              <Table
                label="Agreements"
                rows={meant}
                id={(one) => one.name}
                columns={[
                  { title: 'Agreement', cell: (one) => <ArtifactLink path="agreements" name={one.name} /> },
                  { title: 'AS2-From', cell: (one) => text(at(one, ['sending', 'as2_from'])) },
                  { title: 'AS2-To', cell: (one) => text(at(one, ['sending', 'as2_to'])) },
                  {
                    title: 'Receipt',
                    align: 'wide',
                    cell: (one) => text(at(one, ['sending', 'receipt', 'mode'])) || 'sync',
                  },
                ]}
              />
            )}
            <p>
              {listed.length === 0 && meant.length > 0 && (
                <>
                  <Dim>Found by the party: no agreement lists this port.</Dim>{' '}
                </>
              )}
              {may && <Link to={`/agreements?${search.toString()}`}>New agreement…</Link>}
            </p>
          </div>
        );
      }}
    </Loaded>
  );
}
