// A server that answers as the description says, out of made-up data: for work on the console, and for its tests.
//
//   node mock/server.mjs [--port N] [--dist FOLDER]     prints the address that it listens at
//
// ada / correct-horse-battery signs in; grace (the same password) needs the code 123456; olga is an operator.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { makeAccess, permissions as everything } from './access.mjs';
import { as2, findings, forecast, threats } from './reports.mjs';
import { certificates as initialCertificates, details } from './certificates.mjs';
import { Configuration } from './configuration.mjs';
import { credentials, resetCredentials } from './credentials.mjs';
import { activity, figures } from './figures.mjs';
import { description, faults, operation } from './description.mjs';
import { history } from './history.mjs';
import { context, deeds, journey, parts, works as initialWorks } from './messages.mjs';
import { ago, ahead } from './time.mjs';
import { resetTrust, trust } from './trust.mjs';

const option = (name, other) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : other);
const dist = option('--dist', '');
const users = { ada: everything, grace: everything, olga: ['view', 'operate'], rita: ['view'] };
const password = 'correct-horse-battery';

let state;
function reset() {
  state = {
    configuration: new Configuration(),
    works: structuredClone(initialWorks),
    certificates: structuredClone(initialCertificates),
    sessions: new Map(),
    defects: [],
  };
  resetCredentials();
  deeds.clear();
  access?.reset();
  resetTrust();
}
let access;
reset();

class Answer {
  constructor(status, body, headers = {}, type = 'application/json') {
    Object.assign(this, { status, body, headers, type });
  }
}
function problem(status, code, what, remedy, more = {}) {
  const titles = {
    400: 'Bad Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
    409: 'Conflict',
    412: 'Precondition Failed',
    422: 'Unprocessable Content',
    428: 'Precondition Required',
    429: 'Too Many Requests',
  };
  return new Answer(
    status,
    {
      type: 'about:blank',
      title: titles[status],
      status,
      code,
      what,
      where: more.where ?? '',
      remedy,
      detail: `${what}; ${remedy}`,
      ...(more.errors ? { errors: more.errors } : {}),
    },
    {},
    'application/problem+json',
  );
}
const missing = (what) =>
  problem(404, 'artifacts.not-found', `there is no ${what}`, 'look at the list of what there is');

function page(items, query, key = 'items', more = {}) {
  const start = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 100);
  const next = start + limit < items.length ? { next: String(start + limit) } : {};
  return { [key]: items.slice(start, start + limit), ...next, ...more };
}
const contains = (text, search) => (text ?? '').toLowerCase().includes(search.toLowerCase());

/** What goes by AS2 goes by HTTP. */
const transports = (one) => [one.adapter, ...(/^AS2/.test(one.pipeline) ? ['AS2'] : [])];

function status() {
  const count = (one) => state.works.filter((work) => work.state === one).length;
  const suspended = groups();
  const first = forecast().items.find((one) => !one.covered && one.days_left >= 0);
  return {
    sentence: suspended.length
      ? `${count('suspended')} messages are suspended, most of them because a certificate of Northwind expired; everything else flows.`
      : 'Everything flows.',
    health: suspended.length ? 'warning' : 'good',
    group: 'contoso-prod',
    at: new Date().toISOString(),
    version: '1.0.0',
    revision: state.configuration.revision,
    work: Object.fromEntries(
      ['ready', 'active', 'retrying', 'scheduled', 'suspended', 'completed', 'terminated'].map((one) => [
        one,
        count(one),
      ]),
    ),
    rates: {
      seconds: 60,
      received: 214 + Math.floor(Math.random() * 40),
      sent: 231 + Math.floor(Math.random() * 40),
      failed: 2,
    },
    instances: { alive: 2, silent: 1 },
    suspended: suspended.slice(0, 5).map((one) => ({ code: one.code, count: one.count })),
    expires_next: first
      ? {
          thumbprint: first.thumbprint,
          name: first.name,
          not_after: first.not_after,
          days_left: first.days_left,
          uses: first.uses.map((use) => use.where),
        }
      : null,
  };
}

/** The certificate that the forecast names for it. */
function expiring(name) {
  const found = forecast().items.find((one) => !one.covered && one.uses.some((use) => use.where.includes(` ${name}`)));
  return (
    found && { name: found.name, thumbprint: found.thumbprint, not_after: found.not_after, days_left: found.days_left }
  );
}

