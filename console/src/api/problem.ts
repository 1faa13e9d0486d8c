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
