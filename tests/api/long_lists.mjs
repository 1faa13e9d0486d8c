// usage: long_lists.mjs ADDRESS PASSWORD PAGES: how long each further page of a list takes in the console, as JSON
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { chromium } = createRequire(join(root, 'console/package.json'))('playwright-core');
const [base, password, pages] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
const page = await browser.newPage({ ignoreHTTPSErrors: true });
await page.goto(`${base}/sign-in`);
await page.getByLabel('Name').fill('ada');
await page.locator('input[type=password]').fill(password);
await page.keyboard.press('Enter');
await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
const times = {};
for (const [name, path] of Object.entries({ messages: '/messages', certificates: '/certificates' })) {
  await page.goto(base + path);
  const rows = page.locator('main table tbody tr');
  await rows.first().waitFor();
  times[name] = [];
  for (let i = 0; i < Number(pages); i += 1) {
    const before = await rows.count();
    const more = page.getByRole('button', { name: 'Show more' });
    await more.scrollIntoViewIfNeeded();
    const began = performance.now();
    await more.click();
    await rows.nth(before).waitFor();
    times[name].push(performance.now() - began);
  }
}
await browser.close();
console.log(JSON.stringify(times));
