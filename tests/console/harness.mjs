// Runs scenarios in a real Chromium, one browser for all, a fresh profile for each: against the mock of console/mock
// (tests/console) or a gateway (tests/console_walks).
import { createRequire } from 'node:module';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(join(root, 'console/package.json'));

export const scenarios = [];
export function scenario(name, run) {
  scenarios.push({ name, run });
}
export function must(condition, words) {
  if (!condition) throw new Error(words);
}
export function same(found, wanted, words = 'differs') {
  must(
    JSON.stringify(found) === JSON.stringify(wanted),
    `${words}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`,
  );
}

/** Asks until it holds. From outside: the security policy lets nobody poll inside the page. */
export async function until(condition, words, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${words}: not within ${seconds} s`);
}

/**
 * `server`: its address `base`, the `password` of everybody, what is done before (`reset`) each scenario, and which
 * `defects` it found in one; `patience`: seconds to wait for anything. `given` goes to each scenario.
 */
export async function runAll(names, server, { pictures, results, ...given }) {
  if (pictures) mkdirSync(pictures, { recursive: true });
  const { chromium } = require('playwright-core');
  const axe = require.resolve('axe-core/axe.min.js');
  const { base } = server;
  const rootUser = process.getuid() === 0;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: rootUser ? ['--no-sandbox'] : [],
  });
  const found = {};
  for (const { name, run } of scenarios.filter((one) => names.length === 0 || names.includes(one.name))) {
    await server.reset?.();
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: 'light',
      bypassCSP: false,
      ignoreHTTPSErrors: true,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.setDefaultTimeout((server.patience ?? 30) * 1000);
    const faults = [];
    page.on('pageerror', (error) => faults.push(`the page failed: ${error}`));
    page.on(
      'dialog',
      (dialog) => (faults.push(`a script of somebody else ran: ${dialog.message()}`), dialog.dismiss()),
    );
    page.on(
      'console',
      (message) => /Content Security Policy|Refused to/i.test(message.text()) && faults.push(message.text()),
    );
    page.on(
      'request',
      (request) =>
        request.url().startsWith(base) ||
        /^(blob|data):/.test(request.url()) ||
        faults.push(`a request to elsewhere: ${request.url()}`),
    );
    const start = Date.now();
    try {
      await run({ page, context, base, axe, pictures, ...given, ...steps(page, server, pictures) });
      faults.push(...((await server.defects?.()) ?? []));
    } catch (error) {
      faults.unshift(String(error.stack ?? error));
      if (pictures)
        await page
          .screenshot({ path: join(pictures, `failed-${name.replace(/\W+/g, '-')}.png`) })
          .catch(() => undefined);
    }
    found[name] = { faults, seconds: (Date.now() - start) / 1000 };
    console.log(faults.length ? 'FAILED' : 'passed', name, `${found[name].seconds.toFixed(1)} s`, faults.join('\n'));
    await context.close();
  }
  await browser.close();
  if (results) writeFileSync(results, JSON.stringify(found));
  return found;
}

/** usage of a suite: --list | --OPTION VALUE… [--pictures FOLDER] [--results FILE] [NAME…] */
export async function main(option, start) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: Object.fromEntries([
      ['list', { type: 'boolean' }],
      ...[option, 'pictures', 'results'].map((name) => [name, { type: 'string' }]),
    ]),
  });
  if (values.list) console.log(JSON.stringify(scenarios.map((one) => one.name)));
  else {
    const { server, ...given } = await start(values[option]);
    await runAll(positionals, server, { ...values, ...given });
    process.exit(0);
  }
}

function steps(page, { base, password }, pictures) {
  const signIn = async (name = 'ada', then = '/') => {
    await page.goto(`${base}/sign-in?then=${encodeURIComponent(then)}`);
    await page.getByLabel('Name').fill(name);
    await page.locator('input[type=password]').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#main h1').first().waitFor();
  };
  return {
    signIn,
    button: (name) => page.getByRole('button', { name, exact: typeof name === 'string' }),
    /** For the manual, when somebody wants pictures. */
    picture: async (name) => pictures && page.screenshot({ path: join(pictures, `${name}.png`) }),
    heading: () => page.locator('main h1').first().innerText(),
    /** Until everything that was asked for is there. */
    loaded: async () => {
      await page.locator('#main h1').first().waitFor();
      await until(async () => (await page.locator('main [aria-label=Loading]').count()) === 0, 'the page is loaded');
    },
    /** What the API says, with the session of the page. */
    api: async (path) => (await page.request.get(`${base}/api/v1${path}`)).json(),
    path: () => decodeURIComponent(new URL(page.url()).pathname + new URL(page.url()).search),
  };
}
