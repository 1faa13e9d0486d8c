// The property pages ask for everything that a document can say: AS2, schedules, maps, WS-Security, doors, agreements.
import { must, same, scenario } from './harness.mjs';

export const formViews = {
  'send port by AS2': '/send-ports/Invoices to Fabrikam by AS2?tab=transport',
  'send port maps': '/send-ports/Invoices to Fabrikam by AS2?tab=maps',
  'receive location by AS2': '/receive-ports/Orders?tab=locations&location=Orders by AS2',
  'receive location by SOAP': '/receive-ports/Prices?tab=locations',
  'agreement general': '/agreements/Fabrikam AS2',
  'agreement receiving': '/agreements/Fabrikam AS2?tab=receiving',
  'agreement compatibility': '/agreements/Fabrikam AS2?tab=compatibility',
  'new agreement': '/agreements?new=yes&for=Invoices to Fabrikam by AS2&with=Fabrikam',
  'host listeners': '/hosts/Secure?tab=listeners',
  'host users': '/hosts/Secure?tab=users',
  'party properties': '/parties/Fabrikam',
  schemas: '/schemas',
  schema: '/schemas/Order',
  map: '/maps/Order to invoice',
};

const address = (kind, name) => `/artifacts/${kind}/${encodeURIComponent(name)}`;
/** A switch is turned by its words: the box itself is not to be seen. */
const turn = (place, words) => place.getByText(words, { exact: true }).click();
async function apply({ page, button }) {
  await button('Review & apply').click();
  await button('Apply').click();
  await page.getByText('Applied; the gateway takes it up').waitFor();
}
async function create({ page, button }, path) {
  await button('Review & create').click();
  await button('Create').click();
  await page.waitForURL((url) => decodeURIComponent(url.pathname) === path);
}

scenario('a send port by AS2 is made, and leads to the agreement that it needs', async (walk) => {
  const { page, signIn, button, api } = walk;
  await signIn('ada', '/send-ports?new=yes');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Prices to Northwind');
  await dialog.getByLabel('Send handler (host)').fill('Secure');
  await dialog.getByLabel('Party at the other end').fill('Northwind');
  await dialog.getByLabel('Transport type').selectOption('AS2');
  same(await dialog.getByRole('textbox', { name: 'Send pipeline' }).inputValue(), 'AS2Send');
  must(await button('Review & create').isDisabled(), 'without an address nothing is made');
  await dialog.getByLabel('Destination URL').fill('https://as2.northwind.example/in');
  await create(walk, '/send-ports/Prices to Northwind');
  const made = await api(address('send-ports', 'Prices to Northwind'));
  same([made.adapter, made.pipeline, made.settings.url], ['HTTP', 'AS2Send', 'https://as2.northwind.example/in']);

  await page.getByRole('tab', { name: 'Transport' }).click();
  same(await page.getByLabel('Transport type').first().inputValue(), 'AS2');
  same(await page.getByText('Enable chunked encoding').count(), 0, 'what the agreement says is not asked for');
  await page.getByText('Found by the party').waitFor();
  await page.getByRole('link', { name: 'New agreement…' }).click();
  await dialog.getByText('Prices to Northwind', { exact: true }).waitFor();
  same(await dialog.getByLabel("Partner's party").inputValue(), 'Northwind');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Northwind prices');
  await dialog.getByLabel('Our party').fill('contoso-prod');
  await dialog.getByLabel('AS2-From').fill('CONTOSO-PRICES');
  await dialog.getByLabel('AS2-To').fill('NORTHWIND');
  await create(walk, '/agreements/Northwind prices');
  const agreement = await api(address('agreements', 'Northwind prices'));
  same(agreement.sending, { send_ports: ['Prices to Northwind'], as2_from: 'CONTOSO-PRICES', as2_to: 'NORTHWIND' });
});

