// The beginning of every walk: the link that the first start prints makes the administrator.
import { must, scenario } from '../../console/harness.mjs';

scenario('the printed invitation makes the administrator', async ({ page, world, button, heading, picture }) => {
  await page.goto(world.invitation);
  await page.getByLabel('Name', { exact: false }).first().fill('ada');
  for (const field of await page.locator('input[type=password]').all()) await field.fill(world.password);
  await picture('invitation');
  await button('Become a user and sign in').click();
  await page.getByRole('button', { name: 'Signed in as ada' }).waitFor();
  must((await heading()).length > 0, 'the hub is shown');
});
