import type { components } from './schema';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];
export type Fault = Schemas['Fault'];

/** What the server says went wrong, or that it does not answer at all. */
export class ProblemError extends Error {
  readonly problem: Problem;
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
  get status(): number {
    return this.problem.status;
  }
  get code(): string {
    return this.problem.code;
  }
}

/** Silence, or a gateway that is busy or starts: the same question may be answered a moment later. */
export const passing = (error: unknown): boolean =>
  !(error instanceof ProblemError) || [0, 429, 502, 503, 504].includes(error.status);
/** Milliseconds until a question that failed `count` times is asked again: what the gateway said, else a little longer each time. */
export const pauseAfter = (count: number, error: unknown): number =>
  error instanceof ProblemError && error.retryAfter !== undefined
    ? Math.min(error.retryAfter, 30) * 1000
    : Math.min(500 * 2 ** count, 8_000);

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return {
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    code: 'console.no-answer',
    what: 'The gateway does not answer',
    remedy: 'See whether "sealgate serve" runs and can be reached from this computer; the page asks again by itself.',
    detail: String(error),
  };
}
