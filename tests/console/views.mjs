// Every page: no serious fault of accessibility, nothing that the security policy stops, nothing wider than its window,
// light and dark, wide and as a phone. Pictures are taken when somebody wants them.
import { join } from 'node:path';
import { certificateViews } from './certificate_views.mjs';
import { formViews } from './forms.mjs';
import { historyViews } from './history.mjs';
import { must, same, scenario, until } from './harness.mjs';

const firstWork = (state) => async (api) => `/messages/${(await api(`/messages?state=${state}`)).items[0].id}`;
const certificate = (search) => async (api) =>
  `/certificates/${(await api(`/certificates?search=${search}`)).items[0].thumbprint.replaceAll(' ', '')}`;

const views = {
  hub: '/',
  'hub of 30 days': '/?range=30d',
  suspended: '/suspended?code=certificates.expired',
  messages: '/messages',
  message: firstWork('suspended'),
  'message context': async (api) => `${await firstWork('completed')(api)}?tab=context`,
  'message parts': async (api) => `${await firstWork('completed')(api)}?tab=parts`,
  tracking: '/tracking',
  'AS2 report': '/as2',
  'receive ports': '/receive-ports',
  'receive locations': '/receive-locations',
  'receive location': '/receive-ports/Orders?tab=locations&location=Orders by file',
  'receive location pipeline':
    '/receive-ports/Orders?tab=locations&location=Orders by file&configure=locations.0.pipeline',
  'new send port': '/send-ports?new=yes',
  'new receive port': '/receive-ports?new=yes',
  'send ports': '/send-ports',
  'send port': '/send-ports/Orders to Fabrikam',
  'send port transport': '/send-ports/Orders to Fabrikam?tab=transport',
  'send port pipeline': '/send-ports/Orders to Fabrikam?configure=pipeline',
  'send port filters': '/send-ports/Orders to Fabrikam?tab=filters',
  'send port certificate': '/send-ports/Orders to Northwind?tab=certificate',
  'send port tracking': '/send-ports/Orders to Fabrikam?tab=tracking',
  'send port YAML': '/send-ports/Orders to Fabrikam?tab=yaml',
  'send port groups': '/send-port-groups',
  pipeline: '/pipelines/OrdersReceive',
  parties: '/parties',
  party: '/parties/Fabrikam?tab=traffic',
  agreement: '/agreements/Fabrikam AS2?tab=sending',
  hosts: '/hosts',
  host: '/hosts/Secure?tab=certificate',
  'host instances': '/host-instances',
  group: '/groups/contoso-prod',
  ...formViews,
  ...historyViews,
  certificates: '/certificates',
  certificate: certificate('fabrikam-encrypt-2026'),
  'expired certificate': certificate('northwind-2024'),
  ...certificateViews,
  findings: '/findings',
  'threat model': '/findings?tab=threats',
  users: '/users',
  user: '/users/pavel',
  tokens: '/tokens',
  sessions: '/sessions',
  profile: '/profile',
  'audit log': '/audit-log',
  'audit record': '/audit-log/125',
  'search results': '/search?q=fabrikam',
};

const variants = [
  [1280, 'light'],
  [390, 'light'],
  [1280, 'dark'],
  [390, 'dark'],
];

export async function look(page, name, pictures) {
  for (const [width, colorScheme] of variants) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await until(
      () => page.evaluate((wanted) => document.documentElement.dataset.mantineColorScheme === wanted, colorScheme),
      `${name} is ${colorScheme}`,
    );
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    same(wide, 0, `${name} at ${width} is wider than its window`);
    if (pictures)
      await page.screenshot({
        path: join(pictures, `${name.replace(/ /g, '-')}-${width}-${colorScheme}.png`),
        fullPage: true,
      });
    // The colours were judged wide, the layout in light colours.
    if (width === 390 && colorScheme === 'dark') continue;
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    const bad = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
    must(
      bad.length === 0,
      `${name} at ${width} ${colorScheme}: ${bad.map((one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].html} ${one.nodes[0].failureSummary}`).join('\n')}`,
    );
  }
}

// The security policy refuses the script that axe is; it comes in by the debugger instead.
export async function prepare(page, axe) {
  await page.addInitScript({ path: axe });
}

for (const [name, where] of Object.entries(views))
  scenario(`view: ${name}`, async ({ page, base, api, axe, pictures, signIn, loaded }) => {
    await prepare(page, axe);
    await signIn();
    const path = typeof where === 'string' ? where : await where(api);
    await page.goto(base + encodeURI(path));
    await loaded();
    if (name === 'message') await page.locator('details summary').first().click();
    must((await page.locator('main [role=alert]').count()) === 0, 'the page shows a problem');
    await look(page, name, pictures);
  });

scenario('on a phone rows of long lists have three lines at most', async ({ page, base, signIn, loaded }) => {
  await signIn();
  for (const where of ['/tracking', '/messages?state=suspended,retrying']) {
    await page.goto(base + where);
    await loaded();
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { most, height, rows } = await page.evaluate(() => {
        const cell = document.querySelector('main tbody td');
        const { lineHeight, paddingTop, paddingBottom, borderBottomWidth } = getComputedStyle(cell);
        const all = [...document.querySelectorAll('main tbody tr')].map((one) => one.getBoundingClientRect().height);
        const around = [paddingTop, paddingBottom, borderBottomWidth].reduce((sum, one) => sum + parseFloat(one), 0);
        return { most: 3 * parseFloat(lineHeight) + around, height: Math.max(...all), rows: all.length };
      });
      must(rows > 5, `${where} has rows`);
      must(height <= most + 1, `${where} in ${colorScheme} colours: a row of ${height} px, more than ${most}`);
    }
  }
});

scenario('the box that a row is chosen by takes no room from what the row says', async ({ page, signIn, loaded }) => {
  await signIn('ada', '/suspended?code=certificates.expired');
  await loaded();
  const box = page.locator('main thead th').first();
  await box.getByRole('checkbox').waitFor();
  const { width } = await box.boundingBox();
  must(width < 50, `it takes ${width} px`);
});

scenario('view: sign-in', async ({ page, base, axe, pictures }) => {
  await prepare(page, axe);
  await page.goto(`${base}/sign-in`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await look(page, 'sign-in', pictures);
});
scenario('view: invitation', async ({ page, base, axe, pictures }) => {
  await prepare(page, axe);
  await page.goto(`${base}/invitation#inv_first`);
  await page.getByLabel('The same again').waitFor();
  await look(page, 'invitation', pictures);
});
scenario('view: browse for a certificate', async ({ page, base, axe, pictures, signIn, button }) => {
  await prepare(page, axe);
  await signIn('ada', '/send-ports/Orders%20to%20Fabrikam?tab=certificate');
  await button('Browse…').first().click();
  await page.getByRole('dialog').getByText('fabrikam-encrypt-2027').waitFor();
  await look(page, 'browse', pictures);
});
scenario('view: preview of a bulk resume', async ({ page, axe, pictures, signIn, button }) => {
  await prepare(page, axe);
  await signIn('ada', '/suspended');
  await button(/^Resume 4/).click();
  await page.getByText('stay suspended').waitFor();
  await look(page, 'bulk', pictures);
});
scenario('view: keyboard help', async ({ page, axe, pictures, signIn }) => {
  await prepare(page, axe);
  await signIn();
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await look(page, 'keyboard', pictures);
});