scenario('another transport takes what only AS2 has along', async (walk) => {
  const { page, signIn, api } = walk;
  await signIn('ada', '/send-ports/Invoices%20to%20Fabrikam%20by%20AS2?tab=transport');
  await page.getByRole('link', { name: 'Fabrikam AS2' }).waitFor();
  const types = await page.getByLabel('Transport type').last().locator('option').allInnerTexts();
  same(types, ['none', 'AS2'], 'a backup goes through the same pipeline');
  await page.getByLabel('Transport type').first().selectOption('HTTP');
  same(await page.getByRole('link', { name: 'Fabrikam AS2' }).count(), 0, 'no agreement');
  await apply(walk);
  const now = await api(address('send-ports', 'Invoices to Fabrikam by AS2'));
  same([now.adapter, now.pipeline, now.settings], ['HTTP', undefined, { url: 'https://as2.fabrikam.example/in' }]);
  await page.getByLabel('Transport type').first().selectOption('dynamic');
  await apply(walk);
  const moving = await api(address('send-ports', 'Invoices to Fabrikam by AS2'));
  same([moving.dynamic, moving.adapter, moving.settings], [true, undefined, undefined]);
});

scenario('a receive location takes AS2', async (walk) => {
  const { page, signIn, api } = walk;
  await signIn('ada', '/receive-ports/Invoices?tab=locations');
  await page.getByLabel('Transport type').selectOption('AS2');
  await page.getByLabel('Path').fill('/invoices/as2');
  same(await page.getByRole('textbox', { name: 'Receive pipeline' }).inputValue(), 'AS2Receive');
  same(await page.getByText('Content types').count(), 0, 'the agreement decides');
  await apply(walk);
  const [location] = (await api(address('receive-ports', 'Invoices'))).locations;
  same([location.adapter, location.pipeline, location.settings], ['HTTP', 'AS2Receive', { path: '/invoices/as2' }]);
});

scenario('a service window and a circuit breaker are switched on, changed and switched off', async (walk) => {
  const { page, signIn, api } = walk;
  await signIn('ada', '/send-ports/Archive?tab=transport');
  const breaker = page.getByRole('group', { name: 'Circuit breaker' });
  await turn(page, 'Service window');
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  for (const day of ['tue', 'mon']) await page.getByRole('checkbox', { name: day, exact: true }).click();
  await turn(page, 'Circuit breaker');
  // A field that is empty for a moment does not take the others away.
  await breaker.getByLabel('Failures in a row').fill('');
  await breaker.getByLabel('Then nothing is sent for').fill('');
  await breaker.getByLabel('Failures in a row').fill('9');
  await apply(walk);
  const now = await api(address('send-ports', 'Archive'));
  const always = { start: '08:00', stop: '18:00', time_zone: 'Europe/Berlin' };
  same([now.service_window, now.circuit_breaker], [{ ...always, days: ['tue', 'mon'] }, { failures: 9 }]);
  await turn(page, 'Service window');
  await apply(walk);
  same((await api(address('send-ports', 'Archive'))).service_window, undefined);
});

scenario('maps are chosen by name', async (walk) => {
  const { page, signIn, api } = walk;
  await signIn('ada', '/receive-ports/Prices?tab=maps');
  await page.getByRole('textbox', { name: 'Inbound maps' }).click();
  await page.getByRole('option', { name: 'Order to invoice' }).click();
  await page.getByRole('textbox', { name: 'Outbound maps' }).fill('Still to be made');
  await page.getByRole('textbox', { name: 'Outbound maps' }).press('Enter');
  await apply(walk);
  const now = await api(address('receive-ports', 'Prices'));
  same([now.maps, now.response_maps], [['Order to invoice'], ['Still to be made']]);
});

