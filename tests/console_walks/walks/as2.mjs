// "Configuring a Static Send Port for Messages over AS2": the port and its agreement, made in the console.
import { readFileSync } from 'node:fs';
import { must, same, scenario, until } from '../../console/harness.mjs';
import { apply, taken } from './steps.mjs';

scenario('a send port by AS2 and its agreement are made in the console, and the partner acknowledges', async (walk) => {
  const { page, base, world, signIn, button, picture, post, delivery, arrival, opened, api } = walk;
  const dialog = page.getByRole('dialog');
  const create = async (path) => {
    await button('Review & create').click();
    await button('Create').click();
    await page.waitForURL(`${base}${encodeURI(path)}`);
  };
  await signIn();
  await page.goto(`${base}/send-ports`);
  await button('New send port…').click();
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Orders to Tailspin');
  await dialog.getByLabel('Send handler (host)').fill('Default');
  await dialog.getByLabel('Party at the other end').fill('Tailspin Toys');
  await dialog.getByLabel('Transport type').selectOption('AS2');
  same(await dialog.getByRole('textbox', { name: 'Send pipeline' }).inputValue(), 'AS2Send', 'the pipeline of AS2');
  await dialog.getByLabel('Destination URL').fill(world.partner.as2);
  await dialog.getByLabel('Filter').fill('BTS.ReceivePortName == "For Tailspin"');
  await create('/send-ports/Orders to Tailspin');

  await page.getByRole('tab', { name: 'Transport' }).click();
  await page.getByText('No agreement names this port').waitFor();
  await picture('as2-transport');
  await page.getByRole('link', { name: 'New agreement…' }).click();
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Tailspin AS2');
  same(await dialog.getByLabel("Partner's party").inputValue(), 'Tailspin Toys', 'the party of the port');
  await dialog.getByText('Orders to Tailspin', { exact: true }).waitFor();
  await dialog.getByLabel('Our party').fill('Contoso');
  await dialog.getByLabel('AS2-From').fill('CONTOSO');
  await dialog.getByLabel('AS2-To').fill('TAILSPIN');
  const browse = async (title, name) => {
    await dialog.getByRole('region', { name: title }).getByRole('button', { name: 'Browse…' }).click();
    await page.getByRole('button', { name: `Choose ${name}` }).click();
    await dialog.getByRole('region', { name: title }).getByText(name).first().waitFor();
  };
  await browse('Certificate used to encrypt', 'tailspin-encrypt');
  await browse('Certificate used to sign messages and receipts', 'contoso-as2');
  await picture('new-agreement');
  await create('/agreements/Tailspin AS2');
  await page.getByRole('tab', { name: 'Sending' }).click();
  await page.getByLabel('Encryption algorithm').selectOption('aes192-cbc');
  await page.getByText('Keep the message as it travels').click();
  await picture('agreement-sending');
  await apply(walk, /^added: \+ *encryption_algorithm: aes192-cbc/);
  await taken(walk);

  const message = await post('/tailspin', '<order>4718</order>');
  const { from, to, body } = await delivery('/as2');
  same([from, to], ['CONTOSO', 'TAILSPIN'], 'the names on the wire');
  must(!body.includes('4718'), 'what travels is encrypted');
  same(opened(body, 'tailspin-encrypt'), '<order>4718</order>', 'what openssl opens and verifies');
  same(readFileSync(await arrival('tailspin'), 'utf8'), '<order>4718</order>', 'what the partner has got');
  await until(
    async () => (await api('/reports/as2?direction=sent')).items.some((one) => one.status === 'acknowledged'),
    `the partner's receipt for ${message}`,
  );
  await page.goto(`${base}/as2?partner=Tailspin%20Toys`);
  await page.getByRole('region', { name: 'AS2 messages' }).getByText('acknowledged').first().waitFor();
  await picture('as2-report');
});
