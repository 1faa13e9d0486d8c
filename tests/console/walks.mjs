// What people do: sign in, find out why something is suspended, assign a certificate as the original documents tell.
import { readdirSync, statSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { must, same, scenario, until } from './harness.mjs';

scenario(
  'a wrong password is told, and who signs in comes to the page that he wanted',
  async ({ page, base, heading, path }) => {
    await page.goto(`${base}/suspended?code=as2.duplicate`);
    await page.getByLabel('Name').fill('ada');
    await page.locator('input[type=password]').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Name or password is wrong').waitFor();
    await page.locator('input[type=password]').fill('correct-horse-battery');
    await page.keyboard.press('Enter');
    await page.locator('main h1').waitFor();
    await until(() => path() === '/suspended?code=as2.duplicate', 'he is where he wanted to be');
    same(await heading(), 'Suspended');
    same(path(), '/suspended?code=as2.duplicate');
  },
);

scenario('an authenticator is asked for when there is one', async ({ page, base, button, heading }) => {
  await page.goto(`${base}/sign-in`);
  await page.getByLabel('Name').fill('grace');
  await page.locator('input[type=password]').fill('correct-horse-battery');
  await button('Sign in').click();
  await page.getByLabel('Code of your authenticator').fill('000000');
  await button('Sign in').click();
  await page.getByText('The code is wrong').waitFor();
  await page.getByLabel('Code of your authenticator').fill('123 456');
  await button('Sign in').click();
  await page.waitForURL(`${base}/`);
  must((await heading()).includes('suspended'), 'the hub opens with its sentence');
});

scenario('the first administrator makes his account by the link', async ({ page, base, button, heading }) => {
  await page.goto(`${base}/#invitation=inv_first`);
  await page.getByLabel('Name', { exact: false }).first().fill('Hedy');
  const [password, again] = await page.locator('input[type=password]').all();
  await password.fill('short');
  await page.getByText('7 more').waitFor();
  await password.fill('a long enough sentence');
  await again.fill('a long enough sentenze');
  await page.getByText('It differs').waitFor();
  await again.fill('a long enough sentence');
  await button('Become a user and sign in').click();
  await page.waitForURL(`${base}/`);
  must((await heading()).length > 0, 'the hub is shown');
  await page.getByRole('button', { name: 'Signed in as hedy' }).waitFor();
});

scenario('an invitation that was used says so', async ({ page, base }) => {
  await page.goto(`${base}/invitation#inv_other`);
  await page.getByRole('alert').getByText('unknown, used or expired').waitFor();
  same(await page.locator('input').count(), 0, 'there is something to fill in');
});

for (const elsewhere of ['https://evil.example/', '//evil.example/', '/\\evil.example/', 'javascript:alert(1)'])
  scenario(`signing in leads nowhere else: ${elsewhere}`, async ({ page, base, signIn }) => {
    await signIn('ada', elsewhere);
    same(page.url(), `${base}/`);
  });

scenario('who signs out sees nothing any more', async ({ page, base, signIn, button }) => {
  await signIn();
  await page.getByRole('button', { name: 'Signed in as ada' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
  await page.goto(`${base}/messages`);
  await button('Sign in').waitFor();
});

scenario('a session that ended leads to the sign-in and back', async ({ page, context, signIn, button, path }) => {
  await signIn('ada', '/send-ports');
  await page.getByRole('link', { name: 'Orders to Fabrikam' }).waitFor();
  await context.clearCookies();
  await page.getByRole('link', { name: 'Parties' }).click();
  await button('Sign in').waitFor();
  await page.getByLabel('Name').fill('ada');
  await page.locator('input[type=password]').fill('correct-horse-battery');
  await button('Sign in').click();
  await page.getByRole('link', { name: 'Northwind' }).waitFor();
  same(path(), '/parties');
});

scenario('the hub is live: figures change without a new load', async ({ page, signIn }) => {
  await signIn();
  await page.getByText('live', { exact: true }).waitFor();
  const figure = page.getByText('out in the last minute');
  const before = await figure.innerText();
  await until(async () => (await figure.innerText()) !== before, 'the figure changes');
});

scenario('suspended work is resumed after a look at what would happen', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/suspended');
  await button(/^Resume 9/).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Orders to Northwind (9)').waitFor();
  same((await api('/suspended')).total, 17, 'a preview resumes nothing');
  await dialog.getByRole('button', { name: 'Resume 9 messages' }).click();
  await dialog.getByText('9 messages were resumed').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByText('8 messages are suspended').waitFor();
  same((await api('/suspended')).total, 8);
});

scenario('what waits for a stopped port stays, unless it is forced', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/suspended');
  await button(/^Resume 4/).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('4 stay suspended').waitFor();
  must(await dialog.getByRole('button', { name: 'Resume 0 messages' }).isDisabled(), 'there is nothing to resume');
  await dialog.getByText('Send also through ports that are not started').click();
  await dialog.getByRole('button', { name: 'Resume 4 messages' }).click();
  await dialog.getByText('4 messages were resumed').waitFor();
  same((await api('/suspended')).total, 13);
});

scenario('chosen messages alone are terminated', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/suspended?code=certificates.expired');
  const boxes = page.getByRole('region', { name: 'Messages' }).getByRole('checkbox');
  await boxes.nth(1).check();
  await boxes.nth(2).check();
  await button('Terminate…').last().click();
  await page.getByRole('dialog').getByText('cannot be undone').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Terminate 2 messages' }).click();
  await page.getByText('15 messages are suspended').waitFor();
  same((await api('/messages?state=terminated')).items.length, 2);
});

