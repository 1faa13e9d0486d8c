// A thumbprint may be assigned before its certificate is there; its messages wait, are explained, and are resumed.
import { same, scenario } from '../../console/harness.mjs';
import { apply, configure, turn, work } from './steps.mjs';

scenario('a suspended message says why and what to do, and is delivered when it is resumed', async (walk) => {
  const { page, base, world, signIn, button, picture, post, arrival, decrypted, content, api } = walk;
  const { certificate, thumbprint } = world.certificates['northwind-encrypt'];
  await signIn();
  await page.goto(`${base}/send-ports/Orders%20to%20Northwind?tab=certificate`);
  const card = page.getByRole('region', { name: 'Certificate used to encrypt' });
  await card.getByLabel('or thumbprint').fill(thumbprint);
  await card.getByText('It can be assigned and imported later').waitFor();
  await card.getByRole('button', { name: 'Assign' }).click();
  await configure(walk, async (pipeline) => {
    await turn(pipeline, 'Enable encryption');
  });
  await apply(walk, /^added: \+ *encryption_certificates/);
  const message = await post('/northwind', '<order>4715</order>');
  await work(walk, message, (one) => one.state === 'suspended');

  await page.getByRole('link', { name: /^Suspended/ }).click();
  const reason = page.locator('section').filter({ hasText: 'Orders to Northwind' });
  await reason.getByText('pipeline.certificate').first().waitFor();
  await picture('suspended');
  // The remedy: import what is missing.
  await page.goto(`${base}/certificates`);
  await page.locator('input[type=file]').setInputFiles(certificate);
  await button('Import').click();
  await page.getByText(/serves SendPort Orders to Northwind/).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

  await page.goto(`${base}/suspended`);
  await reason.getByRole('button', { name: /^Resume 1 message/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Orders to Northwind').waitFor();
  await picture('resume');
  await dialog.getByRole('button', { name: /^Resume 1/ }).click();
  await dialog.getByText('was resumed').waitFor();
  same(
    content(decrypted(await arrival('northwind'), 'northwind-encrypt')),
    '<order>4715</order>',
    'what Northwind opens',
  );
  const { id } = await work(walk, message, (one) => one.state === 'completed' && one.port === 'Orders to Northwind');
  await page.goto(`${base}/messages/${id}`);
  await page.getByRole('heading', { name: 'To Orders to Northwind' }).waitFor();
  await page.getByText('It was delivered through Orders to Northwind').waitFor();
  same(await page.getByText('What to do').count(), 0, 'what was got over is not told any more');
  await picture('journey');
  same((await api('/messages?state=suspended&port=Orders%20to%20Northwind')).items, []);
});
