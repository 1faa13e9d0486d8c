// "Exporting a Certificate from One BizTalk Group to Another": what goes into the stores and comes out of them.
import { readFileSync } from 'node:fs';
import { must, same, scenario } from '../../console/harness.mjs';

scenario('a certificate is imported by dropping its file, and exported again', async (walk) => {
  const { page, base, world, signIn, button, picture, openssl } = walk;
  const { certificate, thumbprint } = world.certificates['adatum-encrypt'];
  await signIn();
  await page.goto(`${base}/certificates`);
  await page.getByText('Drop certificates').waitFor();
  const transfer = await page.evaluateHandle(
    (text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'adatum.cer'));
      return data;
    },
    readFileSync(certificate, 'utf8'),
  );
  await page.getByText('Drop certificates').dispatchEvent('drop', { dataTransfer: transfer });
  await page.getByRole('dialog').getByText('adatum.cer').waitFor();
  await button('Import').click();
  await page.getByRole('dialog').getByText('Other People').first().waitFor();
  await picture('imported');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

  await page.getByRole('link', { name: 'adatum-encrypt' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'adatum-encrypt' }).waitFor();
  // What the document looks for under Details: what it may be used for.
  await page.getByText('Key usage').first().waitFor();
  await picture('certificate');
  // Whoever uses a certificate is one click away.
  await page.goto(`${base}/certificates?search=fabrikam-encrypt`);
  await page.getByRole('link', { name: 'Orders to Fabrikam', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Orders to Fabrikam' }).waitFor();
  await page.goto(`${base}/certificates?search=contoso-client`);
  await page.getByRole('link', { name: 'Orders by SOAP', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Orders by SOAP' }).waitFor();
  await page.goto(`${base}/certificates/${thumbprint.replaceAll(' ', '')}`);
  const download = page.waitForEvent('download');
  await button('Export').click();
  await page.getByRole('menuitem', { name: 'Certificate (DER)' }).click();
  const file = await (await download).path();
  const print = openssl('x509', '-in', file, '-inform', 'DER', '-noout', '-fingerprint', '-sha1').toString();
  same(print.trim().split('=')[1].replaceAll(':', ''), thumbprint.replaceAll(' ', ''), 'what was exported');
  must(!readFileSync(file).includes('PRIVATE'), 'and no key');
});
