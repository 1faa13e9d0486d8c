// "Avoid denial of service attacks for digital signatures": what a receive port does with messages of nobody known.
import { must, same, scenario } from '../../console/harness.mjs';
import { apply } from './steps.mjs';

async function authenticate(walk, how, name) {
  const { page, base } = walk;
  await page.goto(`${base}/receive-ports/Queries`);
  await page.getByLabel('Authentication').selectOption(how === 'none' ? '' : how);
  await apply(walk, how === 'none' ? /^removed: - *authentication/ : new RegExp(`^added: \\+ *authentication: ${how}`), name);
}

scenario('messages of nobody known are published, dropped or kept, as the receive port says', async (walk) => {
  const { page, base, world, signIn, api, post, arrival, picture } = walk;
  const unsigned = { 'Content-Type': 'text/xml', 'MIME-Version': '1.0' };
  await signIn();
  await post('/queries', '<query>anonymous</query>', unsigned);
  await arrival('queries');

  await authenticate(walk, 'drop', 'authentication');
  await post('/queries', '<query>dropped</query>', unsigned, 401);
  const metrics = await (await fetch(`${world.gateway}/metrics`)).text();
  must(
    /unauthenticated_messages_total\{location="Queries",fate="dropped"\} 1/.test(metrics),
    'it is counted as dropped',
  );
  same((await api('/messages?state=suspended&port=Queries')).items, [], 'nothing of it is left');

  await authenticate(walk, 'keep');
  await post('/queries', '<query>kept</query>', unsigned, 401);
  const { failure } = (await api('/messages?state=suspended&port=Queries')).items[0];
  await page.goto(`${base}/suspended?code=${failure.code}`);
  await page.getByRole('region', { name: 'Messages' }).waitFor();
  await picture('kept');
  await authenticate(walk, 'none');
});
