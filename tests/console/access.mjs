// Users, roles, tokens, sessions, the second factor and the audit log in the console.
import { must, same, scenario, until } from './harness.mjs';

const password = 'correct-horse-battery';

scenario(
  'an administrator invites an operator, and sees the link once',
  async ({ page, base, signIn, button, api }) => {
    await signIn('ada', '/users');
    await button('Invite somebody').click();
    const dialog = page.getByRole('dialog');
    must(await dialog.getByRole('button', { name: 'Make the link' }).isDisabled(), 'a role is needed');
    await dialog.getByLabel('Operator', { exact: true }).check();
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = await dialog.getByText(`${base}/invitation#`).innerText();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    same(await page.getByText(link.split('#')[1]).count(), 0, 'the link is still there');
    await page.getByRole('region', { name: 'Open links' }).getByText('a new user: Operator', { exact: true }).waitFor();
    same((await api('/invitations')).items.length, 3);
    await button('Withdraw: invitation of Operator').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await until(async () => (await api('/invitations')).items.length === 2, 'it is withdrawn');
  },
);

scenario('a user gets other roles, is disabled and let in again', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/users');
  await page.getByRole('link', { name: 'olga', exact: true }).first().click();
  await button('Change roles').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Partner operator').check();
  await dialog.getByRole('button', { name: 'Change roles' }).click();
  await page.getByText('Operator, Partner operator').first().waitFor();
  same((await api('/users/olga')).roles, ['operator', 'partner-operator']);
  await button('Disable').click();
  await page.getByText('His sessions end, his tokens are refused').waitFor();
  same((await api('/users/olga')).disabled, false, 'asking changes nothing');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await button('Let in again').waitFor();
  same((await api('/users/olga')).disabled, true);
});

scenario('nobody changes himself, and the page says where to go instead', async ({ page, signIn, button }) => {
  await signIn('ada', '/users/ada');
  await page.getByText('This is you').waitFor();
  for (const name of ['Disable', 'Delete', 'Change roles', 'Link to a new password'])
    same(await button(name).count(), 0, `${name} is offered`);
});

scenario('a link to a new password lets its user in with another one', async ({ page, base, signIn, button }) => {
  await signIn('ada', '/users/olga');
  await button('Link to a new password').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  const link = await dialog.getByText(`${base}/invitation#`).innerText();
  await page.context().clearCookies();
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByRole('heading', { name: 'A new password for olga' }).waitFor();
  for (const field of await page.locator('input[type=password]').all()) await field.fill('a long enough sentence');
  await button('Take it and sign in').click();
  await page.getByRole('button', { name: 'Signed in as olga' }).waitFor();
});

scenario('an authenticator is set up by its QR code, and removed', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/profile');
  await button('Set up an app').click();
  await page.getByLabel('Your password').fill('wrong');
  await button('Go on').click();
  await page.getByRole('alert').getByText('password is wrong').waitFor();
  await page.getByLabel('Your password').fill(password);
  await button('Go on').click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await page.getByText('JBSW Y3DP EHPK 3PXP').waitFor();
  await page.getByLabel('Code of the app').fill('000000');
  await button('Confirm').click();
  await page.getByRole('alert').getByText('code is wrong').waitFor();
  same((await api('/profile')).authenticator, false, 'a wrong code confirms nothing');
  await page.getByLabel('Code of the app').fill('123 456');
  await button('Confirm').click();
  await page.getByText('A code of your app is needed').waitFor();
  await button('Remove it').click();
  await page.getByLabel('Your password').fill(password);
  await page.getByLabel('Code of the app').fill('123456');
  await button('Remove').click();
  await button('Set up an app').waitFor();
});

scenario("one's own password is changed with the present one", async ({ page, signIn, button }) => {
  await signIn('ada', '/profile');
  await page.getByLabel('The present one').fill(password);
  await page.getByLabel('New password').fill('a long enough sentence');
  await page.getByLabel('The same again').fill('a long enough sentenze');
  await button('Change password').click();
  await page.getByText('It differs').waitFor();
  await page.getByLabel('The same again').fill('a long enough sentence');
  await button('Change password').click();
  await button('Sign in').waitFor();
});

scenario('a token is made, shown once and revoked', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/tokens');
  await button('New token').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('nightly');
  await dialog.getByLabel('operate').check();
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  const token = await dialog.getByText(/^sgt_[0-9a-f]{64}$/).innerText();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await button('Revoke: token nightly', { exact: true }).first().waitFor();
  must(!(await page.content()).includes(token), 'the token is still there');
  await button('Revoke: token nightly').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await until(async () => !(await api('/tokens')).items.some((one) => one.name === 'nightly'), 'it is revoked');
});

scenario('what a token allowed and its owner lost is told', async ({ page, signIn }) => {
  await signIn('ada', '/tokens?user=sven');
  const row = page.getByRole('region', { name: 'Tokens', exact: true }).getByRole('row').nth(1);
  await row.getByText('not any more: view, audit').waitFor();
});

scenario('sessions of others are ended', async ({ page, signIn, button, api }) => {
  await signIn('ada', '/sessions?user=olga');
  await button('Sign out everywhere').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByText('olga is not signed in').waitFor();
  must(!(await api('/sessions')).items.some((one) => one.user === 'olga'), 'olga is signed in');
});

scenario('the audit log is searched, continued and verified', async ({ page, base, signIn, button, path }) => {
  await signIn('ada', '/audit-log');
  await page.getByRole('link', { name: 'Orders to Fabrikam' }).waitFor();
  for (const number of ['30', '1']) {
    await button('Show more').click();
    await page.getByRole('link', { name: number, exact: true }).waitFor();
  }
  await page.getByLabel('Outcome').selectOption('true');
  await page.getByText('access.wrong-password').waitFor();
  same(path(), '/audit-log?refused=true');
  await page.getByLabel('To what').fill('user ada');
  await until(() => path() === '/audit-log?refused=true&object=user+ada', 'the filter is in the address');
  await button('Clear').click();
  await button('Verify').click();
  await page.getByText('128 records, and all of them hold').waitFor();
  await page.getByLabel('A hash that you kept').fill('f'.repeat(64));
  await button('Compare').click();
  await page.getByText('No record has the hash that you kept').waitFor();
  await fetch(`${base}/mock/spoil`);
  await page.reload();
  await button('Verify').click();
  await page.getByText('does not hold').waitFor();
  await page.getByRole('link', { name: '42', exact: true }).first().click();
  await until(() => path() === '/audit-log/42', 'the record is shown');
});

scenario('an operator is offered neither users nor the audit log', async ({ page, base, signIn }) => {
  await signIn('olga');
  const tree = page.getByRole('navigation', { name: 'Console tree' });
  await tree.getByRole('link', { name: 'Tokens' }).waitFor();
  for (const name of ['Users', 'Sessions', 'Audit log'])
    same(await tree.getByRole('link', { name }).count(), 0, `${name} is offered`);
  await page.goto(`${base}/users`);
  await page.getByRole('alert').getByText('access.not-allowed').waitFor();
});

scenario('users are invited with the keyboard alone', async ({ page, signIn }) => {
  await signIn('ada', '/');
  await page.keyboard.press('g');
  await page.keyboard.press('y');
  await page.getByRole('heading', { name: 'Users' }).waitFor();
  await page.getByRole('button', { name: 'Invite somebody' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Read-only').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await dialog.getByText('It is shown only now').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});
