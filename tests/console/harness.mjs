// Runs scenarios in a real Chromium against the mock of console/mock, one browser for all, a fresh profile for each.
import { createRequire } from 'node:module';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('../..', import.meta.url));
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
export async function until(condition, words, seconds = 10) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${words}: not within ${seconds} s`);
}

/** The address of a mock that serves the console from `dist`; it ends with this program. */
async function mock(dist) {
  const child = spawn(process.execPath, [join(root, 'console/mock/server.mjs'), '--dist', dist], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => child.kill());
  for await (const line of child.stdout) return String(line).split(' ')[0];
  throw new Error('the mock did not start');
}

export async function runAll(names, { dist, pictures }) {
  const { chromium } = require('playwright-core');
  const axe = require.resolve('axe-core/axe.min.js');
  const base = await mock(dist);
  const rootUser = process.getuid() === 0;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: rootUser ? ['--no-sandbox'] : [],
  });
  const results = {};
  for (const { name, run } of scenarios.filter((one) => names.length === 0 || names.includes(one.name))) {
    await fetch(`${base}/mock/reset`);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: 'light',
      bypassCSP: false,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
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
      await run({ page, context, base, axe, dist, pictures, ...steps(page, base) });
      const defects = await (await fetch(`${base}/mock/defects`)).json();
      faults.push(...defects.map((one) => `the mock is not as openapi.yaml says: ${one}`));
    } catch (error) {
      faults.unshift(String(error.stack ?? error));
      if (pictures)
        await page
          .screenshot({ path: join(pictures, `failed-${name.replace(/\W+/g, '-')}.png`) })
          .catch(() => undefined);
    }
    results[name] = { faults, seconds: (Date.now() - start) / 1000 };
    console.log(faults.length ? 'FAILED' : 'passed', name, `${results[name].seconds.toFixed(1)} s`, faults.join('\n'));
    await context.close();
  }
  await browser.close();
  return results;
}

function steps(page, base) {
  const signIn = async (name = 'ada', then = '/') => {
    await page.goto(`${base}/sign-in?then=${encodeURIComponent(then)}`);
    await page.getByLabel('Name').fill(name);
    await page.locator('input[type=password]').fill('correct-horse-battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#main h1').first().waitFor();
  };
  return {
    signIn,
    button: (name) => page.getByRole('button', { name, exact: typeof name === 'string' }),
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
