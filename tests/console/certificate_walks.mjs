// What people do with certificates, credentials and servers of partners.
import { find } from './certificate_views.mjs';
import { must, same, scenario, until } from './harness.mjs';
import { look, prepare } from './views.mjs';

/** Drops files, given by their names, where the page takes them. */
async function drop(page, ...names) {
  const transfer = await page.evaluateHandle((all) => {
    const data = new DataTransfer();
    for (const name of all) data.items.add(new File(['-----BEGIN CERTIFICATE-----'], name));
    return data;
  }, names);
  await page.getByText('Drop certificates').dispatchEvent('drop', { dataTransfer: transfer });
}

scenario('view: import of files', async ({ page, axe, pictures, signIn }) => {
  await prepare(page, axe);
  await signIn('ada', '/certificates');
  await drop(page, 'northwind-2026.pem', 'evil.exe');
  await page.getByRole('dialog').getByText('Could take over from').waitFor();
  await look(page, 'import', pictures);
});
scenario('view: export with the private key', async ({ page, base, axe, pictures, signIn, button, api }) => {
  await prepare(page, axe);
  await signIn();
  await page.goto(`${base}/certificates/${await find(api, 'contoso-prod%20sign')}`);
  await button('Export').click();
  await page.getByRole('menuitem', { name: /private key/ }).click();
  await page.getByLabel('Password of the file').waitFor();
  await look(page, 'export-key', pictures);
});
scenario('view: set credentials', async ({ page, axe, pictures, signIn, button }) => {
  await prepare(page, axe);
  await signIn('ada', '/affiliate-applications/Northwind-Portal');
  await button('Set credentials…').click();
  await page.getByRole('dialog').getByText('Nobody is ever shown it again').waitFor();
  await look(page, 'set-credentials', pictures);
});

scenario('a certificate is imported by dropping its file, after it was told what it is', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/certificates');
  const before = (await api('/certificates')).items.length;
  await page.getByText('Drop certificates').waitFor();
  await drop(page, 'northwind-2026.pem');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('PEM with 1 certificate').waitFor();
  await dialog.getByText('will serve SendPort Orders to Northwind: encryption').waitFor();
  await dialog.getByText('Could take over from').waitFor();
  same((await api('/certificates')).items.length, before, 'a look stores nothing');
  await button('Import').click();
  await page.getByText(/^serves SendPort Orders to Northwind: encryption/).waitFor();
  same((await api('/certificates')).items.length, before + 1);
});

scenario('of several files the bad ones are told, and the good ones imported', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/certificates');
  const before = (await api('/certificates')).items.length;
  await drop(page, 'good.pem', 'evil.exe', 'ours.p12');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('the file is neither PEM, DER, PKCS#7 nor PKCS#12').waitFor();
  await dialog.getByText('the file is protected by a password').waitFor();
  await dialog.getByLabel('Password').fill('pass word');
  await button('Look again').click();
  await dialog.getByText('PKCS#12 with 1 certificate, 1 private key').waitFor();
  await button('Import without the 1 refused file').click();
  await page.getByRole('dialog').getByText('Imported').waitFor();
  same((await api('/certificates')).items.length, before + 2);
});

scenario('a certificate that is in use is not removed; another one is', async ({ page, base, signIn, button, api }) => {
  await signIn();
  await page.goto(`${base}/certificates/${await find(api, 'northwind-2024')}`);
  await button('Remove…').click();
  await page.getByText('It is in use; assign another one').waitFor();
  must(await button('Remove from Other People').isDisabled(), 'what is in use stays');
  await page.goto(`${base}/certificates/${await find(api, 'fabrikam-encrypt-2027')}`);
  await button('Remove…').click();
  await button('Remove from Other People').click();
  await page.waitForURL('**/certificates');
  same((await api('/certificates?search=fabrikam-encrypt-2027')).items, []);
});

scenario('an own certificate is exported with its key under a password', async ({ page, base, signIn, button, api }) => {
  await signIn();
  await page.goto(`${base}/certificates/${await find(api, 'contoso-prod%20sign')}`);
  await button('Export').click();
  await page.getByRole('menuitem', { name: /private key/ }).click();
  await page.getByLabel('Password of the file').fill('long enough');
  await page.getByLabel('The same again').fill('long enoufg');
  await page.getByText('It differs').waitFor();
  await page.getByLabel('The same again').fill('long enough');
  const download = page.waitForEvent('download');
  await button('Export as PKCS#12').click();
  must((await download).suggestedFilename().endsWith('.p12'), 'it is a PKCS#12 file');
});