function groups() {
  const found = new Map();
  for (const work of state.works.filter((one) => one.state === 'suspended'))
    found.set(work.failure.code, [...(found.get(work.failure.code) ?? []), work]);
  const counts = (list) =>
    [...list.reduce((sums, name) => (name ? sums.set(name, (sums.get(name) ?? 0) + 1) : sums), new Map())].map(
      ([name, count]) => ({ name, count }),
    );
  return [...found.values()]
    .sort((a, b) => b.length - a.length)
    .map((list) => ({
      code: list[0].failure.code,
      text: list[0].failure.text,
      remedy: list[0].failure.remedy,
      count: list.length,
      resumable: list.filter((one) => one.failure.resumable).length,
      ports: counts(list.map((one) => one.port)),
      parties: counts(list.map((one) => one.party)),
      oldest: list.at(-1).created,
      newest: list[0].created,
      example: list[0].id,
    }));
}

function suspendedBy(filter) {
  return state.works.filter(
    (one) =>
      one.state === 'suspended' &&
      (!filter.code || one.failure.code === filter.code) &&
      (!filter.port || one.port === filter.port) &&
      (!filter.party || one.party === filter.party) &&
      (!filter.kind || one.kind === filter.kind),
  );
}
const stopped = (work) => state.configuration.find('send-ports', work.port)?.state === 'stopped';
function bulk(filter, dryRun, resume) {
  const all = suspendedBy(filter);
  const stay = resume ? all.filter((one) => !one.failure.resumable || (stopped(one) && !filter.force)) : [];
  const go = all.filter((one) => !stay.includes(one));
  const reasons = new Map();
  for (const one of stay) {
    const error = stopped(one)
      ? {
          code: 'hosts.port-stopped',
          what: `the send port "${one.port}" is stopped`,
          where: `SendPort ${one.port}`,
          remedy: 'start it',
        }
      : { code: 'messaging.not-resumable', what: 'it cannot be resumed', where: '', remedy: 'terminate it' };
    const before = reasons.get(error.what);
    reasons.set(error.what, { count: (before?.count ?? 0) + 1, error });
  }
  const ports = [...go.reduce((sums, one) => sums.set(one.port, (sums.get(one.port) ?? 0) + 1), new Map())].map(
    ([name, count]) => ({ name, count }),
  );
  if (!dryRun) for (const one of go) change(one, resume ? 'ready' : 'terminated');
  return { dry_run: dryRun, count: go.length, ports, stay: [...reasons.values()], more: false };
}
function change(work, to) {
  work.state = to;
  work.changed = new Date().toISOString();
  delete work.failure;
}

const same = (a, b) => a.replace(/[^0-9a-f]/gi, '').toLowerCase() === b.replace(/[^0-9a-f]/gi, '').toLowerCase();
const certificate = (thumbprint) =>
  state.certificates.find((one) => same(one.thumbprint, thumbprint) || same(one.sha256, thumbprint));
const shown = ({ usages, ...one }) => one;

