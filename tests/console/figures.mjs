// What moves on the hub, and a filter that is tried.
import { must, same, scenario, until } from './harness.mjs';

scenario('charts of the hub lead to the lists behind them, and keys read them', async ({ page, signIn, path }) => {
  await signIn();
  const traffic = page.getByRole('region', { name: 'Messages in and out' });
  const chart = traffic.getByRole('img');
  await chart.focus();
  await page.keyboard.press('End');
  await traffic.getByText(/: In [\d.k]+, Out/).waitFor();
  const last = await traffic.locator('[aria-live]').innerText();
  await page.keyboard.press('ArrowLeft');
  await until(async () => (await traffic.locator('[aria-live]').innerText()) !== last, 'the span before is read');
  await traffic.getByRole('link', { name: 'List' }).click();
  await page.getByRole('heading', { name: 'Tracking' }).waitFor();
  must(/^\/tracking\?event=received&from=.*&until=/.test(path()), `the list is of the span: ${path()}`);
  await page.getByLabel('Between').waitFor();
  await page.getByRole('button', { name: 'Any time' }).click();
  await until(() => path() === '/tracking?event=received', 'the time is taken away');
});

scenario('the time of the charts is in the address', async ({ page, base, signIn, path }) => {
  await signIn();
  await page.getByText('7 d', { exact: true }).click();
  await until(() => path() === '/?range=7d', 'it is in the address');
  await page.getByRole('img', { name: /spans of 2 hours/ }).first().waitFor();
  await page.goto(`${base}/?range=24h`);
  await page.getByRole('img', { name: /spans of 15 minutes/ }).first().waitFor();
  await page.getByText('Between…').click();
  await page.getByRole('textbox', { name: 'From' }).or(page.getByLabel('From', { exact: true })).first().fill('2026-11-20T08:00');
  await until(() => path().includes('from=2026-11-20T'), 'the beginning is in the address');
  await page.getByRole('button', { name: 'Until now' }).click();
  await until(() => path() === '/', 'the usual time is no filter');
});

scenario('each chart has its figures as a table', async ({ page, signIn }) => {
  await signIn();
  const latency = page.getByRole('region', { name: 'Latency', exact: true });
  await latency.getByText('Table').click();
  const cells = await latency.getByRole('row').count();
  must(cells > 60, `the table has a row for each span: ${cells}`);
  same(await latency.getByRole('columnheader').allInnerTexts(), ['From', 'p50', 'p99']);
});

scenario('a filter is tried on the last messages and on one', async ({ page, signIn }) => {
  await signIn('ada', '/send-ports/Orders%20to%20Fabrikam?tab=filters');
  await page.getByText('14 of the last 1,000 messages').waitFor();
  await page.getByLabel('Test against a stored message').fill('no id');
  await page.getByText('This is no id of a message').waitFor();
  await page.getByLabel('Test against a stored message').fill('0190163d-8694-739b-aea5-966c26f8ad91');
  await page.getByText('It does not take this message').waitFor();
});

scenario('lists show what each port did lately', async ({ page, base, signIn }) => {
  await signIn('ada', '/send-ports');
  await page.getByRole('columnheader', { name: 'Per hour' }).waitFor();
  const row = page.getByRole('row', { name: /Orders to Fabrikam/ });
  must(/ago|now/.test(await row.innerText()), 'the last message is told');
  await page.goto(`${base}/receive-locations`);
  await page.getByRole('columnheader', { name: 'Last message' }).waitFor();
});