scenario('filters of messages are in the address', async ({ page, base, signIn, path }) => {
  await signIn('ada', '/messages?state=retrying');
  await page.getByRole('row').nth(2).waitFor();
  same(await page.getByRole('row').count(), 3, 'two messages and the heading');
  await page.getByLabel('Port', { exact: true }).fill('Archive');
  await until(() => path().endsWith('port=Archive'), 'the filter is in the address');
  await page.getByText('No message is like this').waitFor();
  await page.goto(`${base}/messages?port=Archive&party=Northwind`);
  await page.getByRole('row').nth(1).waitFor();
  same(await page.getByLabel('Party', { exact: true }).inputValue(), 'Northwind');
  same(path(), '/messages?port=Archive&party=Northwind');
});

scenario('the journey of a message tells each step with its evidence', async ({ page, base, signIn, api }) => {
  await signIn();
  const { items } = await api('/messages?state=suspended&party=Northwind');
  await page.goto(`${base}/messages/${items[0].id}`);
  await page.getByRole('heading', { name: 'Received' }).waitFor();
  await page.getByRole('heading', { name: 'To Orders to Northwind' }).waitFor();
  await page.getByText('Evidence: 18 details').click();
  await page.getByText('decryption.thumbprint').waitFor();
  await page.getByText('What to do:').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('menuitem', { name: /Evidence/ }).click();
  same((await download).suggestedFilename(), 'evidence.zip');
});

scenario('the journey tells who resumed a message, and shows nothing where nothing was recorded', async (walk) => {
  const { page, base, signIn, button, api } = walk;
  await signIn();
  const { items } = await api('/messages?state=suspended&party=Northwind&kind=send');
  await page.goto(`${base}/messages/${items[0].id}`);
  await button('Resume…').click();
  await button('Resume 1 message').click();
  await page.getByText('by ada', { exact: true }).waitFor();
  same(await page.getByRole('heading', { name: 'Resumed' }).count(), 2, 'one of them of an earlier release');
  same(await page.getByText('-', { exact: true }).count(), 0, 'what was not recorded');
});

scenario(
  'a certificate is assigned to a send port by browsing, reviewed and applied',
  async ({ page, signIn, button, api }) => {
    await signIn();
    await page.getByRole('link', { name: /^Send ports/ }).click();
    await page.getByRole('link', { name: 'Orders to Northwind' }).click();
    await page.getByRole('tab', { name: 'Certificate' }).click();
    await page.getByText('expired').first().waitFor();
    await button('Replace…').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Search').fill('2027');
    await dialog.getByRole('button', { name: 'Choose fabrikam-encrypt-2027' }).click();
    await page.getByText('Changed, and not applied yet').waitFor();
    await button('Review & apply').click();
    const wanted = (await api('/certificates?search=fabrikam-encrypt-2027')).items[0].thumbprint.replaceAll(' ', '');
    await page.getByText(`+  - ${wanted}`).waitFor();
    await button('Apply').click();
    await page.getByText('Applied; the gateway takes it up').waitFor();
    same((await api('/artifacts/send-ports/Orders%20to%20Northwind')).encryption_certificates, [wanted]);
  },
);