scenario('WS-Security of a SOAP location has its forms', async (walk) => {
  const { page, signIn, button, api } = walk;
  await signIn('ada', '/receive-ports/Prices?tab=locations');
  const requests = page.getByRole('group', { name: 'Check requests' });
  await turn(requests, 'A signature over the Body is required');
  await button('Add a user').click();
  const added = requests.getByRole('region', { name: 'User New user' });
  await added.getByRole('textbox', { name: /^User/ }).fill('northwind');
  await requests.getByLabel('Password file').last().fill('/etc/sealgate/northwind');
  await button('Remove user fabrikam').click();
  await turn(page, 'Sign or encrypt responses');
  await page.getByRole('group', { name: 'Sign or encrypt responses' }).getByLabel('Cipher').selectOption('aes128-gcm');
  await button('Add an operation').click();
  await page.getByRole('region', { name: 'Operation New operation' }).getByLabel('Name').fill('GetPrices');
  await apply(walk);
  const [location] = (await api(address('receive-ports', 'Prices'))).locations;
  const { security, response_security, operations } = location.settings;
  same(security, {
    require_signature: false,
    users: [{ name: 'northwind', password_file: '/etc/sealgate/northwind' }],
  });
  same([response_security, operations], [{ sign: true, cipher: 'aes128-gcm' }, [{ name: 'GetPrices' }]]);
});

scenario('listeners and users of a host have their forms', async (walk) => {
  const { page, signIn, button, api } = walk;
  await signIn('ada', '/hosts/Secure?tab=listeners');
  await page.getByRole('region', { name: 'Listener as2' }).getByText('as2.contoso-prod.example').first().waitFor();
  await button('Add a listener').click();
  await page.getByRole('region', { name: 'Listener New listener' }).getByLabel('Name').fill('internal');
  const added = page.getByRole('region', { name: 'Listener internal' });
  await added.getByLabel('Address and port').fill('10.0.0.1:8080');
  same(
    await added.getByLabel("Field with the client's certificate").count(),
    0,
    'without proxies nobody speaks for others',
  );
  await added.getByLabel('Trusted proxies').fill('10.0.0.0/8');
  await added.getByLabel("Field with the client's certificate").fill('X-Client-Certificate');
  await page.getByRole('tab', { name: 'Users' }).click();
  await button('Add a user').click();
  await page.getByRole('region', { name: 'User New user' }).getByLabel('Name').fill('fabrikam');
  await apply(walk);
  const host = await api(address('hosts', 'Secure'));
  same(host.listeners[1], {
    name: 'internal',
    listen: '10.0.0.1:8080',
    trusted_proxies: ['10.0.0.0/8'],
    client_certificate_field: 'X-Client-Certificate',
  });
  same(host.users, [{ name: 'fabrikam' }]);
  await page.getByRole('tab', { name: 'Listeners' }).click();
  await button('Remove listener as2').click();
  await button('Remove listener internal').click();
  await apply(walk);
  same((await api(address('hosts', 'Secure'))).listeners, undefined);
});

scenario('an agreement is asked for what BizTalk asks for, and a preset replaces what it stood for', async (walk) => {
  const { page, signIn, api } = walk;
  await signIn('ada', '/agreements/Northwind%20AS2?tab=sending');
  same(await page.getByLabel('Receipt-Delivery-Option (URL)').count(), 0, 'of asynchronous receipts only');
  await page.getByLabel('Request MDN').selectOption('async');
  await page.getByLabel('Receipt-Delivery-Option (URL)').fill('https://as2.contoso-prod.example/receipts');
  await turn(page, 'Override the retries of send ports');
  await page.getByLabel('Stop retrying after').fill('1d');
  await page.getByLabel('File name in the MIME header').selectOption('pattern');
  await page.getByLabel('File name', { exact: false }).last().fill('%FILE.ReceivedFileName%');
  await page.getByLabel("Check the server's name").selectOption('false');
  await page.getByRole('tab', { name: 'Receiving' }).click();
  await page.getByLabel('Receipts', { exact: true }).selectOption('agreement');
  await page.getByLabel('Mode').selectOption('none');
  await page.getByRole('checkbox', { name: 'aes256-gcm' }).click();
  await apply(walk);
  const now = await api(address('agreements', 'Northwind AS2'));
  same(now.sending.receipt, { mode: 'async', delivery_url: 'https://as2.contoso-prod.example/receipts' });
  same(now.sending.retry, { retry_count: 3, stop_after: '1d' });
  same([now.sending.file_name_source, now.sending.http], ['pattern', { check_server_name: false }]);
  same(now.receiving, { receipt: { rule: 'agreement', mode: 'none' }, encryption_algorithms: ['aes256-gcm'] });

  await page.goto(page.url().replace(/agreements.*/, 'agreements/Fabrikam%20AS2?tab=compatibility'));
  await page.getByLabel('AS2-Version').waitFor();
  await page.getByLabel("Preset for the partner's product").selectOption('biztalk');
  await apply(walk);
  same((await api(address('agreements', 'Fabrikam AS2'))).compatibility, { preset: 'biztalk' });
});

