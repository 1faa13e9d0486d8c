// Configure Pipeline: stages and components, what is set here in bold, and what the gateway refuses; a pipeline of one's own.
import { must, same, scenario, until } from '../../console/harness.mjs';
import { apply, taken, turn, work } from './steps.mjs';

const weight = (field) => field.evaluate((one) => getComputedStyle(one).fontWeight);

scenario('a receive pipeline is configured for decoder and party resolution', async (walk) => {
  const { page, base, signIn, button, picture, post, world, sealed, api } = walk;
  const { certificate, key } = world.certificates['fabrikam-sign'];
  const signed = (content) => sealed(content, '-sign', '-signer', certificate, '-inkey', key);
  await signIn();
  await page.goto(`${base}/receive-ports/Returns?tab=locations`);
  await button('Configure receive pipeline').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('region').first().waitFor();
  const stages = await dialog
    .getByRole('region')
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
  same(stages, ['Decode', 'ResolveParty'], 'the stages that have components');
  const nonMime = dialog.getByText('Allow non MIME message', { exact: true });
  await until(async () => (await weight(nonMime)) === '400', 'a default is not bold');
  await turn(dialog, 'Allow non MIME message');
  await until(async () => (await weight(nonMime)) === '600', 'what is set here is bold');
  await turn(dialog, 'Refuse what is not signed');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await button('Review & apply').click();
  await dialog.getByText('What is not MIME is neither signed nor encrypted').waitFor();
  must(await button('Apply').isDisabled(), 'what contradicts itself cannot be applied');
  await button('Go on editing').click();
  await button('Configure receive pipeline').click();
  await turn(dialog, 'Allow non MIME message');
  await until(async () => (await weight(nonMime)) === '400', 'what is a default again is not bold');
  await turn(dialog, 'Resolve party by account');
  await picture('configure-receive-pipeline');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await apply(walk, [/^added: \+ *require_signature: true/, /^added: \+ *resolve_by_sid: false/]);
  const refused = await post(
    '/returns',
    ...sealed('<return>1</return>', '-encrypt', '-recip', world.certificates['contoso-decrypt'].certificate),
  );
  must((await work(walk, refused, (one) => one.state === 'suspended')).failure.remedy, 'it is refused, with a remedy');
  const message = await post('/returns', ...signed('<return>2</return>'));
  const { id } = await work(walk, message, (one) => one.kind !== 'receive' && one.party !== undefined);
  same((await api(`/messages/${id}`)).work[0].party, 'Fabrikam');
});

scenario('what cannot be is refused by the gateway, with the remedy', async (walk) => {
  const { page, base, signIn, button } = walk;
  await signIn();
  await page.goto(`${base}/send-ports/Checked`);
  await button('Configure send pipeline').click();
  const dialog = page.getByRole('dialog');
  await turn(dialog, 'Enable encryption');
  await dialog.getByText('there is no certificate to encrypt to').waitFor();
  await dialog.getByRole('button', { name: 'OK' }).click();
  await button('Review & apply').click();
  await dialog.getByRole('alert').waitFor();
  must(await button('Apply').isDisabled(), 'it cannot be applied');
  await button('Go on editing').click();
  await button('Configure send pipeline').click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

scenario('a pipeline, a send port and a receive port are made in the console, and carry a message', async (walk) => {
  const { page, base, world, signIn, button, picture, post, arrival, verified, content } = walk;
  const dialog = page.getByRole('dialog');
  const create = async (path) => {
    await button('Review & create').click();
    await button('Create').click();
    await page.waitForURL(`${base}${encodeURI(path)}`);
  };
  await signIn();
  await page.goto(`${base}/pipelines`);
  await button('New pipeline…').click();
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Signed by us');
  await dialog.getByLabel('Direction').selectOption('send');
  await create('/pipelines/Signed by us');
  await page.getByLabel('Add a component to Encode').selectOption('encoder');
  await page.getByLabel('Signature type').selectOption('blob');
  await picture('pipeline');
  await apply(walk, /^added: \+ *signature_type: blob/);

  await page.goto(`${base}/receive-ports`);
  await button('New receive port…').click();
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Made here');
  await dialog.getByLabel('Name of its first location').fill('Made here by HTTP');
  await dialog.getByLabel('Receive handler (host)').fill('Default');
  await dialog.getByLabel('Transport type').selectOption('HTTP');
  await dialog.getByLabel('Path').fill('/made');
  await create('/receive-ports/Made here');

  await page.goto(`${base}/send-ports`);
  await button('New send port…').click();
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Made as well');
  await dialog.getByLabel('Send handler (host)').fill('Default');
  await dialog.getByRole('textbox', { name: 'Send pipeline' }).fill('Signed by us');
  // What only the first choice knows goes with it.
  await dialog.getByLabel('Transport type').selectOption('HTTP');
  await dialog.getByLabel('Destination URL').fill('https://somewhere.example/in');
  await dialog.getByLabel('Transport type').selectOption('FILE');
  await dialog.getByLabel('Folder').fill(`${world.folder}/out/made`);
  await dialog.getByLabel('Filter').fill('BTS.ReceivePortName == "Made here"');
  await picture('new-send-port');
  await button('Show as YAML').click();
  await page.getByText('pipeline: Signed by us').waitFor();
  await page
    .getByRole('dialog', { name: /as YAML/ })
    .getByRole('button', { name: 'Close' })
    .last()
    .click();
  await create('/send-ports/Made as well');
  await page.getByRole('tab', { name: 'Transport' }).click();
  await page.getByLabel('File name').fill('%MessageID%.dat');
  await page.getByLabel('Transport type').last().selectOption('FILE');
  await page.getByRole('textbox', { name: 'Folder', exact: true }).last().fill(`${world.folder}/out/backup`);
  await picture('transport');
  await apply(walk, /^added: \+ *backup/);
  await taken(walk);
  await post('/made', '<order>4717</order>');
  same(content(verified(await arrival('made'))), '<order>4717</order>', 'what openssl verifies');

  // Nothing refers to the send port; the pipeline cannot go before it.
  await page.goto(`${base}/pipelines/Signed%20by%20us`);
  await button('Delete…').click();
  await dialog.getByRole('alert').getByText('Made as well').first().waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.goto(`${base}/send-ports/Made%20as%20well`);
  await button('Delete…').click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(`${base}/send-ports`);
  await page.getByRole('link', { name: 'Checked' }).waitFor();
  same(await page.getByRole('link', { name: 'Made as well' }).count(), 0, 'it is gone');
});