scenario('a thumbprint is taken in any pasted form', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/send-ports/Orders%20to%20Fabrikam?tab=certificate');
  const thumbprint = (await api('/certificates?search=fabrikam-encrypt-2027')).items[0].thumbprint;
  const field = page.getByLabel('or thumbprint').first();
  await field.fill('no thumbprint');
  await page.getByText('Not 40 or 64 hexadecimal digits').waitFor();
  await field.fill(
    `\u200e${thumbprint
      .toLowerCase()
      .replaceAll(' ', '')
      .replace(/(..)(?=.)/g, '$1:')} `,
  );
  await page.getByText('fabrikam-encrypt-2027').waitFor();
  await button('Assign').click();
  await button('Review & apply').click();
  await button('Apply').click();
  await page.getByText('Applied; the gateway takes it up').waitFor();
  same((await api('/artifacts/send-ports/Orders%20to%20Fabrikam')).encryption_certificates.length, 2);
});

scenario(
  'a certificate that does not fit is told at once, and refused by the gateway',
  async ({ page, signIn, button, api }) => {
    await signIn('ada', '/send-ports/Orders%20to%20Fabrikam?tab=certificate');
    const thumbprint = (await api('/certificates?search=fabrikam%20signing')).items[0].thumbprint;
    await page.getByLabel('or thumbprint').first().fill(thumbprint);
    await page.getByText('nobody may encrypt to it').waitFor();
    await button('Assign').click();
    await button('Review & apply').click();
    await page.getByRole('dialog').getByRole('alert').getByText('certificates.wrong-usage').waitFor();
    must(await button('Apply').isDisabled(), 'it cannot be applied');
  },
);

scenario('who was slower loses nothing, and overwrites nothing', async ({ page, base, signIn, button, api }) => {
  await signIn('ada', '/send-ports/Orders%20to%20Fabrikam');
  await page.getByLabel('Description').fill('Mine');
  await page.request.get(`${base}/mock/interfere`);
  await button('Review & apply').click();
  await page.getByText('Somebody changed it meanwhile.').waitFor();
  same((await api('/artifacts/send-ports/Orders%20to%20Fabrikam')).retry_count, 9);
  await button('Look at it').click();
  await page.getByText('Somebody changed it while you were editing').waitFor();
  same(await page.getByLabel('Description').inputValue(), 'Mine');
  await button('Put mine on top of it…').click();
  await page.getByText('+description: Mine').waitFor();
  must(
    (await page.getByRole('dialog').innerText()).includes('retry_count: 9') &&
      !(await page.getByRole('dialog').innerText()).includes('-retry_count'),
    'the change of the other stays',
  );
  await button('Apply').click();
  await page.getByText('Applied; the gateway takes it up').waitFor();
  const now = await api('/artifacts/send-ports/Orders%20to%20Fabrikam');
  same([now.description, now.retry_count], ['Mine', 9]);
});

scenario(
  'a review that nobody answered is asked for again, and what was not applied can be applied again',
  async (walk) => {
    const { page, signIn, button, api } = walk;
    const busy = {
      status: 503,
      contentType: 'application/problem+json',
      headers: { 'Retry-After': '1' },
      body: JSON.stringify({
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        code: 'store.busy',
        what: 'the store is busy',
        where: '',
        remedy: 'try again',
        detail: 'the store is busy; try again',
      }),
    };
    const left = { true: ['busy', 'silent', 'busy'], false: ['busy'] };
    await page.route('**/artifacts/send-ports/Archive?*', async (route) => {
      if (route.request().method() !== 'PUT') return route.continue();
      const how = left[new URL(route.request().url()).searchParams.get('dry-run')].shift();
      return how === 'busy' ? route.fulfill(busy) : how === 'silent' ? route.abort() : route.continue();
    });
    await signIn('ada', '/send-ports/Archive');
    await page.getByLabel('Description').fill('Kept for ten years');
    await button('Review & apply').click();
    await page.getByText('The store is busy. Asking again…').waitFor();
    await page.getByText('+description: Kept for ten years').waitFor();
    await button('Apply').click();
    await page.getByRole('dialog').getByRole('alert').getByText('The store is busy').waitFor();
    await button('Apply').click();
    await page.getByText('Applied; the gateway takes it up').waitFor();
    same((await api('/artifacts/send-ports/Archive')).description, 'Kept for ten years');
    await until(() => left.true.length === 0 && left.false.length === 0, 'every answer was given');
  },
);

