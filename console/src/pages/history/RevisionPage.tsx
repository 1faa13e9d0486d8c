import { useNavigate, useParams } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { useMay } from '../../api/session';
import { Command, Facts, Loaded, PageHead, When } from '../../parts/basics';
import { plural } from '../../parts/format';
import { usePages } from '../../parts/pages';
import parts from '../../parts/parts.module.css';
import { More } from '../../parts/table';
import { By, ChangeView, RevisionLink, revisionAddress } from './parts';
import { RollBackButton } from './RollBack';

/** One change of the configuration, with the lines of every artifact. */
export default function RevisionPage() {
  const number = Number(useParams().number);
  const go = useNavigate();
  const may = [useMay('configure'), useMay('partners')].some(Boolean);
  const { query, first, rows } = usePages(['revisions', 'one', number], (cursor) =>
    ask(
      client.GET('/revisions/{revision}', { params: { path: { revision: number }, query: { limit: 25, cursor } } }),
    ),
  );
  return (
    <>
      <PageHead
        title={`Revision ${number}`}
        crumbs={[{ to: '/history', text: 'History' }]}
        sentence={first?.comment || ' '}
      >
        {may && first && <RollBackButton revision={number} onDone={(made) => go(revisionAddress(made))} />}
      </PageHead>
      <Loaded query={query}>
        {() => (
          <div className={parts.stack}>
            {first && (
              <Facts
                rows={[
                  ['When', <When key="when" time={first.at} />],
                  ['User', <By key="by" revision={first} />],
                  ['From', first.address],
                  [
                    'Back to',
                    first.restores !== undefined ? <RevisionLink key="back" number={first.restores} /> : undefined,
                  ],
                  ['Changed', plural(first.changes, 'artifact')],
                ]}
              />
            )}
            {rows.map((one) => (
              <ChangeView key={`${one.kind} ${one.name}`} change={one} />
            ))}
            <More
              shown={rows.length}
              total={first?.changes}
              next={query.hasNextPage}
              busy={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
            <Command text={`sealgate history show ${number}`} />
          </div>
        )}
      </Loaded>
    </>
  );
}