access = makeAccess({ Answer, problem, page });
const operations = {
  ...credentials(problem, Answer),
  ...access.operations,
  ...trust(problem, Answer, () => state, certificate),
  ...history(problem, Answer, () => state.configuration),
  getSession: ({ session }) => session,
  getStatus: () => status(),
  getFigures: ({ query }) => figures(query),
  testFilter({ body }) {
    if (!/(==|!=|<|>|&|exists|equals)/i.test(body.filter))
      return problem(422, 'messaging.bad-filter', 'an operator is missing', 'write Party.Name == "Contoso"');
    const holds = /exists/.test(body.filter);
    if (body.message)
      return {
        filter: body.filter,
        message: {
          matches: holds,
          explanation: holds ? 'its filter matches' : `${body.filter} does not hold: it is Fabrikam`,
          groups: [[{ statement: body.filter, holds, value: 'Fabrikam', promoted: true }]],
        },
      };
    const sent = state.works.filter((one) => one.kind === 'send');
    return {
      filter: body.filter,
      tested: 1000,
      matched: 14,
      oldest: ago('3h'),
      examples: sent.slice(0, 3).map((one) => ({ message: one.message, party: one.party, created: one.created })),
    };
  },
  listKinds: () => state.configuration.kinds(),
  listArtifacts({ path, query, headers }) {
    const search = query.get('search') ?? '';
    const items = state.configuration
      .of(path[1])
      .filter((one) => contains(one.name, search) || contains(one.description, search))
      .filter(
        (one) =>
          !query.get('host') ||
          one.host === query.get('host') ||
          one.locations?.some((location) => location.host === query.get('host')),
      )
      .filter(
        (one) =>
          !query.get('party') ||
          one.party === query.get('party') ||
          one.partner?.party === query.get('party') ||
          one.us?.party === query.get('party'),
      )
      .filter(
        (one) =>
          !query.get('adapter') ||
          [one, ...(one.locations ?? [])].some((each) => transports(each).includes(query.get('adapter'))),
      )
      .filter((one) => !query.get('state') || (one.state ?? 'started') === query.get('state'));
    if (headers.accept === 'application/yaml')
      return new Answer(200, items.map((one) => state.configuration.yaml(one)).join('---\n'), {}, 'application/yaml');
    return page(items, query, 'items', {
      total: items.length,
      revision: state.configuration.revision,
      ...(['receive-ports', 'send-ports', 'send-port-groups', 'parties'].includes(path[1])
        ? { activity: Object.fromEntries(items.map((one) => [one.name, activity(one.name, expiring(one.name))])) }
        : {}),
    });
  },
  getArtifact({ path, headers }) {
    const found = state.configuration.find(path[1], path[2]);
    if (!found) return missing(`${path[1]} of this name`);
    const tag = { ETag: state.configuration.tag(found) };
    return headers.accept === 'application/yaml'
      ? new Answer(200, state.configuration.yaml(found), tag, 'application/yaml')
      : new Answer(200, found, tag);
  },
  putArtifact({ path, query, headers, body }) {
    const before = state.configuration.find(path[1], path[2]);
    if (before && headers['if-none-match'] === '*')
      return problem(412, 'api.exists', 'there is one of this name', 'choose another name');
    if (before && !headers['if-match'])
      return problem(428, 'api.unconditional', 'If-Match is missing', 'send the ETag of what was read');
    if (before && headers['if-match'] !== state.configuration.tag(before))
      return problem(
        412,
        'api.changed',
        `'grace' changed it (revision ${state.configuration.revision})`,
        'look at what it is now, then change that',
      );
    const after = headers['content-type'] === 'application/yaml' ? state.configuration.parse(body)[0] : body;
    const errors = invalid(after);
    if (errors.length) return problem(422, errors[0].code, errors[0].what, errors[0].remedy, { errors });
    const applied = state.configuration.put(before, after, query.get('dry-run') === 'true', query.get('comment') ?? '');
    return new Answer(before ? 200 : 201, applied, { ETag: state.configuration.tag(after) });
  },
  deleteArtifact({ path, query, headers }) {
    const before = state.configuration.find(path[1], path[2]);
    if (!before) return missing(`${path[1]} of this name`);
    if (headers['if-match'] !== state.configuration.tag(before))
      return problem(412, 'api.changed', 'somebody changed it meanwhile', 'look at what it is now');
    const user = state.configuration.artifacts.find(
      (one) => one !== before && JSON.stringify(one).includes(JSON.stringify(before.name)),
    );
    if (user)
      return problem(409, 'artifacts.in-use', `${user.kind} ${user.name} refers to it`, 'change that first', {
        where: `${user.kind} ${user.name}`,
      });
    return state.configuration.remove(before, query.get('dry-run') === 'true');
  },
  listReceiveLocations({ query }) {
    const search = query.get('search') ?? '';
    const items = state.configuration
      .locations()
      .filter((one) => contains(`${one.name} ${one.port} ${one.address}`, search))
      .filter((one) => ['port', 'host'].every((key) => !query.get(key) || one[key] === query.get(key)))
      .filter((one) => !query.get('adapter') || transports(one).includes(query.get('adapter')))
      .filter((one) => !query.get('enabled') || String(one.enabled) === query.get('enabled'));
    const active = items.map((one) => ({ ...one, activity: activity(one.name, expiring(one.name)) }));
    return page(active, query, 'items', { total: items.length });
  },
  setLocationState({ path, body }) {
    const port = state.configuration
      .of('receive-ports')
      .find((one) => one.locations?.some((location) => location.name === path[1]));
    if (!port) return missing('receive location of this name');
    const after = structuredClone(port);
    after.locations.find((one) => one.name === path[1]).enabled = body.enabled;
    return state.configuration.put(port, after, false);
  },
  setSendPortState: ({ path, body }) => setState('send-ports', path[1], body),
  setSendPortGroupState: ({ path, body }) => setState('send-port-groups', path[1], body),
  listHostInstances: () => ({
    items: [
      {
        name: 'gateway-1',
        state: 'alive',
        address: '10.0.0.11',
        version: '1.0.0',
        configuration: state.configuration.revision,
        certificates: 5,
        joined: ago('9d'),
        seen: ago('1s'),
        leases: ['keeper of the log', 'location Orders by file'],
      },
      {
        name: 'gateway-2',
        state: 'alive',
        address: '10.0.0.12',
        version: '1.0.0',
        configuration: state.configuration.revision,
        certificates: 5,
        joined: ago('9d'),
        seen: ago('1s'),
        leases: ['location Invoices by SFTP'],
      },
      {
        name: 'gateway-3',
        state: 'silent',
        address: '10.0.0.13',
        version: '1.0.0',
        configuration: 16,
        certificates: 5,
        joined: ago('9d'),
        seen: ago('40m'),
        leases: [],
      },
    ],
  }),
  listMessages({ query }) {
    const states = (query.get('state') ?? '').split(',').filter(Boolean);
    const kinds = (query.get('kind') ?? '').split(',').filter(Boolean);
    const items = state.works
      .filter((one) => (!states.length || states.includes(one.state)) && (!kinds.length || kinds.includes(one.kind)))
      .filter((one) => ['port', 'message'].every((key) => !query.get(key) || one[key] === query.get(key)))
      .filter((one) => !query.get('party') || [one.party, one.to].includes(query.get('party')))
      .filter((one) => !query.get('code') || one.failure?.code === query.get('code'))
      .filter((one) => !query.get('from') || one.created >= query.get('from'))
      .filter((one) => !query.get('until') || one.created < query.get('until'));
    return page(query.get('oldest-first') === 'true' ? [...items].reverse() : items, query);
  },
  getMessage: ({ path }) =>
    withWork(path[1], (one) => ({
      work: [one],
      message: { id: one.message, context: context(one), parts: parts(one) },
    })),
  getJourney: ({ path }) => withWork(path[1], (one) => ({ records: journey(one) })),
  getBody: ({ path }) =>
    withWork(
      path[1],
      () =>
        new Answer(
          200,
          '<order number="4711"/>',
          { 'Content-Disposition': 'attachment; filename="message"' },
          'application/octet-stream',
        ),
    ),
  getEvidence: ({ path }) =>
    withWork(
      path[1],
      () => new Answer(200, 'PK', { 'Content-Disposition': 'attachment; filename="evidence.zip"' }, 'application/zip'),
    ),
  resumeMessage: ({ path, session }) =>
    withWork(path[1], (one) => {
      if (one.state !== 'suspended')
        return problem(409, 'messaging.wrong-state', 'it is not suspended', 'nothing needs to be done');
      change(one, 'ready');
      deeds.set(one.id, [
        ['resumed', '-'],
        ['resumed', `by ${session.name}`],
      ]);
      return { done: [{ id: one.id, port: one.port }], failed: [] };
    }),
  terminateMessage: ({ path }) =>
    withWork(path[1], (one) => (change(one, 'terminated'), { done: [{ id: one.id, port: one.port }], failed: [] })),
  resendMessage: ({ path }) =>
    withWork(path[1], (one) => ({ done: [{ id: one.id, port: one.port, made: one.id }], failed: [] })),
  listSuspended() {
    const found = groups();
    const total = found.reduce((sum, one) => sum + one.count, 0);
    return {
      sentence: total
        ? `${total} messages are suspended, for ${found.length} reasons; ${found[0].count} of them because a certificate expired.`
        : 'Nothing is suspended.',
      total,
      complete: true,
      groups: found,
    };
  },
  resumeSuspended: ({ query, body }) => bulk(body, query.get('dry-run') === 'true', true),
  terminateSuspended: ({ query, body }) => bulk(body, query.get('dry-run') === 'true', false),
  searchTracking({ query }) {
    const records = state.works
      .slice(0, 80)
      .flatMap(journey)
      .filter((one) =>
        ['message', 'event', 'port', 'party'].every((key) => !query.get(key) || one[key] === query.get(key)),
      )
      .filter((one) => !query.get('text') || contains(JSON.stringify(one), query.get('text')))
      .filter((one) => !query.get('file'));
    return page(records, query, 'items', { sealed: 99990 });
  },
  getTrackedBody: () => new Answer(200, '<order number="4711"/>', {}, 'application/octet-stream'),
  reportAs2({ query, headers }) {
    const items = as2
      .filter((one) =>
        ['status', 'direction', 'partner', 'agreement'].every((key) => !query.get(key) || one[key] === query.get(key)),
      )
      .filter((one) => !query.get('message-id') || one.message_id === query.get('message-id'));
    if (headers.accept === 'text/csv')
      return new Answer(
        200,
        'time,direction,status\n',
        { 'Content-Disposition': 'attachment; filename="as2.csv"' },
        'text/csv',
      );
    return page(items, query);
  },
  listCertificates({ query }) {
    const search = query.get('search') ?? '';
    const items = state.certificates
      .filter((one) => !query.get('store') || one.store === query.get('store'))
      .filter((one) => one.store !== 'Personal' || !query.get('account') || one.account === query.get('account'))
      .filter(
        (one) =>
          contains(`${one.subject} ${one.friendly_name}`, search) ||
          same(one.thumbprint, search) ||
          contains(one.thumbprint.replaceAll(' ', ''), search.replaceAll(' ', '') || search),
      )
      .filter((one) => !query.get('usage') || one.usages.includes(query.get('usage')))
      .filter((one) => !query.get('expires-before') || one.not_after < query.get('expires-before'));
    return page(items.map(shown), query);
  },
  getCertificate({ path }) {
    const found = certificate(path[1]);
    return found
      ? details(found)
      : problem(404, 'certificates.not-found', 'no store has a certificate with this thumbprint', 'import it first');
  },
  exportCertificate: () =>
    new Answer(
      200,
      '-----BEGIN CERTIFICATE-----\n',
      { 'Content-Disposition': 'attachment; filename="certificate.pem"' },
      'application/x-pem-file',
    ),
  forecastExpiry: () => forecast(),
  listFindings: () => ({ group: 'contoso-prod', made: new Date().toISOString(), findings }),
  getThreatModel: () => threats,
};