scenario('changes that are not applied are not lost by a click', async ({ page, signIn, button, heading }) => {
  await signIn('ada', '/send-ports/Orders%20to%20Fabrikam');
  await page.getByLabel('Description').fill('Mine');
  await page.getByRole('link', { name: 'Parties' }).click();
  await page.getByText('You are leaving with changes').waitFor();
  await button('Stay').click();
  same(await page.getByLabel('Description').inputValue(), 'Mine');
  await button('Discard').click();
  await page.getByRole('link', { name: 'Parties' }).click();
  await page.getByRole('heading', { name: 'Parties' }).waitFor();
  same(await heading(), 'Parties');
});

scenario('an artifact is changed as YAML', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/send-ports/Archive?tab=yaml');
  const text = page.getByLabel('The artifact as YAML');
  await text.waitFor();
  await text.fill(`${await text.inputValue()}priority: 2\n`);
  await button('Review & apply').click();
  await page.getByText('+priority: 2').waitFor();
  await button('Apply').click();
  await page.getByText('Applied; the gateway takes it up').waitFor();
  same((await api('/artifacts/send-ports/Archive')).priority, 2);
});

scenario('a filter is edited as rows and told in words', async ({ page, signIn, button }) => {
  await signIn('ada', '/send-ports/Orders%20to%20Fabrikam?tab=filters');
  await page.getByText('BTS.ReceivePortName is "Orders" and Party.Name is "Fabrikam"').waitFor();
  await button('Or…').click();
  await page.getByLabel('Property').last().fill('MIME.ContentType');
  const asText = page.getByLabel('The same as text');
  same(
    await asText.inputValue(),
    'BTS.ReceivePortName == "Orders" and Party.Name == "Fabrikam" or MIME.ContentType exists',
  );
  await page.getByLabel('Value').first().fill('Orders "new"');
  same((await asText.inputValue()).split(' and ')[0], 'BTS.ReceivePortName == "Orders \\"new\\""');
  await asText.fill('(what is this');
  await page.getByText('It cannot be shown as rows').waitFor();
});

scenario('a port is stopped after it was told what that means', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/send-ports/Orders%20to%20Fabrikam');
  await button('Stop…').click();
  await page.getByText('stored suspended until it is started').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.locator('header').getByText('Stopped').waitFor();
  same((await api('/artifacts/send-ports/Orders%20to%20Fabrikam')).state, 'stopped');
});

scenario('a list that is sorted says among how many rows, and fetches the rest', async ({ page, signIn, button }) => {
  const all = Array.from({ length: 150 }, (_, index) => ({ kind: 'Party', name: `Partner ${1001 + index}` }));
  await page.route('**/artifacts/parties?*', (route) => {
    const start = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
    const next = start + 100 < all.length ? { next: String(start + 100) } : {};
    return route.fulfill({ json: { items: all.slice(start, start + 100), total: all.length, revision: 17, ...next } });
  });
  await signIn('ada', '/parties');
  const first = () => page.locator('tbody tr').first().innerText();
  const head = button('Name');
  await head.waitFor();
  same(await head.getAttribute('title'), 'Sorts the 100 rows shown of 150');
  await head.click();
  await head.click();
  await page.getByText('Sorted among the 100 rows shown of 150').waitFor();
  must((await first()).startsWith('Partner 1100'), 'the last of those that are here');
  await button('Sort all 150').click();
  await until(async () => (await first()).startsWith('Partner 1150'), 'the last of all');
  same(await page.getByText('Sorted among').count(), 0, 'nothing is missing any more');
});

