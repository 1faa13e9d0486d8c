import { createHash } from 'node:crypto';
import { parseAllDocuments, stringify } from 'yaml';
import { artifacts as initial } from './artifacts.mjs';
import { madeUpLog } from './history.mjs';
import { paths } from './kinds.mjs';

export class Configuration {
  artifacts = structuredClone(initial);
  revision = 17;
  log = madeUpLog(this, diff);

  kinds() {
    return {
      revision: this.revision,
      kinds: Object.entries(paths).map(([kind, path]) => ({ kind, path, count: this.of(path).length })),
    };
  }
  of(path) {
    return this.artifacts.filter((one) => paths[one.kind] === path).sort((a, b) => a.name.localeCompare(b.name));
  }
  find(path, name) {
    return this.of(path).find((one) => one.name === name);
  }
  tag(artifact) {
    return `"${createHash('sha256').update(JSON.stringify(artifact)).digest('hex').slice(0, 16)}"`;
  }
  yaml(artifact) {
    return stringify(artifact, { lineWidth: 110 });
  }
  parse(text) {
    return parseAllDocuments(text).map((document) => document.toJS());
  }

  keep(changes, comment = '', more = {}) {
    this.revision += 1;
    this.log.unshift({
      number: this.revision,
      at: new Date().toISOString(),
      by: 'ada',
      address: '127.0.0.1',
      origin: 'console',
      comment,
      ...more,
      items: changes.map(([before, after]) => {
        const [was, is] = [before ? this.yaml(before) : '', after ? this.yaml(after) : ''];
        const { kind, name } = after ?? before;
        const change = !before ? 'created' : !after ? 'deleted' : 'changed';
        return { kind, name, change, before: was, after: is, diff: diff(was, is) };
      }),
    });
  }
  /** Makes it what it was after this revision. */
  goBack(to, dryRun, comment) {
    const first = new Map();
    for (const one of this.log.filter((entry) => entry.number > to))
      for (const item of one.items) first.set(`${item.kind} ${item.name}`, item);
    const pairs = [];
    for (const { kind, name, before } of first.values()) {
      const now = this.find(paths[kind], name);
      const then = before ? this.parse(before)[0] : undefined;
      if ((now && this.yaml(now)) !== (then && this.yaml(then))) pairs.push([now, then]);
    }
    const changes = pairs.map(([now, then]) => ({
      kind: (then ?? now).kind,
      name: (then ?? now).name,
      change: !now ? 'created' : !then ? 'deleted' : 'changed',
      diff: diff(now ? this.yaml(now) : '', then ? this.yaml(then) : ''),
    }));
    if (!dryRun && pairs.length) {
      const gone = new Set(pairs.map(([now]) => now));
      this.artifacts = [
        ...this.artifacts.filter((one) => !gone.has(one)),
        ...pairs.flatMap(([, then]) => (then ? [then] : [])),
      ];
      this.keep(pairs, comment, { restores: to });
    }
    return { revision: this.revision, dry_run: dryRun, changes, assigned: [], warnings: [] };
  }

  /** Puts one in the place of `before` (undefined: makes it), unless it is a dry run. */
  put(before, after, dryRun, comment) {
    const change = !before ? 'created' : this.yaml(before) === this.yaml(after) ? 'unchanged' : 'changed';
    const changes = [
      {
        kind: after.kind,
        name: after.name,
        change,
        diff: change === 'unchanged' ? '' : diff(before ? this.yaml(before) : '', this.yaml(after)),
      },
    ];
    if (!dryRun && change !== 'unchanged') {
      this.artifacts = [...this.artifacts.filter((one) => one !== before), after];
      this.keep([[before, after]], comment);
    }
    return {
      revision: this.revision,
      dry_run: dryRun,
      changes,
      assigned: [],
      warnings: this.warnings(after),
      orphans: [],
    };
  }
  remove(before, dryRun) {
    const changes = [{ kind: before.kind, name: before.name, change: 'deleted', diff: '' }];
    if (!dryRun) {
      this.artifacts = this.artifacts.filter((one) => one !== before);
      this.keep([[before, undefined]]);
    }
    return { revision: this.revision, dry_run: dryRun, changes, assigned: [], warnings: [], orphans: [] };
  }
  warnings(after) {
    return after.kind === 'SendPort' && after.state === 'stopped'
      ? [`SendPort ${after.name} is stopped: what it would get is stored suspended`]
      : [];
  }

  locations() {
    return this.of('receive-ports').flatMap((port) =>
      (port.locations ?? []).map((one) => ({
        name: one.name,
        description: one.description ?? '',
        port: port.name,
        enabled: one.enabled ?? true,
        host: one.host,
        adapter: one.adapter,
        address: one.settings?.folder ?? one.settings?.path ?? '',
        pipeline: one.pipeline ?? 'PassThruReceive',
      })),
    );
  }
}

/** Lines that go, come and stay, by the longest common subsequence. */
function diff(before, after) {
  const a = before ? before.trimEnd().split('\n') : [];
  const b = after ? after.trimEnd().split('\n') : [];
  const length = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; --i)
    for (let j = b.length - 1; j >= 0; --j)
      length[i][j] = a[i] === b[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
  const lines = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) (lines.push(` ${a[i]}`), ++i, ++j);
    else if (i < a.length && (j === b.length || length[i + 1][j] >= length[i][j + 1])) (lines.push(`-${a[i]}`), ++i);
    else (lines.push(`+${b[j]}`), ++j);
  }
  return lines.join('\n');
}
