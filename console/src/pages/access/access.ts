import { useQuery } from '@tanstack/react-query';
import { ask, client } from '../../api/client';
import type { Schemas } from '../../api/problem';

export type Role = Schemas['Role'];
export type User = Schemas['User'];

export const titles: Record<Role, string> = {
  administrator: 'Administrator',
  operator: 'Operator',
  'partner-operator': 'Partner operator',
  'security-officer': 'Security officer',
  'read-only': 'Read-only',
};
export const roleWords = (roles: Role[]): string => roles.map((role) => titles[role]).join(', ');

/** What each permission lets somebody do, for people. */
export const meanings: Record<Schemas['Permission'], string> = {
  view: 'see configuration, states, tracking; no content of messages',
  'view-body': 'see the content of messages',
  operate: 'start and stop ports; resume and terminate messages',
  configure: 'change the configuration',
  partners: 'change parties and agreements',
  certificates: 'import, export and remove certificates and keys',
  credentials: 'change names and passwords at partners',
  security: 'manage users, sessions and tokens',
  audit: 'read the audit log',
};
export const permissions = Object.keys(meanings) as Schemas['Permission'][];

export const usersKey = ['users'] as const;
export function useUsers(enabled = true) {
  return useQuery({ queryKey: usersKey, queryFn: () => ask(client.GET('/users')), enabled });
}
export function useRoles() {
  return useQuery({ queryKey: ['roles'], queryFn: () => ask(client.GET('/roles')), staleTime: Infinity });
}