scenario('the search finds ids, thumbprints and names', async ({ page, signIn, api, path }) => {
  await signIn();
  const { id } = (await api('/messages')).items[0];
  const { thumbprint } = (await api('/certificates')).items[0];
  const search = async (text) => {
    await page.keyboard.press('/');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await page.locator('main h1').first().waitFor();
    // Out of the field, so that the next / is no letter in it.
    await page.evaluate(() => document.activeElement?.blur());
  };
  await search(id);
  await page.waitForURL(`**/messages/${id}`);
  await search(thumbprint);
  await page.waitForURL(`**/certificates/${thumbprint.replaceAll(' ', '').toLowerCase()}`);
  await search('northwind');
  await page.getByRole('link', { name: 'Orders to Northwind' }).waitFor();
  same(path(), '/search?q=northwind');
});

scenario('the keyboard goes everywhere', async ({ page, signIn }) => {
  await signIn();
  for (const [key, title] of [
    ['p', 'Send ports'],
    ['s', 'Suspended'],
    ['c', 'Certificates'],
  ]) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  }
});

scenario('an operator is offered what he may do, and no content', async ({ page, base, signIn, button, api }) => {
  await signIn('olga', '/suspended');
  await button(/^Resume 9/).waitFor();
  const { items } = await api('/messages?state=suspended');
  await page.goto(`${base}/messages/${items[0].id}`);
  await button('Resume…').waitFor();
  same(await button('Save').count(), 0, 'content is not offered');
  await page.goto(`${base}/send-ports/Archive`);
  await button('Stop…').waitFor();
  await page.getByText('You may look at it').waitFor();
  must(await page.getByLabel('Description').isDisabled(), 'its properties cannot be changed');
});

scenario('who may only read is offered no change', async ({ page, base, signIn, button }) => {
  await signIn('rita', '/suspended');
  await page.getByText('17 messages').waitFor();
  same(await button(/Resume|Terminate/).count(), 0);
  await page.goto(`${base}/certificates`);
  await page.getByRole('link', { name: 'northwind-2024' }).first().waitFor();
  same(await page.getByText('Drop certificates').count(), 0);
  await page.goto(`${base}/send-ports`);
  await page.getByRole('link', { name: 'Archive' }).waitFor();
  same(await page.getByRole('checkbox').count(), 0);
});

const hostile = 'Initech <img src=x onerror=alert(1)>';
scenario(
  'names, headers and file names of partners are text and nothing else',
  async ({ page, base, signIn, api, loaded }) => {
    await signIn();
    const { items } = await api('/messages?state=suspended&kind=receive');
    for (const path of [
      '/parties',
      `/parties/${encodeURIComponent(hostile)}`,
      `/send-ports/${encodeURIComponent(`To ${hostile}`)}?tab=yaml`,
      '/certificates',
      '/suspended',
      `/messages/${items[0].id}`,
      `/messages/${items[0].id}?tab=context`,
      '/findings',
      `/search?q=${encodeURIComponent('<img src=x onerror=alert(9)>')}`,
    ]) {
      await page.goto(base + path);
      await loaded();
      same(await page.locator('main img, main script').count(), 0, `${path} has made an element of somebody's text`);
    }
    await page.goto(`${base}/parties`);
    await page.getByRole('link', { name: hostile }).click();
    await page.getByRole('heading', { level: 1, name: hostile }).waitFor();
  },
);

scenario('what fails says what, where and what to do, and can be tried again', async ({ page, base, signIn }) => {
  await signIn();
  await page.goto(`${base}/send-ports/Nobody`);
  await page.getByRole('alert').getByText('There is no send-ports of this name').waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await page.goto(`${base}/no/such/page`);
  await page.getByText('There is no such page').waitFor();
});

scenario('the first load is at most 400 KiB, and nothing of the mock is in it', async ({ page, dist, signIn }) => {
  const loads = [];
  page.on('response', (response) => {
    if (!new URL(response.url()).pathname.startsWith('/api/')) loads.push(response);
  });
  await signIn();
  const sizes = await Promise.all(loads.map(async (response) => gzipSync(await response.body()).length));
  const bytes = sizes.reduce((sum, one) => sum + one, 0);
  must(bytes > 10_000 && bytes <= 400 * 1024, `${bytes} bytes: ${loads.map((one) => one.url())}`);
  const files = readdirSync(dist, { recursive: true }).map((name) => join(dist, name));
  for (const file of files.filter((one) => statSync(one).isFile()))
    must(
      !/correct-horse-battery|fabrikam-encrypt|__REACT_DEVTOOLS_MOCK/.test(readFileSync(file, 'utf8')),
      `${file} has something of the mock`,
    );
});