scenario('a rollover is planned from the certificate, reviewed and applied', async ({ page, base, signIn, button, api, path }) => {
  await signIn();
  await page.goto(`${base}/certificates/${await find(api, 'fabrikam-encrypt-2026')}`);
  await page.getByRole('link', { name: 'Plan rollover…' }).click();
  await page.getByRole('list', { name: 'The new one' }).getByText('fabrikam-encrypt-2027').click();
  await button('Next: when').click();
  await page.getByLabel('From').fill('2027-01-04T06:00');
  await button('Next: review').click();
  await page.getByText('messages are encrypted to the new one').waitFor();
  await page.getByText('We have your new certificate').waitFor();
  must(path().includes(await find(api, 'fabrikam-encrypt-2027')), 'the plan is in the address');
  await button('Apply').click();
  await page.getByRole('heading', { name: 'Applied' }).waitFor();
});

scenario('revocation lists are updated, and one is removed', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/certificates/lists');
  await page.getByText('1 list should have been followed').waitFor();
  await button('Update all now').click();
  await page.getByText('1 source answered, 1 did not').waitFor();
  await button(/^Remove the list of CN=Northwind/).click();
  await page.getByRole('dialog').getByText('No certificate in use needs it').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await until(async () => (await api('/crls')).lists.length === 1, 'it is gone');
});

scenario('a server is probed, and the story tells what is wrong', async ({ page, signIn, button, path }) => {
  await signIn('ada', '/tls-probe');
  await page.getByLabel('Address', { exact: true }).fill('expired.example/orders');
  await button('Look').click();
  await page.getByRole('heading', { level: 2, name: 'Chain' }).waitFor();
  await page.getByText('ask the partner to renew it').first().waitFor();
  must(path().includes('expired.example'), 'what was asked is in the address');
});

scenario('credentials are set once and never shown', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/affiliate-applications');
  await button('New application…').click();
  await page.getByLabel('Name', { exact: false }).first().fill('Contoso-ERP');
  await button('Add').click();
  await page.getByRole('heading', { level: 1, name: 'Contoso-ERP' }).waitFor();
  await button('Set credentials…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('user', { exact: true }).fill('sealgate');
  await dialog.locator('input[type=password]').fill('TheirPassword');
  await button('Set').click();
  await page.getByText('set, never shown').waitFor();
  must(!(await page.content()).includes('TheirPassword'), 'the password is nowhere in the page');
  same((await api('/affiliate-applications/Contoso-ERP')).mappings[0].values, { user: 'sealgate', password: null });
});

scenario('an affiliate application is chosen on the transport page', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/send-ports/Orders%20to%20Fabrikam?tab=transport');
  const field = page.getByLabel('Affiliate application (single sign-on)').first();
  await field.click();
  await page.getByRole('option', { name: 'Fabrikam-ERP' }).click();
  await button('Review & apply').click();
  await page.getByText('affiliate_application: Fabrikam-ERP').waitFor();
  await button('Apply').click();
  await page.getByText('Applied; the gateway takes it up').waitFor();
  same((await api('/artifacts/send-ports/Orders%20to%20Fabrikam')).settings.affiliate_application, 'Fabrikam-ERP');
});

scenario('who may only look is told who may probe, and changes nothing', async ({ page, base, signIn, button }) => {
  await signIn('rita', '/tls-probe');
  await page.getByText('Administrators and security officers may do this').waitFor();
  for (const where of ['/affiliate-applications', '/certificates/lists']) {
    await page.goto(base + where);
    await page.locator('main h1').first().waitFor();
    same(await button(/^(New|Remove|Update|Let)/).count(), 0, where);
  }
});

scenario('what partners wrote into lists and applications is text', async ({ page, base, signIn, loaded }) => {
  await signIn();
  for (const where of ['/certificates/lists', '/affiliate-applications', '/findings?tab=threats']) {
    await page.goto(base + where);
    await loaded();
    same(await page.locator('main img, main script, main b').count(), 0, `${where} has made an element of somebody's text`);
  }
});
