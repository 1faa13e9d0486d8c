import { Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useRef, useState } from 'react';
import { Link, NavLink, Outlet, useLocation, useNavigate } from 'react-router-dom';
import { ask, client } from '../api/client';
import { statusKey, useLive } from '../api/live';
import { useSession, useSigning } from '../api/session';
import { Rows } from '../parts/basics';
import { Icon } from '../parts/icons';
import { number } from '../parts/format';
import styles from './frame.module.css';
import { Help } from './Help';
import { useKeys } from './keys';
import { sections } from './places';
import { Search } from './Search';

export function useStatus() {
  return useQuery({
    queryKey: statusKey,
    queryFn: () => ask(client.GET('/status')),
  });
}

export function Frame() {
  const live = useLive();
  const status = useStatus().data;
  const [open, setOpen] = useState(false);
  const [help, setHelp] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useKeys({ onSearch: () => search.current?.focus(), onHelp: () => setHelp(true) });
  useEffect(() => {
    setOpen(false);
    window.scrollTo(0, 0);
  }, [pathname]);

  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#main" onClick={() => main.current?.focus()}>
        To the content
      </a>
      <header className={styles.bar}>
        <button
          type="button"
          className={`${styles.button} ${styles.menu}`}
          aria-label="Menu"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'bad' : 'list'} />
        </button>
        <Link to="/" className={styles.name}>
          <img src="/favicon.svg" alt="Group hub" width={20} height={20} />
          <span className={styles.word}>Sealgate</span>
          {status && <span className={styles.group}>{status.group}</span>}
        </Link>
        <div className={styles.search}>
          <Search ref={search} />
        </div>
        <span
          className={live ? styles.live : `${styles.live} ${styles.lost}`}
          role="status"
          title={live ? 'Figures change by themselves' : 'Waiting for the gateway'}
        >
          <span className={styles.dot} aria-hidden="true" />
          <span>{live ? 'live' : 'connecting'}</span>
        </span>
        <Scheme />
        <User onHelp={() => setHelp(true)} />
      </header>
      <Navigation open={open} suspended={status?.work.suspended} />
      <main id="main" className={styles.main} ref={main} tabIndex={-1}>
        <Suspense fallback={<Rows />}>
          <Outlet />
        </Suspense>
      </main>
      <Help opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function Navigation({ open, suspended }: { open: boolean; suspended: number | undefined }) {
  const may = useSession().data?.permissions;
  const kinds = useQuery({ queryKey: ['artifacts', 'kinds'], queryFn: () => ask(client.GET('/artifacts')) }).data;
  const soon = useQuery({
    queryKey: ['certificates', 'expiry', '30d'],
    queryFn: () => ask(client.GET('/expiry', { params: { query: { within: '30d' } } })),
    staleTime: 300_000,
  }).data;
  const expiring = soon?.items.filter((one) => !one.covered && one.days_left <= 30).length ?? 0;
  const count = (to: string, path?: string) => {
    if (to === '/suspended' && suspended)
      return <span className={`${styles.count} ${styles.bad}`}>{number(suspended)}</span>;
    if (to === '/certificates' && expiring)
      return (
        <span className={`${styles.count} ${styles.warn}`} title={`${expiring} expire within 30 days, or have expired`}>
          {number(expiring)} expiring
        </span>
      );
    const found = kinds?.kinds.find((one) => one.path === path);
    return found && <span className={styles.count}>{number(found.count)}</span>;
  };
  return (
    <nav className={open ? `${styles.nav} ${styles.open}` : styles.nav} aria-label="Console tree">
      {sections.map((section, index) => (
        <div key={index}>
          {section.title && <div className={styles.section}>{section.title}</div>}
          <ul>
            {section.places
              .filter((place) => !place.needs || may?.includes(place.needs))
              .map((place) => (
                <li key={place.to}>
                  <NavLink
                    to={place.to}
                    end={place.to === '/'}
                    className={({ isActive }) => (isActive ? `${styles.item} ${styles.active}` : styles.item)}
                  >
                    <Icon name={place.icon} />
                    {place.text}
                    {count(place.to, place.count)}
                  </NavLink>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function Scheme() {
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className={styles.button}
      aria-label={`Change to ${other} colours`}
      title={`Change to ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
    </button>
  );
}

function User({ onHelp }: { onHelp: () => void }) {
  const session = useSession().data;
  const { signOut } = useSigning();
  const navigate = useNavigate();
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button
          type="button"
          className={`${styles.button} ${styles.user}`}
          aria-label={`Signed in as ${session?.name ?? ''}`}
        >
          <Icon name="people" />
          <span>{session?.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Signed in as {session?.name}</Menu.Label>
        <Menu.Item onClick={() => navigate('/profile')}>Your profile</Menu.Item>
        <Menu.Item onClick={onHelp}>Keyboard</Menu.Item>
        <Menu.Item
          onClick={() => {
            void signOut().then(() => navigate('/sign-in'));
          }}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
