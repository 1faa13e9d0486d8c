import { useState } from 'react';
import { ask, client } from '../../api/client';
import { useMay } from '../../api/session';
import { Command, Dim, Empty, Loaded, State, When } from '../../parts/basics';
import { type KindPath } from '../../parts/links';
import { usePages } from '../../parts/pages';
import parts from '../../parts/parts.module.css';
import { More } from '../../parts/table';
import { By, ChangeView, RevisionLink } from './parts';
import { RollBackButton } from './RollBack';

/** What became of one artifact, the newest first. */
export function HistoryTab({ kind, name }: { kind: KindPath; name: string }) {
  const may = [useMay('configure'), useMay('partners')].some(Boolean);
  const [made, setMade] = useState<number>();
  const { query, rows, first } = usePages(['revisions', 'of', kind, name], (cursor) =>
    ask(
      client.GET('/artifacts/{kind}/{name}/history', {
        params: { path: { kind, name }, query: { limit: 20, cursor } },
      }),
    ),
  );
  return (
    <Loaded query={query}>
      {() =>
        rows.length === 0 ? (
          <Empty title="No change of it is kept">
            <p>
              It was made before changes were kept, or so long ago that they went: the group says under{' '}
              <em>Changes kept in the history</em> how many stay.
            </p>
          </Empty>
        ) : (
          <div className={parts.stack}>
            {made !== undefined && (
              <div role="status">
                <State tone="good">The configuration went back, as revision {made}</State>
              </div>
            )}
            {rows.map((one) => (
              <article key={one.number} aria-label={`Revision ${one.number}`}>
                <div className={parts.pair} style={{ justifyContent: 'space-between', flexWrap: 'wrap' }}>
                  <span>
                    <strong>
                      <RevisionLink number={one.number} />
                    </strong>{' '}
                    · <When time={one.at} /> · <By revision={one} />
                  </span>
                  {may && one.number !== first?.newest && <RollBackButton revision={one.number} onDone={setMade} />}
                </div>
                {one.comment && <Dim>{one.comment}</Dim>}
                <ChangeView change={one} plain />
              </article>
            ))}
            <More
              shown={rows.length}
              next={query.hasNextPage}
              busy={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
            <Command text={`sealgate history ${kind} ${JSON.stringify(name)}`} />
          </div>
        )
      }
    </Loaded>
  );
}
