// Pages of certificates, credentials and probes, added to those of views.mjs.
export const plain = (thumbprint) => thumbprint.replaceAll(' ', '');
export const find = async (api, search) => plain((await api(`/certificates?search=${search}`)).items[0].thumbprint);
const rollover = (step) => async (api) =>
  `/certificates/rollover?before=${await find(api, 'fabrikam-encrypt-2026')}&after=${await find(api, 'fabrikam-encrypt-2027')}&from=2027-01-04T06:00&step=${step}`;

export const certificateViews = {
  'affiliate applications': '/affiliate-applications',
  'affiliate application': '/affiliate-applications/Northwind-Portal',
  'revocation lists': '/certificates/lists',
  'rollover, which': rollover(0),
  'rollover, when': rollover(1),
  'rollover, review': rollover(2),
  'TLS probe': '/tls-probe?url=https://b2b.fabrikam.example/orders&ask=true',
  'TLS probe of what is wrong': '/tls-probe?url=https://expired.example/&ask=true',
  'threats of a flow': 
    '/findings?tab=threats&flow=SendPort To Initech <img src=x onerror=alert(1)>|host Default|HTTP http://initech.example/in',
};
