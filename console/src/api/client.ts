import createClient from 'openapi-fetch';
import type { paths } from './schema';
import { type Problem, ProblemError } from './problem';

let csrf = '';
let signedOut: () => void = () => undefined;

/** Sent with every request that changes something. */
export function setCsrf(token: string): void {
  csrf = token;
}
/** Called whenever the server says that nobody is signed in. */
export function onSignedOut(action: () => void): void {
  signedOut = action;
}

export const client = createClient<paths>({
  baseUrl: '/api/v1',
  credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: false } },
});
client.use({
  onRequest({ request }) {
    if (request.method !== 'GET' && csrf) request.headers.set('X-CSRF-Token', csrf);
    return request;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}
/** With what If-Match is to say. */
export interface Tagged<T> {
  data: T;
  etag: string;
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'what' in value;
}
export function fail(response: Response, error: unknown): never {
  const problem: Problem = isProblem(error)
    ? error
    : {
        type: 'about:blank',
        title: response.statusText,
        status: response.status,
        code: 'console.bad-answer',
        what: `The gateway answered ${response.status}`,
        remedy: 'See its log.',
        detail: '',
      };
  // Not for a wrong password or code of whoever is signed in.
  if (problem.code.endsWith('.not-signed-in')) signedOut();
  throw new ProblemError(problem, Number(response.headers.get('Retry-After')) || undefined);
}

/** The JSON of an answer; a ProblemError when there is none. Where an operation also gives text, see askText(). */
export async function ask<T>(pending: Promise<Answer<T>>): Promise<Exclude<T, string>> {
  const { data, error, response } = await pending;
  if (!response.ok) fail(response, error);
  return data as Exclude<T, string>;
}
/** For requests with parseAs: 'text'. */
export async function askText(pending: Promise<Answer<unknown>>): Promise<string> {
  const { data, error, response } = await pending;
  if (!response.ok) fail(response, error);
  return data as string;
}

/** For what the description has no words for yet: signing in and out. */
export async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    credentials: 'same-origin',
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(csrf ? { 'X-CSRF-Token': csrf } : {}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const data: unknown = text === '' ? undefined : JSON.parse(text);
  if (!response.ok)
    throw new ProblemError(
      isProblem(data)
        ? data
        : {
            type: 'about:blank',
            title: '',
            status: response.status,
            code: 'console.bad-answer',
            what: `The gateway answered ${response.status}`,
            detail: '',
          },
      Number(response.headers.get('Retry-After')) || undefined,
    );
  return data as T;
}
