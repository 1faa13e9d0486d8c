// What became of the made-up configuration, and going back.
import { paths } from './kinds.mjs';
import { ago } from './time.mjs';

const hostile = '<img src=x onerror=alert(5)> because';

/** Seventeen revisions, of which the oldest fourteen need a certificate that is gone. */
export function madeUpLog(configuration, diff) {
  const entry = (number, when, by, origin, comment, changes, more = {}) => ({
    number,
    at: ago(when),
    by,
    address: origin === 'command' ? 'local' : '10.0.0.' + number,
    origin,
    comment,
    ...more,
    items: changes.map(([path, name, change, edit]) => {
      const now = configuration.find(path, name);
      const other = edit ? { ...structuredClone(now), ...edit } : undefined;
      const after = change === 'deleted' ? '' : configuration.yaml(now);
      const before = change === 'created' ? '' : configuration.yaml(other);
      return { kind: now.kind, name, change, before, after, diff: diff(before, after) };
    }),
  });
  const log = [
    entry(17, '2h', 'ada', 'console', '', [['send-ports', 'Orders to Contoso', 'changed', { state: 'started' }]]),
    entry(16, '26h', 'ada/deploy', 'api', 'Nightly deployment 4711', [
      ['parties', 'Fabrikam', 'changed', { description: 'Fabrikam' }],
      ['send-ports', 'Archive', 'created'],
      ['send-ports', 'Orders to Fabrikam', 'changed', { retry_count: 3, retry_interval: '5m' }],
    ]),
    entry(15, '3d', 'olga', 'console', hostile, [['send-ports', 'Orders to Contoso', 'changed', { state: 'bound' }]]),
  ];
  for (let number = 14; number > 0; --number)
    log.push(
      entry(number, `${20 - number}d`, 'unix:root', 'command', number === 1 ? 'The first configuration' : '', [
        ['hosts', 'Secure', number === 1 ? 'created' : 'changed', { send_threads: number }],
      ]),
    );
  log[3].restores = 12;
  return log;
}

function summary({ items, ...one }) {
  const named = items.slice(0, 3).map(({ kind, name }) => `${kind} ${name}`);
  return { ...one, changes: items.length, about: named.join(', ') + (items.length > 3 ? ` and ${items.length - 3} more` : '') };
}
function cut(items, query) {
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit') ?? 100);
  return { items: items.slice(start, end), ...(end < items.length ? { next: String(end) } : {}) };
}

/** The operations; `configuration()` is that of the moment. */
export function history(problem, Answer, configuration) {
  const find = (number) => configuration().log.find((one) => one.number === Number(number));
  const missing = () => problem(404, 'artifacts.no-revision', 'there is no such revision, or no more', 'look at the list');
  const newest = () => configuration().revision;
  return {
    listRevisions({ query }) {
      const fits = (one) =>
        (!query.get('user') || one.by.split('/')[0] === query.get('user')) &&
        one.items.some(
          (item) =>
            (!query.get('kind') || paths[item.kind] === query.get('kind')) &&
            (!query.get('name') || item.name === query.get('name')),
        );
      return { ...cut(configuration().log.filter(fits).map(summary), query), newest: newest() };
    },
    getRevision({ path, query }) {
      const found = find(path[1]);
      return found ? { ...summary(found), ...cut(found.items, query) } : missing();
    },
    getArtifactHistory({ path, query }) {
      const all = configuration().log.flatMap((one) =>
        one.items
          .filter((item) => paths[item.kind] === path[1] && item.name === path[2])
          .map(({ before, after, ...item }) => ({ ...summary(one), ...item })),
      );
      return { ...cut(all, query), newest: newest() };
    },
    rollBack({ path, query, headers }) {
      const to = Number(path[1]);
      if (to > newest()) return missing();
      if (headers['if-match'] && headers['if-match'] !== `"r${newest()}"`)
        return problem(412, 'api.precondition-failed', `'grace' changed the configuration (revision ${newest()})`, 'look at what it is now');
      const refusals =
        to < 14
          ? [
              {
                code: 'artifacts.cannot-roll-back',
                what: 'certificate 4F 21 99 is in no store of this computer',
                where: 'Host Secure, decryption_certificates',
                remedy: 'import it again: sealgate cert import FILE',
              },
            ]
          : [];
      const dryRun = query.get('dry-run') === 'true';
      if (refusals.length && !dryRun)
        return problem(409, refusals[0].code, refusals[0].what, refusals[0].remedy, { errors: refusals });
      const applied = configuration().goBack(to, dryRun, query.get('comment') ?? '');
      return new Answer(200, { ...applied, restores: to, refusals }, { ETag: `"r${newest()}"` });
    },
  };
}
