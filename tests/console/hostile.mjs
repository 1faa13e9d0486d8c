// What partners and other users have written stands in the console as text, whatever it is; nobody shows the console
// in a frame of his.
import { must, same, scenario, until } from './harness.mjs';

const attacks = [
  `<img src=x onerror="window.attacked=1">`,
  `"><script>window.attacked=2</script>`,
  `javascript:window.attacked=3`,
  `' onmouseover='window.attacked=4' style='position:fixed;inset:0`,
  `<svg/onload=window.attacked=5>`,
  `{{constructor.constructor('window.attacked=6')()}}`,
];
// Names, subjects, file names, header values, what a receipt says and what is told of a failure.
const written =
  /^(name|display_name|subject|issuer|friendly_name|description|party|partner|port|file_name|file|address|from|to|message_id|disposition|text|what|remedy|where|value|object|who|before|after|details|detail|host|serial|by|used_from|reason|sentence|group|title|label|account)$/;

function poisoned(value, key, next) {
  if (Array.isArray(value)) return value.map((one) => poisoned(one, key, next));
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, name, next)]));
  if (typeof value !== 'string' || !written.test(key)) return value;
  return attacks[next.count++ % attacks.length];
}

const views = {
  'of messages': [
    '/',
    '/suspended',
    '/messages',
    async (api) => `/messages/${(await api('/messages?state=suspended')).items[0].id}`,
    '/tracking',
    '/as2',
    '/search?q=%3Cimg%20src%3Dx%20onerror%3Dwindow.attacked%3D7%3E',
  ],
  'of artifacts': [
    '/receive-ports',
    '/receive-locations',
    '/send-ports',
    '/send-ports/Orders%20to%20Fabrikam',
    '/parties',
    '/parties/Fabrikam',
    '/agreements',
    '/hosts',
    '/host-instances',
  ],
  'of certificates and findings': [
    '/certificates',
    async (api) => `/certificates/${(await api('/certificates')).items[0].thumbprint.replaceAll(' ', '')}`,
    '/findings',
    '/findings?tab=threats',
  ],
  'of users and the audit log': [
    '/users',
    '/users/pavel',
    '/sessions',
    '/tokens',
    '/profile',
    '/audit-log',
    '/audit-log/12',
  ],
};

/** Puts attacks into whatever the API answers, but for who is signed in; tells how many. */
async function poison(page) {
  const next = { count: 0 };
  await page.route('**/api/v1/**', async (route) => {
    const name = new URL(route.request().url()).pathname;
    if (/\/(session|events)$/.test(name)) return route.continue();
    const answer = await route.fetch();
    if (!answer.headers()['content-type']?.includes('json')) return route.fulfill({ response: answer });
    return route.fulfill({ response: answer, json: poisoned(await answer.json(), '', next) });
  });
  await page.addInitScript(() => {
    window.refused = [];
    document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.violatedDirective));
  });
  return next;
}

async function judge(page, base, where) {
  await page.locator('body').hover();
  const { ran, made, links } = await page.evaluate(() => ({
    ran: [window.attacked ?? 0, window.refused],
    made: document.querySelectorAll(
      'main img[src="x"], main script, main [onmouseover], main [onerror], [href^="javascript:"], svg[onload]',
    ).length,
    links: [...document.querySelectorAll('a[href]')].map((one) => one.href),
  }));
  same(ran, [0, []], `${where}: it was run, or tried to be`);
  same(made, 0, `${where}: it became part of the page`);
  const elsewhere = links.find((one) => !one.startsWith(`${base}/`));
  must(elsewhere === undefined, `${where}: a link leads elsewhere: ${elsewhere}`);
}

for (const [title, all] of Object.entries(views))
  scenario(`what others have written stays text on pages ${title}`, async ({ page, base, api, signIn, loaded }) => {
    await signIn();
    const paths = await Promise.all(all.map((one) => (typeof one === 'string' ? one : one(api))));
    const next = await poison(page);
    for (const where of paths) {
      const before = next.count;
      await page.goto(base + where);
      await loaded();
      must(next.count > before, `${where}: nothing was poisoned`);
      await judge(page, base, where);
    }
  });

scenario('nobody shows the console in a frame', async ({ context, base }) => {
  const refused = [];
  // Not the page of the scenario: what the policy stops there is a fault.
  const page = await context.newPage();
  page.on('console', (message) => refused.push(message.text()));
  await page.setContent(`<iframe src="${base}/sign-in" width="600" height="400"></iframe>`);
  await until(() => refused.some((one) => one.includes('frame-ancestors')), 'the browser refuses it');
  same(await page.frames()[1].locator('input').count(), 0, 'the sign-in is shown');
});

scenario('signing in leads to no other site by what is behind it either', async ({ page, base, button }) => {
  for (const elsewhere of ['/%2Fevil.example', '/\t/evil.example', '/..//evil.example', ' //evil.example']) {
    await page.context().clearCookies();
    await page.goto(`${base}/sign-in?then=${encodeURIComponent(elsewhere)}`);
    await page.getByLabel('Name').fill('ada');
    await page.locator('input[type=password]').fill('correct-horse-battery');
    await button('Sign in').click();
    await page.getByRole('button', { name: 'Signed in as ada' }).waitFor();
    same(new URL(page.url()).origin, base, elsewhere);
  }
});
