import { ago, ahead, hex, random, uuid } from './time.mjs';

const next = random(7);

const failures = {
  expired: {
    code: 'certificates.expired',
    text: 'the certificate "northwind-2024" expired yesterday; nothing may be encrypted to it',
    remedy: 'import the new certificate of Northwind and assign it to the send port, then resume',
    resumable: true,
  },
  stopped: {
    code: 'hosts.port-stopped',
    text: 'the send port "Orders to Contoso" is stopped',
    remedy: 'start the port; what waits is then sent by itself',
    resumable: true,
  },
  unknown: {
    code: 'pipeline.unknown-party',
    text: 'no party was found by the certificate CN=Initech <b>Mail</b> that signed it',
    remedy: "import the sender's certificate and assign it to a party, then resume",
    resumable: true,
  },
  duplicate: {
    code: 'as2.duplicate',
    text: 'a message with this Message-ID came before',
    remedy: 'ask the partner whether it was meant; else terminate it',
    resumable: false,
  },
  refused: {
    code: 'net.http-status',
    text: 'the server answered 503 Service Unavailable',
    remedy: 'tried again by itself; ask the partner when it lasts',
    resumable: true,
  },
};

function work(state, port, party, kind, created, size, failure, more = {}) {
  return {
    id: uuid(next),
    message: uuid(next),
    kind,
    state,
    port,
    party,
    message_type: 'http://contoso.example/orders#Order',
    size,
    attempts: state === 'suspended' || state === 'retrying' ? 6 : 1,
    transport: 'primary',
    priority: 5,
    ordered: false,
    created,
    changed: created,
    ...(state === 'retrying' ? { due: ahead('4m') } : {}),
    ...(state === 'active' ? { owner: 'gateway-1' } : {}),
    ...(failure ? { failure } : {}),
    ...more,
  };
}

export const works = [];
for (let index = 0; index < 9; ++index)
  works.push(
    work(
      'suspended',
      'Orders to Northwind',
      'Northwind',
      'send',
      ago(`${40 + index * 47}m`),
      18000 + index * 911,
      failures.expired,
    ),
  );
for (let index = 0; index < 4; ++index)
  works.push(
    work(
      'suspended',
      'Orders to Contoso',
      'Contoso',
      'send',
      ago(`${3 + index * 2}h`),
      9000 + index * 77,
      failures.stopped,
    ),
  );
for (let index = 0; index < 3; ++index)
  works.push(work('suspended', 'Orders', '', 'receive', ago(`${5 + index}h`), 23400 + index, failures.unknown));
works.push(work('suspended', 'Orders', 'Fabrikam', 'receive', ago('26h'), 31200, failures.duplicate));
works.push(work('retrying', 'Orders to Fabrikam', 'Fabrikam', 'send', ago('12m'), 15100, failures.refused));
works.push(work('retrying', 'Orders to Fabrikam', 'Fabrikam', 'send', ago('14m'), 15900, failures.refused));
works.push(work('active', 'Warehouse North', '', 'send', ago('3s'), 52428800));
works.push(work('ready', 'Warehouse South', '', 'send', ago('2s'), 6400));
const ports = [
  'Orders to Fabrikam',
  'Warehouse North',
  'Warehouse South',
  'Warehouse East',
  'Archive',
  'Orders to Fabrikam',
];
for (let index = 0; index < 180; ++index) {
  const port = ports[index % ports.length];
  const party = port.endsWith('Fabrikam') ? 'Fabrikam' : ['Contoso', 'Northwind', ''][index % 3];
  const more = port.endsWith('Fabrikam') ? { fate: 'acknowledged' } : {};
  works.push(
    work(
      'completed',
      port,
      party,
      'send',
      ago(`${1 + index * 3}m`),
      2000 + Math.floor(next() * 90000),
      undefined,
      more,
    ),
  );
}
works.sort((a, b) => (a.created < b.created ? 1 : -1));

export function context(one) {
  const file = one.port === 'Orders' ? 'order <script>alert(4)</script>.xml' : 'order-4711.xml';
  const property = (name, value, promoted = true, type = 'text') => ({ name, type, value, promoted });
  return [
    property('BTS.ReceivePortName', 'Orders'),
    property('BTS.ReceiveLocationName', 'Orders by AS2', false),
    property('BTS.InboundTransportType', 'HTTP'),
    property('BTS.MessageType', one.message_type),
    property('BTS.SignatureCertificate', hex(next, 64).toUpperCase()),
    property('BTS.SourcePartyID', one.party || 'guest'),
    property('FILE.ReceivedFileName', file, false),
    property('Party.Name', one.party || 'guest'),
    property('Order.Total', '(hidden)'),
    property('EdiIntAS.MessageId', '<20261121.4711@fabrikam.example>', false),
  ];
}

