// Which certificate is whose: "How to Assign a Certificate to a Send Port", and the same for hosts, the group and parties.
import { must, same, scenario } from '../../console/harness.mjs';
import { apply, configure, thumbprintForms, turn, work } from './steps.mjs';

scenario('a send port encrypts to a certificate found by browsing', async (walk) => {
  const { page, signIn, button, picture, post, arrival, decrypted, content } = walk;
  await signIn();
  await page.getByRole('link', { name: /^Send ports/ }).click();
  await page.getByRole('link', { name: 'Orders to Fabrikam', exact: true }).click();
  await page.getByRole('tab', { name: 'Certificate' }).click();
  await button('Browse…').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('fabrikam-encrypt').first().waitFor();
  same(await dialog.getByText('fabrikam-sign').count(), 0, 'what may not encrypt is not offered');
  await picture('browse');
  await dialog.getByRole('button', { name: 'Choose fabrikam-encrypt' }).click();
  await page.getByText('may encrypt').waitFor();
  await picture('send-port-certificate');
  await configure(walk, async (pipeline) => {
    await turn(pipeline, 'Enable encryption');
  });
  await apply(walk, /^added: \+ *encryption_certificates/, 'review');
  await post('/orders', '<order>4711</order>');
  const file = await arrival('fabrikam');
  same(content(decrypted(file, 'fabrikam-encrypt')), '<order>4711</order>', 'what Fabrikam opens');
});

scenario('a send port encrypts to a thumbprint that was pasted in any form', async (walk) => {
  const { page, base, world, signIn, button, picture, post, delivery, decrypted, content } = walk;
  const { thumbprint, sha256 } = world.certificates['fabrikam-encrypt'];
  await signIn();
  await page.goto(`${base}/send-ports/Orders%20to%20Fabrikam%20by%20HTTP?tab=certificate`);
  const card = page.getByRole('region', { name: 'Certificate used to encrypt' });
  const field = card.getByLabel('or thumbprint');
  await field.fill('12 34');
  await card.getByText('Not 40 or 64 hexadecimal digits').waitFor();
  for (const form of [sha256, ...thumbprintForms(thumbprint)]) {
    await field.fill(form);
    await card.getByText('fabrikam-encrypt').waitFor();
    await card.getByRole('button', { name: 'Assign' }).waitFor();
  }
  await picture('thumbprint');
  await card.getByRole('button', { name: 'Assign' }).click();
  await card.getByText('may encrypt').waitFor();
  await configure(walk, async (pipeline) => {
    await turn(pipeline, 'Enable encryption');
  });
  await apply(walk, thumbprint.replace(/ /g, ''));
  await button('Start').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await page.locator('header').getByText('Started').waitFor();
  await post('/orders', '<order>4712</order>');
  const { entity } = await delivery('/orders');
  same(content(decrypted(entity, 'fabrikam-encrypt')), '<order>4712</order>', 'what Fabrikam opens');
});

scenario('a host opens what is encrypted to its certificate', async (walk) => {
  const { page, world, signIn, button, picture, post, arrival, sealed, openssl } = walk;
  await signIn();
  await page.getByRole('link', { name: /^Hosts/ }).click();
  await page.getByRole('link', { name: 'Secure', exact: true }).click();
  await page.getByRole('tab', { name: 'Certificate' }).click();
  await button('Browse…').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Choose contoso-decrypt' }).click();
  await page.getByText('may decrypt').waitFor();
  await picture('host-certificate');
  await apply(walk, /^added: \+ *decryption_certificates/);
  const message = await post(
    '/encrypted',
    ...sealed(
      '<order>4713</order>',
      '-encrypt',
      '-aes256',
      '-recip',
      world.certificates['contoso-decrypt'].certificate,
    ),
  );
  const delivered = await work(walk, message, (one) => one.state === 'completed' || one.failure);
  same(delivered.failure, undefined, 'it is opened');
  const file = await arrival('opened');
  same(
    openssl('dgst', '-sha256', '-r', file).toString().slice(0, 64),
    openssl('dgst', '-sha256', '-r', walk.file('<order>4713</order>')).toString().slice(0, 64),
    'what was opened',
  );
});

scenario("the group's certificate signs what goes out", async (walk) => {
  const { page, base, world, signIn, button, picture, post, arrival, verified, content } = walk;
  // As in BizTalk there is one for the whole group; it is in the Personal store of the sending host's account.
  await signIn();
  await page.goto(`${base}/certificates`);
  await page.locator('input[type=file]').setInputFiles(world.certificates['contoso-sign'].pkcs12);
  await page.getByRole('dialog').getByLabel('Password').fill('geheim');
  await button('Look again').click();
  await button('Import').click();
  await page.getByRole('dialog').getByText('with its private key').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('link', { name: 'Group properties' }).click();
  await page.getByRole('link', { name: 'Contoso', exact: true }).click();
  await page.getByRole('tab', { name: 'Certificate' }).click();
  await button('Browse…').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Choose contoso-sign' }).click();
  await page.getByText('may sign').waitFor();
  await picture('group-certificate');
  await apply(walk, /^added: \+ *signing_certificates/);
  await page.goto(`${base}/send-ports/Signed%20orders`);
  await configure(walk, async (pipeline) => {
    await pipeline.getByLabel('Signature type').selectOption('clear');
    await picture('configure-pipeline');
  });
  await apply(walk, /^added: \+ *signature_type: clear/);
  await button('Start').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await page.locator('header').getByText('Started').waitFor();
  await post('/orders', '<order>4714</order>');
  same(content(verified(await arrival('signed'))), '<order>4714</order>', 'what openssl verifies');
});

scenario('a party is known by the certificate that its messages are signed with', async (walk) => {
  const { page, base, world, signIn, button, picture, post, sealed } = walk;
  const { certificate, key } = world.certificates['fabrikam-sign'];
  await signIn();
  await page.getByRole('link', { name: /^Parties/ }).click();
  await page.getByRole('link', { name: 'Fabrikam', exact: true }).click();
  await page.getByRole('tab', { name: 'Certificate' }).click();
  await button('Browse…').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Choose fabrikam-sign' }).click();
  await page.getByText('may verify').waitFor();
  await picture('party-certificate');
  await apply(walk, /^added: \+ *verification_certificates/);
  const message = await post(
    '/invoices',
    ...sealed('<invoice>1</invoice>', '-sign', '-signer', certificate, '-inkey', key),
  );
  const { id } = await work(walk, message, (one) => one.port === 'Invoices of Fabrikam');
  await page.goto(`${base}/messages/${id}`);
  await page.locator('dd').getByRole('link', { name: 'Fabrikam', exact: true }).waitFor();
  await page.getByText('Evidence:').first().click();
  await picture('message-of-a-party');
  must((await page.locator('main').innerText()).includes('fabrikam-sign'), 'the evidence names the certificate');
});
