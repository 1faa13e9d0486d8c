import { useQuery, useQueryClient } from '@tanstack/react-query';
import { client, ask, send, setCsrf } from './client';
import type { Schemas } from './problem';

export type Permission = Schemas['Permission'];
/** `csrf` is sent back with every change. */
export type Session = Schemas['Session'] & { csrf?: string };

export const sessionKey = ['session'] as const;

export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async (): Promise<Session> => {
      const session: Session = await ask(client.GET('/session'));
      if (session.csrf) setCsrf(session.csrf);
      return session;
    },
    retry: false,
    staleTime: Infinity,
  });
}
/** Whether whoever is signed in may do this; what he may not do is not offered. */
export function useMay(permission: Permission): boolean {
  return useSession().data?.permissions.includes(permission) ?? false;
}

export function useSigning() {
  const queries = useQueryClient();
  const take = (session: Session) => {
    setCsrf(session.csrf ?? '');
    queries.setQueryData(sessionKey, session);
  };
  return {
    signIn: async (name: string, password: string, code: string) =>
      take(await send<Session>('POST', '/session', { name, password, ...(code ? { code } : {}) })),
    accept: async (invitation: string, name: string | undefined, password: string) =>
      take(await send<Session>('POST', '/invitations/accept', { invitation, name, password })),
    signOut: async () => {
      await send('DELETE', '/session');
      setCsrf('');
      queries.clear();
    },
  };
}
