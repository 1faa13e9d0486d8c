// Users, roles, sessions, tokens and the audit log, as access/ has them.
import { createHash } from 'node:crypto';
import { ago, ahead, hex, random } from './time.mjs';

export const permissions = [
  'view',
  'view-body',
  'operate',
  'configure',
  'partners',
  'certificates',
  'credentials',
  'security',
  'audit',
];
const roles = [
  { role: 'administrator', title: 'Administrator', permissions },
  { role: 'operator', title: 'Operator', permissions: ['view', 'operate'] },
  { role: 'partner-operator', title: 'Partner operator', permissions: ['view', 'partners'] },
  {
    role: 'security-officer',
    title: 'Security officer',
    permissions: ['view', 'certificates', 'credentials', 'security', 'audit'],
  },
  { role: 'read-only', title: 'Read-only', permissions: ['view'] },
];
const may = (user) =>
  permissions.filter((one) => user.roles.some((role) => roles.find((each) => each.role === role).permissions.includes(one)));

const user = (name, display_name, roles, more = {}) => ({
  name,
  display_name,
  roles,
  disabled: false,
  authenticator: false,
  created: ago('200d'),
  changed: ago('20d'),
  password_changed: ago('90d'),
  last_sign_in: ago('3h'),
  ...more,
});

const digest = (text) => createHash('sha256').update(text).digest('hex');
function chained(records) {
  let before = '';
  return records.map((record, index) => {
    const { number: _, ...stored } = { ...record, number: index + 1 };
    before = digest(before + JSON.stringify(stored));
    return { record: { number: index + 1, ...record }, stored: JSON.stringify(stored), hash: before };
  });
}
const did = (at, who, action, object, more = {}) => ({
  at: ago(at),
  who,
  from: who.startsWith('unix:') ? 'local' : '10.0.0.31',
  action,
  object,
  before: '',
  after: '',
  outcome: 'ok',
  details: [],
  ...more,
});

function initial() {
  const next = random(77);
  return {
    users: [
      user('ada', 'Ada Lovelace', ['administrator']),
      user('grace', 'Grace Hopper', ['administrator'], { authenticator: true }),
      user('olga', 'Olga', ['operator']),
      user('pavel', 'Pavel of Purchasing', ['operator', 'partner-operator'], { last_sign_in: ago('12d') }),
      user('rita', 'rita', ['read-only'], { last_sign_in: null }),
      user('sven', 'Sven', ['security-officer'], { disabled: true, last_sign_in: ago('80d') }),
    ],
    password: 'correct-horse-battery',
    sessions: [
      ['ada', '10.0.0.31', '1m', '2h'],
      ['ada', '2001:db8::17', '12m', '5h'],
      ['olga', '10.0.0.44', '4m', '40m'],
    ].map(([name, address, seen, begun], index) => ({
      id: hex(next, 64),
      user: name,
      address,
      begun: ago(begun),
      seen: ago(seen),
      until: ahead('9h'),
      this: index === 0,
    })),
    tokens: [
      ['ada', 'deploy', ['view', 'configure'], '2h', '10.0.0.90', '60d'],
      ['olga', 'monitoring', ['view', 'operate'], '1m', '10.0.0.91', '200d'],
      ['pavel', 'old-script', ['view', 'partners', 'operate'], '', '', '9d'],
      ['sven', 'scanner', ['view', 'audit'], '90d', '10.0.0.92', '30d'],
    ].map(([owner, name, scopes, used, used_from, until]) => ({
      owner,
      name,
      scopes,
      created: ago('100d'),
      until: ahead(until),
      used: used ? ago(used) : null,
      used_from,
    })),
    invitations: [
      {
        secret: 'inv_first',
        id: hex(next, 64),
        user: null,
        roles: ['administrator'],
        by: 'first start',
        created: ago('3h'),
        until: ahead('21h'),
      },
      {
        secret: 'inv_olga',
        id: hex(next, 64),
        user: 'olga',
        roles: ['operator'],
        by: 'ada',
        created: ago('1h'),
        until: ahead('23h'),
      },
    ],
    audit: chained([
      did('9d', 'unix:root', 'invitation.add', `invitation ${hex(next, 64)}`, { after: 'administrator' }),
      did('9d', '', 'invitation.accept', 'user ada', {
        after: 'administrator',
        details: [{ name: 'invited-by', value: 'unix:root' }],
      }),
      ...Array.from({ length: 120 }, (_, index) =>
        did(`${200 - index}h`, index % 3 ? 'ada' : 'olga', 'session.begin', `user ${index % 3 ? 'ada' : 'olga'}`),
      ),
      did('40h', 'ada', 'user.add', 'user olga', { after: 'operator' }),
      did('39h', 'ada', 'artifact.change', 'SendPort Orders to Fabrikam', {
        before: hex(next, 64),
        after: hex(next, 64),
      }),
      did('30h', 'olga', 'message.body', '/messages/0190163d-8694-739b-aea5-966c26f8ad91/body', {
        outcome: 'api.forbidden',
      }),
      did('8h', 'pavel/old-script', 'artifact.change', 'Party Fabrikam', {
        before: hex(next, 64),
        after: hex(next, 64),
      }),
      did('3h', '', 'session.begin', 'user ada', { outcome: 'access.wrong-password', from: '203.0.113.9' }),
      did('2h', 'ada', 'message.resume', '/suspended/resume', {}),
    ]),
    broken: 0,
  };
}

