import { lazy } from 'react';
import { createBrowserRouter } from 'react-router-dom';
import { Frame } from './frame/Frame';
import { Guard } from './frame/Guard';
import { Hub } from './pages/hub/Hub';
import { Suspended } from './pages/suspended/Suspended';
import { Failure, NotFound } from './pages/NotFound';
import { kinds } from './pages/artifacts/kinds';

// What an operator needs at once is in the first load; the rest comes when it is asked for.
const SignIn = lazy(() => import('./pages/signing/SignIn'));
const Invitation = lazy(() => import('./pages/signing/Invitation'));
const Messages = lazy(() => import('./pages/messages/Messages'));
const Message = lazy(() => import('./pages/messages/Message'));
const ArtifactList = lazy(() => import('./pages/artifacts/ArtifactList'));
const ArtifactPage = lazy(() => import('./pages/artifacts/ArtifactPage'));
const Locations = lazy(() => import('./pages/artifacts/Locations'));
const HostInstances = lazy(() => import('./pages/platform/HostInstances'));
const Certificates = lazy(() => import('./pages/certificates/Certificates'));
const Certificate = lazy(() => import('./pages/certificates/Certificate'));
const Rollover = lazy(() => import('./pages/certificates/Rollover'));
const RevocationLists = lazy(() => import('./pages/certificates/Lists'));
const Probe = lazy(() => import('./pages/probe/Probe'));
const Applications = lazy(() => import('./pages/credentials/Applications'));
const Application = lazy(() => import('./pages/credentials/Application'));
const As2Report = lazy(() => import('./pages/reports/As2Report'));
const Tracking = lazy(() => import('./pages/reports/Tracking'));
const Findings = lazy(() => import('./pages/reports/Findings'));
const Users = lazy(() => import('./pages/access/Users'));
const User = lazy(() => import('./pages/access/User'));
const Tokens = lazy(() => import('./pages/access/Tokens'));
const Sessions = lazy(() => import('./pages/access/Sessions'));
const Profile = lazy(() => import('./pages/access/Profile'));
const AuditLog = lazy(() => import('./pages/access/AuditLog'));
const AuditRecord = lazy(() => import('./pages/access/AuditRecord'));
const History = lazy(() => import('./pages/history/History'));
const RevisionPage = lazy(() => import('./pages/history/RevisionPage'));
const SearchResults = lazy(() => import('./pages/SearchResults'));

export const router = createBrowserRouter(
  [
    {
      element: <Guard />,
      errorElement: <Failure />,
      children: [
        { path: '/sign-in', element: <SignIn /> },
        { path: '/invitation', element: <Invitation /> },
        {
          element: <Frame />,
          children: [
            { path: '/', element: <Hub /> },
            { path: '/suspended', element: <Suspended /> },
            { path: '/messages', element: <Messages /> },
            { path: '/messages/:id', element: <Message /> },
            { path: '/receive-locations', element: <Locations /> },
            { path: '/host-instances', element: <HostInstances /> },
            { path: '/certificates', element: <Certificates /> },
            { path: '/certificates/rollover', element: <Rollover /> },
            { path: '/certificates/lists', element: <RevocationLists /> },
            { path: '/certificates/:thumbprint', element: <Certificate /> },
            { path: '/tls-probe', element: <Probe /> },
            { path: '/affiliate-applications', element: <Applications /> },
            { path: '/affiliate-applications/:name', element: <Application /> },
            { path: '/as2', element: <As2Report /> },
            { path: '/tracking', element: <Tracking /> },
            { path: '/findings', element: <Findings /> },
            { path: '/users', element: <Users /> },
            { path: '/users/:name', element: <User /> },
            { path: '/tokens', element: <Tokens /> },
            { path: '/sessions', element: <Sessions /> },
            { path: '/profile', element: <Profile /> },
            { path: '/audit-log', element: <AuditLog /> },
            { path: '/audit-log/:number', element: <AuditRecord /> },
            { path: '/history', element: <History /> },
            { path: '/history/:number', element: <RevisionPage /> },
            { path: '/search', element: <SearchResults /> },
            ...kinds.flatMap((kind) => [
              { path: `/${kind}`, element: <ArtifactList key={kind} kind={kind} /> },
              { path: `/${kind}/:name`, element: <ArtifactPage key={kind} kind={kind} /> },
            ]),
            { path: '*', element: <NotFound /> },
          ],
        },
      ],
    },
  ],
  {
    future: {
      v7_relativeSplatPath: true,
      v7_fetcherPersist: true,
      v7_normalizeFormMethod: true,
      v7_partialHydration: true,
      v7_skipActionErrorRevalidation: true,
    },
  },
);
