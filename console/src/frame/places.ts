import type { Permission } from '../api/session';
import type { IconName } from '../parts/icons';
import type { KindPath } from '../parts/links';

export interface Place {
  to: string;
  text: string;
  icon: IconName;
  keys?: string;
  count?: KindPath;
  /** Offered to whoever may this; without it to everybody. */
  needs?: Permission;
}
export interface Section {
  title?: string;
  places: Place[];
}

/** The tree of the console, with BizTalk's names. `keys`: what to press after g. */
export const sections: Section[] = [
  {
    places: [
      { to: '/', text: 'Group hub', icon: 'hub', keys: 'h' },
      { to: '/suspended', text: 'Suspended', icon: 'pause', keys: 's' },
      { to: '/messages', text: 'Messages', icon: 'mail', keys: 'm' },
      { to: '/tracking', text: 'Tracking', icon: 'history', keys: 't' },
      { to: '/as2', text: 'AS2 report', icon: 'agreement', keys: '2' },
    ],
  },
  {
    title: 'Applications',
    places: [
      { to: '/receive-ports', text: 'Receive ports', icon: 'in', keys: 'r', count: 'receive-ports' },
      { to: '/receive-locations', text: 'Receive locations', icon: 'port', keys: 'l' },
      { to: '/send-ports', text: 'Send ports', icon: 'out', keys: 'p', count: 'send-ports' },
      { to: '/send-port-groups', text: 'Send port groups', icon: 'route', keys: 'o', count: 'send-port-groups' },
      { to: '/pipelines', text: 'Pipelines', icon: 'list', count: 'pipelines' },
      { to: '/schemas', text: 'Schemas', icon: 'list', keys: 'd', count: 'schemas' },
      { to: '/maps', text: 'Maps', icon: 'list', keys: 'x', count: 'maps' },
    ],
  },
  {
    title: 'Partners',
    places: [
      { to: '/parties', text: 'Parties', icon: 'people', keys: 'b', count: 'parties' },
      { to: '/agreements', text: 'Agreements', icon: 'agreement', keys: 'a', count: 'agreements' },
      { to: '/certificates', text: 'Certificates', icon: 'certificate', keys: 'c' },
      { to: '/affiliate-applications', text: 'Affiliate applications', icon: 'lock', keys: 'k' },
      { to: '/tls-probe', text: 'TLS probe', icon: 'search', keys: 'e' },
    ],
  },
  {
    title: 'Platform settings',
    places: [
      { to: '/hosts', text: 'Hosts', icon: 'server', count: 'hosts' },
      { to: '/host-instances', text: 'Host instances', icon: 'server', keys: 'i' },
      { to: '/groups', text: 'Group properties', icon: 'list' },
      { to: '/history', text: 'History', icon: 'history', keys: 'z' },
    ],
  },
  {
    title: 'Security',
    places: [
      { to: '/findings', text: 'Audit findings', icon: 'shield', keys: 'f' },
      { to: '/audit-log', text: 'Audit log', icon: 'history', keys: 'u', needs: 'audit' },
      { to: '/users', text: 'Users', icon: 'people', keys: 'y', needs: 'security' },
      { to: '/sessions', text: 'Sessions', icon: 'wait', needs: 'security' },
      { to: '/tokens', text: 'Tokens', icon: 'lock', keys: 'n' },
    ],
  },
];
