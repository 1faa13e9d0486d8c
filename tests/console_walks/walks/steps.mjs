// What several walks do in the console.
import { until } from '../../console/harness.mjs';

/** Reviews what was changed, applies it, and waits until it is said that it was. `look`: what the review must show. */
export async function apply({ page, button, picture, api }, look, name) {
  await button('Review & apply').click();
  const dialog = page.getByRole('dialog');
  for (const words of [look].flat().filter(Boolean)) await dialog.getByText(words).first().waitFor();
  if (name) await picture?.(name);
  await button('Apply').click();
  await page.getByText('Applied; the gateway takes it up').waitFor();
  await taken({ api });
}

/** Until every host instance works by what was applied. */
export async function taken({ api }) {
  const { revision } = await api('/artifacts');
  await until(async () => {
    const { items } = await api('/host-instances');
    return items.length > 0 && items.every((one) => one.configuration >= revision);
  }, 'the gateway has taken it up');
}

/** The first state of work on the message, by the port, that `wanted` names. */
export async function work({ api }, message, wanted) {
  let found;
  await until(
    async () => (found = (await api(`/messages?message=${message}`)).items.find((one) => wanted(one))),
    `message ${message} is there`,
    30,
  );
  return found;
}
export const thumbprintForms = (thumbprint) => {
  const digits = thumbprint.replace(/ /g, '');
  return [
    digits.toLowerCase(),
    digits.match(/../g).join(':'),
    `\u200e${digits.toLowerCase().match(/../g).join(' ')}`,
    `  ${digits.match(/../g).join('-')}\n`,
    thumbprint,
  ];
};

/** The dialog Configure Pipeline of the send port that is shown: `change` gets it. */
export async function configure({ page }, change) {
  await page.getByRole('tab', { name: 'General' }).click();
  await page.getByRole('button', { name: 'Configure send pipeline' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('MIME/SMIME encoder').waitFor();
  await change(dialog);
  await dialog.getByRole('button', { name: 'OK' }).click();
}
/** A switch is turned by its words: the box itself is not to be seen. */
export const turn = (place, words) => place.getByText(words, { exact: true }).click();