/** `tools`: how the server makes answers. */
export function makeAccess({ Answer, problem, page }) {
  let state = initial();
  const nothing = () => new Answer(204);
  const missing = (what) =>
    problem(404, `access.no-such-${what}`, `there is no such ${what}`, `see the list of ${what}s`);
  const find = (name) => state.users.find((one) => one.name === name);
  const record = (session, action, object, more) => {
    const records = state.audit.map(({ record: { number: _, ...rest } }) => rest);
    state.audit = chained([
      ...records,
      { ...did('0s', session.name, action, object, more), at: new Date().toISOString() },
    ]);
  };
  function issue(session, invitation) {
    const made = {
      secret: `inv_${state.invitations.length}`,
      id: hex(random(state.invitations.length + 5), 64),
      by: session.name,
      created: new Date().toISOString(),
      until: ahead('24h'),
      ...invitation,
    };
    state.invitations.push(made);
    return new Answer(201, { id: made.id, path: `/invitation#${made.secret}`, until: made.until });
  }
  const change = (action, alter) => (call) => {
    const found = find(call.path[1]);
    if (!found) return missing('user');
    if (found.name === call.session.name)
      return problem(
        403,
        'access.not-allowed',
        'nobody changes his own roles, state or second factor in this way',
        'ask another administrator or security officer',
      );
    const before = found.roles.join(',');
    const answer = alter(found, call) ?? found;
    record(call.session, action, `user ${found.name}`, { before, after: found.roles.join(',') });
    return answer;
  };
  const weak = () =>
    problem(422, 'access.weak-password', 'the password is shorter than 12 characters', 'choose a longer one');
  const wrong = () => problem(401, 'access.wrong-password', 'the name or the password is wrong', 'try again');
  const wrongCode = () =>
    problem(401, 'access.wrong-code', 'the code is wrong, or was used before', 'wait for the next code of the app');
  const issued = (one) => {
    const owner = find(one.owner);
    const allowed = owner && !owner.disabled ? may(owner).filter((each) => one.scopes.includes(each)) : [];
    return { ...one, allowed };
  };
  const filtered = (query) =>
    state.audit.filter(
      ({ record: one }) =>
        (!query.get('user') || one.who === query.get('user') || one.who.startsWith(`${query.get('user')}/`)) &&
        (!query.get('action') ||
          one.action === query.get('action') ||
          one.action.startsWith(`${query.get('action')}.`)) &&
        one.object.includes(query.get('object') ?? '') &&
        (!query.get('from') || one.at >= query.get('from')) &&
        (query.get('refused') !== 'true' || one.outcome !== 'ok'),
    );
  const gone = (list, keep) => {
    const before = state[list].length;
    state[list] = state[list].filter(keep);
    return state[list].length < before;
  };

  const operations = {
    listRoles: () => ({ items: roles }),
    listUsers: () => ({ items: state.users }),
    getUser: ({ path }) => find(path[1]) ?? missing('user'),
    getProfile: ({ session }) => find(session.name) ?? user(session.name, session.name, ['administrator']),
    setUserRoles: change('user.roles', (found, { body }) => void (found.roles = body.roles)),
    setUserState: change('user.state', (found, { body }) => void (found.disabled = body.disabled)),
    setUserDisplayName: change('user.display-name', (found, { body }) => void (found.display_name = body.display_name)),
    removeUser: change('user.remove', (found) => (gone('users', (one) => one !== found), nothing())),
    removeUserAuthenticator: change('user.authenticator-remove', (found) => ((found.authenticator = false), nothing())),
    endUserSessions: ({ path }) => (gone('sessions', (one) => one.user !== path[1]), nothing()),
    createPasswordLink: change('user.password-link', (found, { session }) =>
      issue(session, { user: found.name, roles: found.roles }),
    ),
    createInvitation: ({ body, session }) => issue(session, { user: null, roles: body.roles }),
    listInvitations: () => ({ items: state.invitations.map(({ secret: _, ...one }) => one) }),
    withdrawInvitation: ({ path }) =>
      gone('invitations', (one) => one.id !== path[1]) ? nothing() : missing('invitation'),
    listSessions: ({ query }) =>
      page(
        state.sessions.filter((one) => !query.get('user') || one.user === query.get('user')),
        query,
      ),
    endSession: ({ path }) => (gone('sessions', (one) => one.id !== path[1]) ? nothing() : missing('session')),
    listOwnSessions: ({ session }) => ({ items: state.sessions.filter((one) => one.user === session.name) }),
    endOwnSession: ({ path }) => (gone('sessions', (one) => one.id !== path[2]) ? nothing() : missing('session')),
    endOwnSessions: ({ session, query }) => (
      gone('sessions', (one) => one.user !== session.name || (query.get('others') === 'true' && one.this)),
      nothing()
    ),
    listTokens: ({ session }) => ({
      items: state.tokens.filter((one) => one.owner === session.name).map(({ owner: _, ...one }) => one),
    }),
    listIssuedTokens: ({ query }) =>
      page(state.tokens.filter((one) => !query.get('user') || one.owner === query.get('user')).map(issued), query),
    createToken({ body, session }) {
      if (state.tokens.some((one) => one.owner === session.name && one.name === body.name))
        return problem(
          409,
          'access.token-exists',
          'the user has a token of this name',
          'revoke it, or choose another name',
        );
      const { name, scopes, until } = body;
      state.tokens.push({
        owner: session.name,
        name,
        scopes,
        created: new Date().toISOString(),
        until,
        used: null,
        used_from: '',
      });
      return new Answer(201, { name, scopes, until, token: `sgt_${hex(random(9), 64)}` });
    },
    revokeToken: ({ path, session }) =>
      gone('tokens', (one) => one.owner !== session.name || one.name !== path[1]) ? nothing() : missing('token'),
    revokeUserToken: ({ path }) =>
      gone('tokens', (one) => one.owner !== path[1] || one.name !== path[3]) ? nothing() : missing('token'),
    changePassword: ({ body }) => {
      if (body.password !== state.password) return wrong();
      if (body.new_password.length < 12) return weak();
      return new Answer(204, undefined, { 'Set-Cookie': 'sealgate=; Path=/; Max-Age=0' });
    },
    beginAuthenticator: ({ body, session }) =>
      body.password === state.password
        ? new Answer(201, {
            uri: `otpauth://totp/Sealgate:${session.name}?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sealgate`,
            secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
          })
        : wrong(),
    confirmAuthenticator: ({ body, session }) =>
      body.code === '123456' ? ((find(session.name).authenticator = true), nothing()) : wrongCode(),
    removeAuthenticator({ body, session }) {
      if (body.password !== state.password) return wrong();
      if (body.code !== '123456') return wrongCode();
      find(session.name).authenticator = false;
      return nothing();
    },
    listAuditLog: ({ query }) =>
      page(
        filtered(query)
          .map((one) => one.record)
          .reverse(),
        query,
      ),
    getAuditRecord: ({ path }) => state.audit[Number(path[1]) - 1] ?? missing('audit-record'),
    verifyAuditLog: ({ query }) => ({
      holds: state.broken === 0,
      records: state.broken ? state.broken - 1 : state.audit.length,
      first_bad: state.broken || null,
      reason: state.broken ? 'the hash is not that of the record and of the one before' : '',
      head: state.audit.at(-1).hash,
      anchor: query.get('anchor') ? state.audit.some((one) => one.hash === query.get('anchor')) : null,
    }),
    exportAuditLog: ({ query }) =>
      new Answer(
        200,
        filtered(query)
          .map((one) => `${JSON.stringify({ number: one.record.number, hash: one.hash, record: one.stored })}\n`)
          .join(''),
        { 'Content-Disposition': 'attachment; filename="audit-log.ndjson"' },
        'application/x-ndjson',
      ),
  };

  const badInvitation = () =>
    problem(
      403,
      'access.bad-invitation',
      'this invitation is unknown, used or expired',
      'ask for another one, or run sealgate user invite',
    );
  const open = (secret) => state.invitations.find((one) => one.secret === secret);
  return {
    reset: () => (state = initial()),
    /** Somebody changed the database past the gateway. */
    spoil: () => (state.broken = 42),
    rolesOf: (name) => find(name)?.roles ?? ['administrator'],
    operations,
    describe: (secret) => {
      const found = open(secret);
      return found ? { user: found.user, roles: found.roles, until: found.until } : badInvitation();
    },
    /** The name of whoever it makes or lets in, or an answer. */
    accept(body) {
      const found = open(body.invitation);
      if (!found) return badInvitation();
      if (body.password.length < 12) return weak();
      gone('invitations', (one) => one !== found);
      return found.user ?? body.name;
    },
  };
}
