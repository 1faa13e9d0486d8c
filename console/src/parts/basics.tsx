import { Button, Skeleton, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { type ReactNode, useSyncExternalStore } from 'react';
import { Link } from 'react-router-dom';
import type { Problem } from '../api/problem';
import { problemOf } from '../api/problem';
import { absolute, relative, size } from './format';
import { Icon, type IconName } from './icons';
import { WhereLink } from './links';
import styles from './parts.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** A state as a word and a sign, so that nobody needs its colour. */
export function State({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ReactNode }) {
  const usual: Record<Tone, IconName> = { good: 'good', warn: 'warn', bad: 'bad', plain: 'wait' };
  return (
    <span className={`${styles.state} ${styles[tone]}`}>
      <Icon name={icon ?? usual[tone]} size={14} />
      {children}
    </span>
  );
}

const works: Record<string, [Tone, IconName, string]> = {
  ready: ['plain', 'wait', 'Ready'],
  active: ['plain', 'play', 'Active'],
  retrying: ['warn', 'again', 'Retrying'],
  scheduled: ['plain', 'wait', 'Scheduled'],
  suspended: ['bad', 'pause', 'Suspended'],
  completed: ['good', 'good', 'Completed'],
  terminated: ['plain', 'bad', 'Terminated'],
};
export function WorkState({ state }: { state: string }) {
  const [tone, icon, word] = works[state] ?? ['plain', 'wait', state];
  return (
    <State tone={tone} icon={icon}>
      {word}
    </State>
  );
}
const ports: Record<string, [Tone, IconName, string]> = {
  started: ['good', 'play', 'Started'],
  stopped: ['warn', 'stop', 'Stopped'],
  bound: ['plain', 'unlink', 'Unenlisted'],
};
export function PortState({ state }: { state: string }) {
  const [tone, icon, word] = ports[state] ?? ['plain', 'wait', state];
  return (
    <State tone={tone} icon={icon}>
      {word}
    </State>
  );
}

/** One for all the times of a page. */
const clock = {
  count: 0,
  followers: new Set<() => void>(),
  timer: 0,
  now: () => clock.count,
  follow: (told: () => void) => {
    if (clock.followers.size === 0) {
      clock.timer = window.setInterval(() => {
        clock.count += 1;
        for (const tell of clock.followers) tell();
      }, 15_000);
    }
    clock.followers.add(told);
    return () => {
      clock.followers.delete(told);
      if (clock.followers.size === 0) window.clearInterval(clock.timer);
    };
  },
};
/** How long ago, with the time itself, zone named, behind it; ticks by itself. */
export function When({ time }: { time: string | null | undefined }) {
  useSyncExternalStore(clock.follow, clock.now);
  if (!time) return <span className={styles.dim}>never</span>;
  return (
    <time dateTime={time} title={absolute(time)}>
      {relative(time)}
    </time>
  );
}
export function Bytes({ value }: { value: number }) {
  return <span title={`${value.toLocaleString('en-US')} bytes`}>{size(value)}</span>;
}
export function Dim({ children }: { children: ReactNode }) {
  return <span className={styles.dim}>{children}</span>;
}

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Tooltip label={clipboard.copied ? 'Copied' : label}>
      <button type="button" className={styles.copy} aria-label={label} onClick={() => clipboard.copy(text)}>
        <Icon name={clipboard.copied ? 'good' : 'copy'} size={14} />
      </button>
    </Tooltip>
  );
}
/** The same for what stands elsewhere, with words. */
export function CopyWords({ text, label }: { text: string; label: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Icon name={clipboard.copied ? 'good' : 'copy'} size={14} />}
      onClick={() => clipboard.copy(text)}
    >
      {clipboard.copied ? 'Copied' : label}
    </Button>
  );
}
/** A command, to copy. */
export function Command({ text }: { text: string }) {
  return (
    <span className={styles.code}>
      {text}
      <CopyButton text={text} label="Copy command" />
    </span>
  );
}

