// Affiliate applications of the made-up group.
import { ago } from './time.mjs';

const fields = [
  { label: 'user', masked: false },
  { label: 'password', masked: true },
];
const application = (name, more = {}) => ({
  name,
  type: 'individual',
  description: '',
  contact: '',
  enabled: true,
  fields,
  allow_tickets: false,
  validate_tickets: true,
  ticket_lifetime: null,
  administrators: [],
  users: [],
  mappings: 0,
  changed: ago('40d'),
  used_by: [],
  ...more,
});
const secret = { generation: 1, id: '5f0c99a1b2d3e4f6', made: ago('200d'), accounts: ['default', 'secure'], being_changed: false };

function initial() {
  return {
    secret: structuredClone(secret),
    settings: { tickets: false, ticket_lifetime: '2m' },
    applications: [
      application('Fabrikam-ERP', { description: 'Orders by HTTPS, Basic', contact: 'b2b@fabrikam.example', used_by: ['Orders to Fabrikam'] }),
      application('Northwind-Portal', { type: 'group', description: 'Invoices', allow_tickets: true, ticket_lifetime: '5m' }),
      application('Initech <img src=x onerror=alert(4)>', { enabled: false, description: '<b>made by a partner</b>' }),
    ],
    mappings: {
      'Fabrikam-ERP': [{ principal: 'account:default', place: 0, values: { user: 'contoso-prod', password: null }, changed: ago('40d') }],
      'Northwind-Portal': [
        { principal: 'party:Northwind', place: 1, values: { user: 'contoso', password: null }, changed: ago('12d') },
        { principal: 'everyone', place: 2, values: { user: 'guest', password: null }, changed: ago('12d') },
      ],
    },
  };
}

let state = initial();
export const resetCredentials = () => (state = initial());

/** The operations; `problem` and `Answer` are those of the server. */
export function credentials(problem, Answer) {
  const nothing = () => new Answer(204, undefined);
  const find = (name) => state.applications.find((one) => one.name === name);
  const missing = () => problem(404, 'credentials.no-such-application', 'there is no such affiliate application', 'look at the list');
  const counted = (one) => ({ ...one, mappings: (state.mappings[one.name] ?? []).length });
  const changed = (name, apply) => {
    const found = find(name);
    if (!found) return missing();
    Object.assign(found, apply(found), { changed: new Date().toISOString() });
    return counted(found);
  };
  return {
    listApplications: () => ({ secret: state.secret, items: state.applications.map(counted) }),
    getApplication({ path }) {
      const found = find(path[1]);
      return found ? { application: counted(found), mappings: state.mappings[path[1]] ?? [] } : missing();
    },
    createApplication({ body }) {
      if (find(body.name)) return problem(409, 'credentials.application-exists', 'there is one of this name', 'choose another name');
      state.applications.push(application(body.name, { ...body, changed: new Date().toISOString() }));
      return new Answer(201, find(body.name));
    },
    updateApplication: ({ path, body }) =>
      changed(path[1], (before) => ({
        ...body,
        ticket_lifetime: body.ticket_lifetime === 'group' ? null : (body.ticket_lifetime ?? before.ticket_lifetime),
      })),
    removeApplication({ path }) {
      const found = find(path[1]);
      if (!found) return missing();
      if (found.used_by.length) return problem(409, 'artifacts.in-use', 'send ports look up credentials there', 'change them first');
      state.applications = state.applications.filter((one) => one !== found);
      return { name: found.name, used_by: [] };
    },
    setCredentials({ path, body }) {
      const found = find(path[1]);
      if (!found) return missing();
      if (!/^(account|user|party):.+$|^everyone$/.test(path[3]))
        return problem(422, 'credentials.bad-principal', 'this names nobody', 'write account:NAME, user:NAME, party:NAME or everyone');
      const list = (state.mappings[found.name] ??= []);
      const values = Object.fromEntries(found.fields.map((field, at) => [field.label, field.masked ? null : body.values[at]]));
      const before = list.find((one) => one.principal === path[3]);
      const entry = { principal: path[3], place: found.type === 'group' ? (before?.place ?? list.length + 1) : 0, values, changed: new Date().toISOString() };
      if (before) Object.assign(before, entry);
      else list.push(entry);
      return nothing();
    },
    removeCredentials({ path }) {
      state.mappings[path[1]] = (state.mappings[path[1]] ?? []).filter((one) => one.principal !== path[3]);
      return nothing();
    },
    createMasterSecret: () => new Answer(201, state.secret),
    grantMasterSecret: ({ path }) => (state.secret.accounts.push(path[2]), state.secret),
    revokeMasterSecret: ({ path }) => {
      state.secret.accounts = state.secret.accounts.filter((one) => one !== path[2]);
      return state.secret;
    },
    getTicketSettings: () => state.settings,
    setTicketSettings: ({ body }) => Object.assign(state.settings, body),
  };
}