function withWork(id, answer) {
  const found = state.works.find((one) => one.id === id || one.message === id);
  return found
    ? answer(found)
    : problem(
        404,
        'messaging.not-found',
        'there is no such message',
        'finished messages go after keep_completed; the tracking log still has their journey',
      );
}
function setState(kind, name, body) {
  const before = state.configuration.find(kind, name);
  if (!before) return missing('port of this name');
  const { state: _, ...rest } = before;
  return state.configuration.put(before, body.state === 'started' ? rest : { ...rest, state: body.state }, false);
}
function invalid(artifact) {
  const errors = [];
  for (const one of artifact?.encryption_certificates ?? []) {
    const thumbprint = typeof one === 'string' ? one : one.certificate;
    const found = certificate(thumbprint);
    if (!/^[0-9a-f]{40}$|^[0-9a-f]{64}$/i.test(thumbprint.replace(/[ :]/g, '')))
      errors.push({
        code: 'certificates.bad-thumbprint',
        what: `"${thumbprint}" is no thumbprint`,
        where: 'encryption_certificates',
        remedy: 'give 40 or 64 hexadecimal digits',
      });
    else if (found && !found.usages.includes('encrypt'))
      errors.push({
        code: 'certificates.wrong-usage',
        what: `"${found.name}" may not be encrypted to: ${details(found).usages.encrypt}`,
        where: 'encryption_certificates',
        remedy: 'choose one that fits',
      });
  }
  if (artifact?.filter?.includes('==='))
    errors.push({
      code: 'messaging.bad-filter',
      what: 'unknown operator "==="',
      where: 'filter, column 25',
      remedy: 'write ==',
    });
  return errors;
}

