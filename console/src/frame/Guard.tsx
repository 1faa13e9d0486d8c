import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useEffect } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router-dom';
import { onSignedOut } from '../api/client';
import { problemOf } from '../api/problem';
import { sessionKey, useSession } from '../api/session';
import { ProblemView, Rows } from '../parts/basics';

const open = ['/sign-in', '/invitation'];

/** Shows nothing but the sign-in to whoever has not signed in, and comes back to the page that he wanted. */
export function Guard() {
  const queries = useQueryClient();
  const { pathname, search, hash } = useLocation();
  const free = open.includes(pathname);
  const session = useSession();
  useEffect(
    () =>
      onSignedOut(() => {
        // Of a session that has ended; who never had one is asked to sign in anyway.
        if (queries.getQueryData(sessionKey)) void queries.resetQueries({ queryKey: sessionKey });
      }),
    [queries],
  );

  // The links that "sealgate serve" and "sealgate user invite" print.
  if (hash.startsWith('#invitation='))
    return <Navigate to={`/invitation#${hash.slice('#invitation='.length)}`} replace />;
  if (free) return <Suspense fallback={null}>{<Outlet />}</Suspense>;
  if (session.data) return <Outlet />;
  if (session.isPending) return <Rows />;
  const problem = problemOf(session.error);
  if (problem.status === 401) return <Navigate to={`/sign-in?then=${encodeURIComponent(pathname + search)}`} replace />;
  return <ProblemView problem={problem} onAgain={() => void session.refetch()} />;
}
