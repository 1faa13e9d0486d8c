import { useElementSize, useId } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { Link } from 'react-router-dom';
import styles from './chart.module.css';
import { axisTime, nice, spanWords } from './scale';

export interface Line {
  name: string;
  /** For each span; undefined: nobody knows. */
  values: (number | undefined)[];
  tone: 'accent' | 'good' | 'warn' | 'bad' | 'plain' | 'other';
}
const height = 132;
const edge = { left: 44, right: 8, top: 8, bottom: 20 };

/**
 * Figures over time. The heading leads to the list behind them; arrow keys or a click choose a span, which is read
 * and leads to its own list; the same figures stand in a table.
 */
export function Chart({
  title,
  figure,
  lines,
  starts,
  seconds,
  unit,
  stacked = false,
  list,
  foot,
}: {
  title: string;
  /** What it comes to, beside the heading. */
  figure?: ReactNode;
  lines: Line[];
  /** Where each span begins, and how long they are. */
  starts: string[];
  seconds: number;
  unit: (value: number) => string;
  /** Bars upon each other instead of lines. */
  stacked?: boolean;
  /** The address of the list behind a range of time; without one, of the whole chart. */
  list: (from?: string, until?: string) => string;
  foot?: ReactNode;
}) {
  const id = useId();
  const { ref, width } = useElementSize();
  // What the pointer is over; and what was clicked or come to by keys, which stays so that its list can be opened.
  const [over, setOver] = useState<number | undefined>();
  const [pinned, setPinned] = useState<number | undefined>();
  const count = starts.length;
  const sum = (index: number) => lines.reduce((all, line) => all + (line.values[index] ?? 0), 0);
  const values = stacked ? starts.map((_, index) => sum(index)) : lines.flatMap((line) => line.values);
  const { top, steps } = nice(Math.max(0, ...values.map((value) => value ?? 0)));
  const inner = Math.max(60, width - edge.left - edge.right);
  const span = inner / Math.max(1, count);
  const x = (index: number) => edge.left + (index + 0.5) * span;
  const y = (value: number) => height - edge.bottom - (value / top) * (height - edge.top - edge.bottom);
  const at = over ?? pinned;
  const chosen = at !== undefined && at < count ? at : undefined;
  const until = (index: number) => new Date(Date.parse(starts[index] ?? '') + seconds * 1000).toISOString();
  const words = (index: number) =>
    `${spanWords(starts[index] ?? '', seconds)}: ${lines
      .filter((line) => !stacked || line.values[index])
      .map((line) => `${line.name} ${line.values[index] === undefined ? 'unknown' : unit(line.values[index] ?? 0)}`)
      .join(', ') || 'nothing'}`;
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left - edge.left;
    const index = Math.floor(left / span);
    const inside = index >= 0 && index < count ? index : undefined;
    setOver(inside);
    if (event.type === 'pointerdown') setPinned(inside);
  };
  const keys = (event: KeyboardEvent<SVGSVGElement>) => {
    const moves: Record<string, number> = {
      ArrowLeft: Math.max(0, (chosen ?? count) - 1),
      ArrowRight: Math.min(count - 1, (chosen ?? -1) + 1),
      Home: 0,
      End: count - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) setPinned(to);
    else if (event.key === 'Escape') setPinned(undefined);
    else return;
    event.preventDefault();
  };
  const labels = Math.max(2, Math.floor(inner / 90));
  const every = Math.max(1, Math.ceil(count / labels));
  return (
    <section className={styles.chart} aria-labelledby={id}>
      <header>
        <h2 id={id}>
          <Link to={list()}>{title}</Link>
        </h2>
        <div className={styles.figure}>{figure}</div>
      </header>
      <div ref={ref} className={styles.plot}>
        {width > 0 && (
          <svg
            width={width}
            height={height}
            role="img"
            tabIndex={0}
            aria-label={`${title}: ${count} spans of ${spanLength(seconds)}; arrow keys read them`}
            onPointerMove={point}
            onPointerDown={point}
            onPointerLeave={() => setOver(undefined)}
            onKeyDown={keys}
          >
            {steps.map((value) => (
              <g key={value} className={styles.grid}>
                <line x1={edge.left} x2={edge.left + inner} y1={y(value)} y2={y(value)} />
                <text x={edge.left - 6} y={y(value) + 4} textAnchor="end">
                  {unit(value)}
                </text>
              </g>
            ))}
            {starts.map(
              (start, index) =>
                index % every === 0 &&
                x(index) < edge.left + inner - 24 && (
                  <text key={start} className={styles.time} x={x(index)} y={height - 5} textAnchor="middle">
                    {axisTime(start, seconds * count)}
                  </text>
                ),
            )}
            {chosen !== undefined && (
              <rect
                className={styles.chosen}
                x={edge.left + chosen * span}
                y={edge.top}
                width={span}
                height={height - edge.top - edge.bottom}
              />
            )}
            {stacked ? <Bars lines={lines} x={x} y={y} span={span} count={count} /> : <Curves lines={lines} x={x} y={y} />}
          </svg>
        )}
      </div>
      <div className={styles.below}>
        <p className={styles.read} aria-live="polite">
          {chosen === undefined ? (
            <Legend lines={lines} stacked={stacked} />
          ) : (
            <>
              {words(chosen)} <Link to={list(starts[chosen], until(chosen))}>List</Link>
            </>
          )}
        </p>
        {foot}
        <details>
          <summary>Table</summary>
          <div className={styles.table} tabIndex={0} role="region" aria-label={`${title} as a table`}>
            <table>
              <thead>
                <tr>
                  <th scope="col">From</th>
                  {lines.map((line) => (
                    <th scope="col" key={line.name}>
                      {line.name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {starts
                  .map((start, index) => (
                    <tr key={start}>
                      <th scope="row">
                        <Link to={list(start, until(index))}>{spanWords(start, seconds)}</Link>
                      </th>
                      {lines.map((line) => (
                        <td key={line.name}>{line.values[index] === undefined ? '' : unit(line.values[index] ?? 0)}</td>
                      ))}
                    </tr>
                  ))
                  .reverse()}
              </tbody>
            </table>
          </div>
        </details>
      </div>
    </section>
  );
}

function spanLength(seconds: number): string {
  if (seconds < 60) return `${seconds} seconds`;
  if (seconds < 3600) return `${seconds / 60} minutes`;
  return seconds < 86400 ? `${seconds / 3600} hours` : `${seconds / 86400} days`;
}

interface Place {
  lines: Line[];
  x: (index: number) => number;
  y: (value: number) => number;
}
function Bars({ lines, x, y, span, count }: Place & { span: number; count: number }) {
  const wide = Math.max(1, span - Math.min(2, span * 0.2));
  const below = new Array<number>(count).fill(0);
  return lines.map((line) => (
    <g key={line.name} className={styles[line.tone]}>
      {line.values.map((value, index) => {
        if (!value) return null;
        const from = below[index] ?? 0;
        below[index] = from + value;
        return (
          <rect
            key={index}
            x={x(index) - wide / 2}
            width={wide}
            y={y(from + value)}
            height={Math.max(1, y(from) - y(from + value))}
            fill="currentColor"
          />
        );
      })}
    </g>
  ));
}

/** Broken where nobody knows. */
function Curves({ lines, x, y }: Place) {
  return lines.map((line) => {
    const pieces: [number, number][][] = [[]];
    line.values.forEach((value, index) => {
      if (value === undefined) pieces.push([]);
      else pieces.at(-1)?.push([x(index), y(value)]);
    });
    return (
      <g key={line.name} className={styles[line.tone]}>
        {pieces
          .filter((piece) => piece.length > 0)
          .map((piece) => {
            const [first, last] = [piece[0], piece.at(-1)];
            if (!first || !last) return null;
            if (piece.length === 1)
              return <circle key={first[0]} cx={first[0]} cy={first[1]} r="2" fill="currentColor" />;
            const points = piece.map(([left, up]) => `${left.toFixed(1)},${up.toFixed(1)}`).join(' ');
            return (
              <g key={first[0]}>
                <polygon
                  points={`${first[0]},${y(0)} ${points} ${last[0]},${y(0)}`}
                  fill="currentColor"
                  opacity={lines.length > 1 ? '0.07' : '0.12'}
                />
                <polyline points={points} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
              </g>
            );
          })}
      </g>
    );
  });
}

function Legend({ lines, stacked }: { lines: Line[]; stacked: boolean }) {
  if (lines.length === 0) return <span>Nothing in this time</span>;
  return lines.map((line) => (
    <span key={line.name} className={styles.legend}>
      <svg width="12" height="12" aria-hidden="true" className={styles[line.tone]}>
        {stacked ? (
          <rect x="1" y="1" width="10" height="10" rx="2" fill="currentColor" />
        ) : (
          <line x1="0" x2="12" y1="6" y2="6" stroke="currentColor" strokeWidth="3" />
        )}
      </svg>
      {line.name}
    </span>
  ));
}