/** On a phone no more of a text than that, so that the rows of a long list stay low. */
export function ThreeLines({ children }: { children: string | undefined }) {
  return (
    <span className={styles.three} title={children}>
      {children}
    </span>
  );
}
export function PageHead({
  title,
  crumbs,
  sentence,
  state,
  children,
}: {
  title: ReactNode;
  crumbs?: { to: string; text: string }[];
  sentence?: ReactNode;
  state?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <header className={styles.head}>
      <div>
        {crumbs && (
          <nav className={styles.crumbs} aria-label="Where this is">
            {crumbs.map((crumb) => (
              <span key={crumb.to}>
                <Link to={crumb.to}>{crumb.text}</Link> ›{' '}
              </span>
            ))}
          </nav>
        )}
        <div className={styles.pair}>
          <h1>{title}</h1>
          {state}
        </div>
        {sentence && <p className={styles.sentence}>{sentence}</p>}
      </div>
      {children && <div className={styles.actions}>{children}</div>}
    </header>
  );
}

/** What, where, since when, and what to do about it. */
export function ProblemView({
  problem,
  onAgain,
  children,
}: {
  problem: Problem;
  onAgain?: () => void;
  children?: ReactNode;
}) {
  const faults = problem.errors ?? [];
  return (
    <div className={styles.problem} role="alert">
      {faults.length > 1 ? (
        <>
          <strong>{faults.length} things are wrong</strong>
          <ul>
            {faults.map((fault, index) => (
              <li key={index}>
                <strong>{fault.what}</strong>
                {fault.where && <Dim> · {fault.where}</Dim>}
                <br />
                {fault.remedy}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <strong>{capital(problem.what)}</strong>
          {problem.where && (
            <div>
              <WhereLink where={problem.where} />
            </div>
          )}
          {problem.remedy && <div>{capital(problem.remedy)}</div>}
        </>
      )}
      <div className={styles.pair}>
        <code className={`${styles.mono} ${styles.dim}`}>{problem.code}</code>
        {onAgain && (
          <Button size="compact-xs" variant="default" onClick={onAgain}>
            Try again
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export function Note({ tone = 'calm', children }: { tone?: 'calm' | 'amber'; children: ReactNode }) {
  return <div className={`${styles.problem} ${styles[tone]}`}>{children}</div>;
}
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
export function Rows({ count = 6 }: { count?: number }) {
  return (
    <div className={styles.scroll} role="status" aria-label="Loading">
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} height={12} m={12} width={`${90 - ((index * 17) % 40)}%`} radius="sm" animate={false} />
      ))}
    </div>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}
/** The data of a query; rows of grey while it is on its way, the problem when it failed and nothing older is there. */
export function Loaded<T>({
  query,
  rows,
  children,
}: {
  query: Asked<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ProblemView problem={problemOf(query.error)} onAgain={() => void query.refetch()} />;
  return <Rows count={rows} />;
}

export function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {rows
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

const signs = { '+': ['came', 'added: '], '-': ['went', 'removed: '] } as const;
/** Lines that go (-), come (+) and stay; said in words as well, and not by colour alone. */
export function Diff({ text }: { text: string }) {
  const lines = text.replace(/\n$/, '').split('\n');
  const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
  const [came, went] = [count('+'), count('-')];
  return (
    <figure className={styles.figure}>
      <pre className={styles.diff} tabIndex={0} aria-label="What changes">
        {lines.map((line, index) => {
          const sign = signs[line.charAt(0) as keyof typeof signs] as (typeof signs)['+' | '-'] | undefined;
          return (
            <span key={index} className={sign && styles[sign[0]]}>
              {sign && <span className={styles.hidden}>{sign[1]}</span>}
              {line || ' '}
            </span>
          );
        })}
      </pre>
      <figcaption className={styles.dim}>
        {came} {came === 1 ? 'line' : 'lines'} added, {went} removed
      </figcaption>
    </figure>
  );
}
