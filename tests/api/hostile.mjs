// Opens views of a gateway in Chromium as somebody who is signed in, and tells what of their words was run.
//   hostile.mjs '{"base": "https://…", "cookie": "…", "views": ["/"]}'     prints a JSON object, one member a view
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { until } from '../console/harness.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { chromium } = createRequire(join(root, 'console/package.json'))('playwright-core');
const { base, cookie, views } = JSON.parse(process.argv[2]);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
const context = await browser.newContext({ ignoreHTTPSErrors: true });
const [name, value] = cookie.split('=');
await context.addCookies([{ name, value, url: base, secure: true, httpOnly: true, sameSite: 'Strict' }]);
await context.addInitScript(() => {
  window.refused = [];
  document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.violatedDirective));
});
const told = {};
for (const view of views) {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const elsewhere = [];
  const open = new Set(); // what a page that does not come waits for
  const wrong = [];
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => open.delete(request.url()));
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('request', (request) => {
    open.add(request.url());
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) elsewhere.push(request.url());
  });
  await page.goto(base + view);
  const seen = (selector) => page.locator(selector).count();
  try {
    await until(async () => (await seen('#main :is(h1, h2, [role=alert])')) > 0, `${view} is shown`, 60);
    await until(async () => (await seen('main [aria-label=Loading]')) === 0, `${view} is loaded`, 60);
  } catch (error) {
    throw new Error(`${error.message}; open: ${[...open]}; errors: ${wrong}; ${await page.locator('body').innerText()}`);
  }
  told[view] = await page.evaluate(() => ({
    attacked: window.attacked ?? 0,
    refused: window.refused,
    elements: document.querySelectorAll('main img[src="x"], main script, main [onerror], [href^="javascript:"]').length,
    words: document.querySelector('main').innerText,
  }));
  told[view].elsewhere = elsewhere;
  await page.close();
}
await browser.close();
console.log(JSON.stringify(told));