function signedIn(name) {
  const session = {
    name,
    token: '',
    roles: access.rolesOf(name),
    permissions: users[name] ?? everything,
    csrf: `csrf-${name}`,
    until: ahead('12h'),
  };
  const cookie = `s-${name}-${state.sessions.size}`;
  state.sessions.set(cookie, session);
  return new Answer(200, session, { 'Set-Cookie': `sealgate=${cookie}; Path=/; HttpOnly; SameSite=Strict` });
}
// Signing in as access/ has it; the description has no words for it yet.
function signing(method, path, body, cookie) {
  if (method === 'POST' && path === '/session') {
    if (!users[body.name] || body.password !== password)
      return problem(
        401,
        'access.wrong-password',
        'name or password is wrong',
        'try again; an administrator can reset a password',
      );
    if (body.name === 'grace' && !body.code)
      return problem(
        401,
        'access.code-needed',
        'the code of the authenticator is needed',
        'give the six digits that the app shows',
      );
    if (body.name === 'grace' && body.code !== '123456')
      return problem(401, 'access.wrong-code', 'the code is wrong, or was used before', 'wait for the next one');
    return signedIn(body.name);
  }
  if (method === 'DELETE' && path === '/session') {
    state.sessions.delete(cookie);
    return new Answer(204, undefined, { 'Set-Cookie': 'sealgate=; Path=/; Max-Age=0' });
  }
  if (method === 'POST' && path === '/invitations/accept') {
    const name = access.accept(body);
    if (name instanceof Answer) return name;
    return signedIn(name);
  }
  if (method === 'POST' && path === '/invitations/describe') return access.describe(body.invitation);
  return undefined;
}

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
// What the server is to send with every page: no script, style or request but our own.
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
function file(path, response) {
  // As src/console/pages.cpp: files lie in the root and in assets/, names in the address of a view hold any dots.
  const file = path.startsWith('/assets/') || (path.lastIndexOf('/') === 0 && path.includes('.'));
  const name = file ? normalize(path) : '/index.html';
  try {
    const content = readFileSync(join(dist, name));
    response.writeHead(200, {
      'Content-Type': types[extname(name)] ?? 'application/octet-stream',
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

function events(request, response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const say = () =>
    response.write(`retry: 1000\nid: ${Date.now()}\nevent: status\ndata: ${JSON.stringify(status())}\n\n`);
  say();
  const timer = setInterval(say, 2000);
  const end = setTimeout(() => response.end(), 20000);
  request.on('close', () => (clearInterval(timer), clearTimeout(end)));
}

async function api(request, response, url) {
  const path = url.pathname.slice('/api/v1'.length);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body = text && request.headers['content-type']?.includes('json') ? JSON.parse(text) : text;
  const cookie = /sealgate=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  const session = state.sessions.get(cookie);
  const known = operation(request.method, path);
  let answer = signing(request.method, path, body, cookie);
  const judged = !answer && known;
  if (!answer && !known) answer = problem(404, 'api.no-such-path', 'there is nothing here', 'see openapi.yaml');
  if (!answer && !session) answer = problem(401, 'access.not-signed-in', 'nobody is signed in', 'sign in');
  const wanted = [known?.['x-permission']].flat();
  if (!answer && !wanted.some((one) => one === 'signed-in' || session.permissions.includes(one)))
    answer = problem(403, 'access.not-allowed', 'you may not do this', 'ask an administrator');
  if (!answer && request.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf)
    answer = problem(403, 'access.bad-csrf-token', 'the CSRF token is wrong', 'sign in again');
  if (!answer && known.operationId === 'followEvents') return events(request, response);
  answer ??=
    operations[known.operationId]?.({
      path: path.slice(1).split('/').map(decodeURIComponent),
      query: url.searchParams,
      headers: request.headers,
      body,
      session,
    }) ?? problem(404, 'mock.missing', 'the mock does not have it', 'use the server');
  if (!(answer instanceof Answer)) answer = new Answer(200, answer);
  if (judged)
    for (const fault of faults(known, answer.status, answer.type, answer.body))
      state.defects.push(`${request.method} ${path}: ${fault}`);
  response.writeHead(answer.status, {
    ...(answer.body === undefined ? {} : { 'Content-Type': answer.type }),
    'Cache-Control': 'no-store',
    ...answer.headers,
  });
  response.end(
    answer.body === undefined ? undefined : answer.type.endsWith('json') ? JSON.stringify(answer.body) : answer.body,
  );
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  if (url.pathname === '/mock/reset') return (reset(), response.writeHead(204).end());
  if (url.pathname === '/mock/defects') return response.end(JSON.stringify(state.defects));
  if (url.pathname === '/mock/spoil') return (access.spoil(), response.writeHead(204).end());
  // Somebody else changes a port, for the tests of conflicts.
  if (url.pathname === '/mock/interfere') {
    const before = state.configuration.find('send-ports', 'Orders to Fabrikam');
    state.configuration.put(before, { ...before, retry_count: 9 }, false);
    return response.writeHead(204).end();
  }
  if (url.pathname.startsWith('/api/v1/'))
    return api(request, response, url).catch((error) => {
      state.defects.push(String(error.stack));
      response.writeHead(500).end();
    });
  return file(url.pathname, response);
});
server.listen(Number(option('--port', '0')), '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${server.address().port} ${description.info.title}`),
);