scenario('a party and the group are asked for lists of things', async (walk) => {
  const { page, signIn, button, api } = walk;
  await signIn('ada', '/parties/Fabrikam');
  await button('Add a weak algorithm').click();
  await page.getByLabel('Algorithm', { exact: false }).last().selectOption('sha1');
  await page.getByLabel('Allowed until').fill('2027-06-30');
  await page.getByLabel('Reason').fill('until their upgrade');
  await button('Add a profile').click();
  await page.getByRole('region', { name: 'Profile New profile' }).getByLabel('Name').fill('Buying');
  await apply(walk);
  const party = await api(address('parties', 'Fabrikam'));
  same(party.weak_algorithms, [{ algorithm: 'sha1', until: '2027-06-30', reason: 'until their upgrade' }]);
  same(party.profiles, [{ name: 'Buying' }]);
  await page.goto(page.url().replace(/parties.*/, 'groups/contoso-prod'));
  await turn(page, 'By e-mail');
  await page.getByLabel('Mail server').fill('smtp://mail.contoso.example');
  await page.getByLabel('From', { exact: false }).fill('sealgate@contoso.example');
  await page.getByRole('textbox', { name: /^To/ }).fill('ops@contoso.example\nedi@contoso.example');
  await apply(walk);
  same((await api(address('groups', 'contoso-prod'))).expiry_warnings, {
    email: {
      smtp_url: 'smtp://mail.contoso.example',
      from: 'sealgate@contoso.example',
      to: ['ops@contoso.example', 'edi@contoso.example'],
    },
  });
});

scenario('a group is told to warn of no certificate, of the usual days, and of others', async (walk) => {
  const { page, signIn, api } = walk;
  await signIn('ada', '/groups/contoso-prod');
  const days = page.getByRole('textbox', { name: /^Days before the expiry/ });
  const warnings = async () => (await api(address('groups', 'contoso-prod'))).expiry_warnings;
  const none = page.getByRole('checkbox', { name: 'No warnings' });
  await none.check();
  must(await days.isDisabled(), 'no days are asked for');
  await apply(walk);
  same(await warnings(), { days: [] });
  await page.reload();
  must(await none.isChecked(), 'none is what is shown');
  await none.uncheck();
  await apply(walk);
  same(await warnings(), undefined, 'the default');
  await days.fill('21\n3\n');
  await apply(walk);
  same((await warnings()).days.map(Number), [21, 3]);
});

scenario('a map is made of a file', async (walk) => {
  const { page, signIn, api } = walk;
  await signIn('ada', '/maps?new=yes');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Invoice to payment');
  await dialog.getByLabel('Message type that it takes').fill('http://contoso.example/invoices#Invoice');
  const chosen = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Read from a file…' }).click();
  await (await chosen).setFiles({ name: 'a.xslt', mimeType: 'text/xml', buffer: Buffer.from('<xsl:stylesheet/>') });
  await create(walk, '/maps/Invoice to payment');
  same((await api(address('maps', 'Invoice to payment'))).xslt, '<xsl:stylesheet/>');
  await page.goto(page.url().replace(/maps.*/, 'schemas/Order'));
  await page.getByLabel('Prefixes of the paths').fill('o: http://contoso.example/orders\nx: urn:x');
  await apply(walk);
  same((await api(address('schemas', 'Order'))).namespaces, { o: 'http://contoso.example/orders', x: 'urn:x' });
});
