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
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) elsewhere.push(request.url());
  });
  await page.goto(base + view);
  await until(async () => (await page.locator('#main :is(h1, h2, [role=alert])').count()) > 0, `${view} is shown`);
  await until(async () => (await page.locator('main [aria-label=Loading]').count()) === 0, `${view} is loaded`);
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