export const parts = (one) => [
  {
    index: 1,
    body: true,
    name: 'body',
    content_type: 'application/xml',
    file_name: 'order-4711.xml',
    bytes: one.size,
    sha256: hex(random(one.size), 64),
  },
  {
    index: 2,
    body: false,
    name: 'drawing',
    content_type: 'application/pdf',
    file_name: 'drawing.pdf',
    bytes: 120034,
    sha256: hex(random(one.size + 1), 64),
  },
];

/** What somebody did to works, by their ids: events and words. Those of an earlier release have no words. */
export const deeds = new Map();
let sequence = 90000;
export function journey(one) {
  const record = (event, words, details = [], more = {}) => ({
    sequence: ++sequence,
    at: one.created.replace('Z', '.204Z'),
    event,
    message: one.message,
    port: one.port,
    party: one.party,
    instance: 'gateway-1',
    details,
    words,
    ...more,
  });
  const signer = hex(random(9), 64).toUpperCase();
  const records = [
    record(
      one.kind === 'receive' ? 'refused' : 'received',
      `by AS2 from 198.51.100.7, ${one.size} bytes, decrypted, signed by CN=${one.party || 'Initech <b>Mail</b>'} (ok)${one.kind === 'receive' ? '' : `, for ${one.port} and Archive`}`,
      [
        ['location', 'Orders by AS2'],
        ['transport', 'HTTP'],
        ['remote_address', '198.51.100.7'],
        ['bytes', String(one.size + 3120)],
        ['sha256', hex(random(3), 64)],
        ['layer', 'encrypted aes256-cbc'],
        ['decryption.thumbprint', hex(random(4), 64).toUpperCase()],
        ['layer', 'signed detached'],
        ['signer', `CN=${one.party || 'Initech <b>Mail</b>'}`],
        ['signer.thumbprint', signer],
        ['signer.digest', 'sha256'],
        ['signer.result', 'ok'],
        ['party.evidence', signer],
        ['content.bytes', String(one.size)],
        ['content.sha256', hex(random(5), 64)],
        ['as2.message_id', '<20261121.4711@fabrikam.example>'],
        ['body.before-receive-pipeline', hex(random(3), 64)],
        ['matched', '2'],
        ...(one.kind === 'receive' && one.failure ? [['failure', one.failure.text]] : []),
      ],
      { port: 'Orders' },
    ),
  ];
  if (one.kind === 'receive') return records;
  const archive = uuid(random(one.size + 5));
  records.push(
    record(
      'sent',
      'as file /srv/archive/order-4711.xml',
      [
        ['address', '/srv/archive/order-4711.xml'],
        ['attempt', '1'],
        ['bytes', String(one.size)],
      ],
      { work: archive, port: 'Archive' },
    ),
  );
  const wire = [
    ['transport', 'HTTP'],
    ['address', 'https://as2.partner.example/in'],
    ['signing.thumbprint', signer],
    ['signing.digest', 'sha256'],
    ['cipher', 'aes256-cbc'],
    ['encryption.thumbprint', hex(random(11), 64).toUpperCase()],
    ['bytes', String(one.size + 4100)],
    ['sha256', hex(random(12), 64)],
  ];
  const mine = { work: one.id };
  for (const [event, words] of deeds.get(one.id) ?? []) records.push(record(event, words, [], mine));
  if (one.state === 'suspended')
    records.push(record('suspended', one.failure.text, [['failure', one.failure.text]], mine));
  else if (one.state === 'retrying')
    records.push(
      record(
        'attempted',
        'attempt 1 failed: 503 Service Unavailable; again in 10 min',
        [...wire, ['attempt', '1'], ['status', '503'], ['failure', one.failure.text]],
        mine,
      ),
    );
  else if (one.state === 'completed') {
    records.push(record('sent', 'signed, encrypted, 200 OK', [...wire, ['attempt', '1'], ['status', '200']], mine));
    if (one.fate)
      records.push(
        record(
          'acknowledged',
          'signed receipt: processed, digest equal',
          [['receipt', 'automatic-action/MDN-sent-automatically; processed']],
          mine,
        ),
      );
  }
  return records;
}
