// What became of the configuration, and going back to what it was.
import { must, same, scenario } from './harness.mjs';

/** Added to those of views.mjs. */
export const historyViews = {
  history: '/history',
  revision: '/history/16',
  'history of an artifact': '/send-ports/Orders to Contoso?tab=history',
};

scenario('who changed what is found, and said in words', async ({ page, signIn, path }) => {
  await signIn('ada', '/history');
  const rows = page.getByRole('row');
  await page.getByRole('link', { name: 'Revision 17', exact: true }).waitFor();
  await page.getByLabel('User').fill('olga');
  await page.getByRole('link', { name: 'Revision 17', exact: true }).waitFor({ state: 'detached' });
  same(await rows.count(), 2, 'one of hers, and the head');
  same(path(), '/history?user=olga');
  await page.getByText('<img src=x onerror=alert(5)> because').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('link', { name: 'Revision 16', exact: true }).click();
  await page.getByRole('heading', { name: 'Revision 16' }).waitFor();
  await page.getByText('Nightly deployment 4711').waitFor();
  const port = page.getByRole('region', { name: 'Send port Orders to Fabrikam' });
  await port.getByText('2 lines added, 2 removed').waitFor();
  must((await port.textContent()).includes('removed: -retry_count: 3'), 'a line that went says so in words');
});

scenario('the history of a port rolls back to what it was, after a preview', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/send-ports/Orders to Contoso?tab=history');
  const dialog = page.getByRole('dialog');
  const entry = page.getByRole('article', { name: 'Revision 15' });
  must((await page.getByRole('article', { name: 'Revision 17' }).getByRole('button').count()) === 0, 'it is what it is');
  await entry.getByRole('button', { name: 'Roll back to here…' }).click();
  await dialog.getByText('4 artifacts would become what they were then').waitFor();
  await dialog.getByRole('region', { name: 'Send port Archive' }).getByText('deleted').waitFor();
  await dialog.getByRole('region', { name: 'Send port Orders to Contoso' }).getByText('1 line added, 1 removed').waitFor();
  await dialog.getByLabel('Comment').fill('not ready');
  await dialog.getByRole('button', { name: 'Roll back' }).click();
  await page.getByText('The configuration went back, as revision 18').waitFor();
  same((await api('/artifacts/send-ports/Orders to Contoso')).state, 'started');
  const made = await api('/revisions/18');
  same([made.comment, made.restores, made.changes], ['not ready', 15, 4]);
  await page.getByRole('article', { name: 'Revision 18' }).waitFor();
  same(await button('Roll back').count(), 0, 'the dialog is closed');
});

scenario('what cannot be rolled back says why, and is not offered', async ({ page, signIn, button }) => {
  await signIn('ada', '/history/12');
  await button('Roll back to here…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('alert').getByText('It cannot be: 1 thing is in the way').waitFor();
  await dialog.getByText('Import it again: sealgate cert import FILE').waitFor();
  must(await dialog.getByRole('button', { name: 'Roll back' }).isDisabled(), 'it cannot be asked for');
});

scenario('who was faster is named before anything goes back', async ({ page, context, base, signIn, button }) => {
  await signIn('ada', '/history/16');
  await button('Roll back to here…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 artifact would become what it was then').waitFor();
  const session = await (await context.request.get(`${base}/api/v1/session`)).json();
  const changed = await context.request.put(`${base}/api/v1/send-ports/Archive/state`, {
    headers: { 'X-CSRF-Token': session.csrf },
    data: { state: 'stopped' },
  });
  same(changed.status(), 200);
  await dialog.getByRole('button', { name: 'Roll back' }).click();
  await dialog.getByText("'grace' changed the configuration (revision 18).").waitFor();
  await dialog.getByRole('button', { name: 'Look again' }).click();
  await dialog.getByText('2 artifacts would become what they were then').waitFor();
});

scenario('who may not change anything is not asked to', async ({ page, signIn, button }) => {
  await signIn('rita', '/history/16');
  await page.getByRole('heading', { name: 'Revision 16' }).waitFor();
  same(await button('Roll back to here…').count(), 0);
});

scenario('a comment of a change stands in the history', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/send-ports/Archive?tab=general');
  await page.getByLabel('Description').fill('Everything, for ten years');
  await button('Review & apply').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 line added, 0 removed').waitFor();
  await dialog.getByLabel('Comment').fill('as the auditor asked');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Applied; the gateway takes it up').waitFor();
  same((await api('/revisions/18')).comment, 'as the auditor asked');
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('article', { name: 'Revision 18' }).getByText('as the auditor asked').waitFor();
});
