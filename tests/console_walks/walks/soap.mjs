// "How to Configure Certificates with a SOAP Adapter": the client certificate, and Basic by an affiliate application.
import { same, scenario } from '../../console/harness.mjs';
import { apply } from './steps.mjs';

scenario('a SOAP send port shows a client certificate, and logs in by an affiliate application', async (walk) => {
  const { page, base, world, signIn, button, picture, post, delivery } = walk;
  const { thumbprint } = world.certificates['contoso-client'];
  await signIn();
  await page.getByRole('link', { name: 'Affiliate applications' }).click();
  await button('Make the master secret').click();
  await button('New application…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Fabrikam');
  await button('Add').click();
  await button('Set credentials…').click();
  await dialog.getByLabel('user', { exact: true }).fill('contoso');
  await dialog.locator('input[type=password]').fill(world.partner.password);
  await button('Set').click();
  await page.getByText('account:default').first().waitFor();
  await page.goto(`${base}/send-ports/Orders%20by%20SOAP?tab=transport`);
  await page.getByLabel('Authentication type').selectOption('basic');
  await page.getByRole('textbox', { name: 'Affiliate application (single sign-on)' }).fill('Fabrikam');
  const field = page.getByRole('textbox', { name: 'SSL client certificate thumbprint' });
  await page.getByRole('button', { name: 'Browse for SSL client certificate thumbprint' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Choose contoso-client' }).click();
  same(await field.inputValue(), thumbprint, 'what was browsed');
  await page.getByText('contoso-client').waitFor();
  await picture('soap-transport');
  await apply(walk, /^added: \+ *affiliate_application: Fabrikam/);
  await post('/soap', '<order xmlns="urn:x">4716</order>');
  const { user, client, body } = await delivery('/service');
  same(user, 'contoso', 'who logged in');
  same(/CN=contoso-client/.test(client), true, `whose certificate: ${client}`);
  same(body.toString().includes('4716') && body.toString().includes('Envelope'), true, body.toString());
});
