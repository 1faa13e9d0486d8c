import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { ask, client } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useSession } from '../../api/session';
import { Command, Dim, Loaded, PageHead, ProblemView, State, When } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { plural } from '../../parts/format';
import { FilterRow, ChoiceFilter, TextFilter } from '../../parts/list';
import { sorted, Table, type Column } from '../../parts/table';
import parts from '../../parts/parts.module.css';
import styles from './access.module.css';
import { Act } from './Act';
import { type Role, roleWords, titles, type User, useUsers } from './access';
import { OneTimeLink } from './OneTimeLink';
import { RolePicker } from './RolePicker';

export const userAddress = (name: string): string => `/users/${encodeURIComponent(name)}`;

const columns: Column<User>[] = [
  {
    title: 'Name',
    align: 'tight',
    sort: (one) => one.name,
    cell: (one) => (
      <>
        <Link to={userAddress(one.name)}>{one.name}</Link>
        {one.display_name !== one.name && <Dim> · {one.display_name}</Dim>}
      </>
    ),
  },
  { title: 'Roles', align: 'wide', sort: (one) => roleWords(one.roles), cell: (one) => roleWords(one.roles) },
  {
    title: 'State',
    align: 'tight',
    sort: (one) => Number(one.disabled),
    cell: (one) =>
      one.disabled ? (
        <State tone="warn" icon="stop">
          Disabled
        </State>
      ) : (
        <State tone="good">Active</State>
      ),
  },
  {
    title: 'Second factor',
    align: 'tight',
    sort: (one) => Number(one.authenticator),
    cell: (one) =>
      one.authenticator ? (
        <State tone="good" icon="lock">
          Authenticator
        </State>
      ) : (
        <Dim>none</Dim>
      ),
  },
  {
    title: 'Last sign-in',
    align: 'tight',
    sort: (one) => one.last_sign_in ?? '',
    cell: (one) => <When time={one.last_sign_in} />,
  },
];

export default function Users() {
  const filters = useFilters();
  const query = useUsers();
  const [inviting, setInviting] = useState(false);
  const me = useSession().data?.name;
  const search = filters.get('search').toLowerCase();
  const keep = (one: User) =>
    `${one.name} ${one.display_name}`.toLowerCase().includes(search) &&
    (!filters.get('role') || one.roles.includes(filters.get('role') as Role)) &&
    (!filters.get('state') || one.disabled === (filters.get('state') === 'disabled'));
  const all = query.data?.items ?? [];
  const administrators = all.filter((one) => one.roles.includes('administrator') && !one.disabled).length;
  return (
    <>
      <PageHead
        title="Users"
        sentence={
          query.data
            ? `${plural(all.length, 'user')}, ${plural(administrators, 'administrator')} among them; ${all.filter((one) => !one.authenticator).length} sign in without a second factor.`
            : ' '
        }
      >
        <Button size="xs" onClick={() => setInviting(true)}>
          Invite somebody
        </Button>
      </PageHead>
      <FilterRow of={filters}>
        <TextFilter of={filters} name="search" label="Search" placeholder="Name" />
        <ChoiceFilter
          of={filters}
          name="role"
          label="Role"
          data={Object.entries(titles).map(([value, label]) => ({ value, label }))}
        />
        <ChoiceFilter
          of={filters}
          name="state"
          label="State"
          data={[
            { value: 'active', label: 'Active' },
            { value: 'disabled', label: 'Disabled' },
          ]}
        />
      </FilterRow>
      <Loaded query={query}>
        {({ items }) => (
          <Table
            label="Users"
            rows={sorted(items.filter(keep), columns, filters.get('sort'))}
            id={(one) => one.name}
            columns={columns}
            order={{ by: filters.get('sort'), set: (by) => filters.set('sort', by || null) }}
          />
        )}
      </Loaded>
      {administrators === 1 && (
        <p className={parts.more}>
          <span>
            There is one administrator{all.find((one) => one.name === me)?.roles.includes('administrator') && ', you'}.
            Invite a second one, so that somebody can help when he loses his password; else{' '}
            <Command text="sealgate user invite" /> on the computer itself does.
          </span>
        </p>
      )}
      <Invitations />
      {inviting && <Invite onClose={() => setInviting(false)} />}
    </>
  );
}

function Invite({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [roles, setRoles] = useState<Role[]>([]);
  const inviting = useMutation({
    mutationFn: () => ask(client.POST('/invitations', { body: { roles } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['invitations'] }),
  });
  return (
    <Modal opened onClose={onClose} title="Invite somebody" size="lg">
      <div className={parts.stack}>
        {inviting.data ? (
          <>
            <OneTimeLink link={inviting.data} who={`the new ${roleWords(roles).toLowerCase()}`} />
            <Group justify="flex-end">
              <Button onClick={onClose}>Close</Button>
            </Group>
          </>
        ) : (
          <form
            className={parts.stack}
            onSubmit={(event) => {
              event.preventDefault();
              if (roles.length) inviting.mutate();
            }}
          >
            <p>
              <Dim>Whoever opens the link chooses a name and a password, and has these roles.</Dim>
            </p>
            <RolePicker value={roles} onChange={setRoles} />
            {inviting.error && <ProblemView problem={problemOf(inviting.error)} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={inviting.isPending} disabled={roles.length === 0}>
                Make the link
              </Button>
            </Group>
          </form>
        )}
      </div>
    </Modal>
  );
}

function Invitations() {
  const query = useQuery({ queryKey: ['invitations'], queryFn: () => ask(client.GET('/invitations')) });
  if (!query.data?.items.length) return null;
  return (
    <section>
      <h2 className={styles.above}>Open links</h2>
      <Table
        label="Open links"
        rows={query.data.items}
        id={(one) => one.id}
        columns={[
          {
            title: 'For',
            align: 'wide',
            cell: (one) =>
              one.user ? (
                <>
                  a new password of <Link to={userAddress(one.user)}>{one.user}</Link>
                </>
              ) : (
                `a new user: ${roleWords(one.roles)}`
              ),
          },
          { title: 'Made by', align: 'tight', cell: (one) => one.by },
          { title: 'Ends', align: 'tight', cell: (one) => <When time={one.until} /> },
          {
            title: 'Actions',
            align: 'tight',
            cell: (one) => (
              <Act
                compact
                verb="Withdraw"
                what={one.user ? `link to a new password of ${one.user}` : `invitation of ${roleWords(one.roles)}`}
                effect="The link opens nothing any more."
                act={() =>
                  ask(client.DELETE('/invitations/{invitation}', { params: { path: { invitation: one.id } } }))
                }
                keys={['invitations']}
              />
            ),
          },
        ]}
      />
    </section>
  );
}
