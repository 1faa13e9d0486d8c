// A configuration as a middle-sized company has it. One partner's name means harm: it must appear as text and nothing else.
import { certificates } from './certificates.mjs';

const print = (name) => certificates.find((one) => one.name === name).thumbprint.replaceAll(' ', '');

const hostile = 'Initech <img src=x onerror=alert(1)>';

const orders = [
  ['Orders to Fabrikam', 'Fabrikam', 'fabrikam-encrypt-2026', 'started', 'https://as2.fabrikam.example/in'],
  ['Orders to Contoso', 'Contoso', 'contoso-encrypt', 'stopped', 'https://edi.contoso.example/receive'],
  ['Orders to Northwind', 'Northwind', 'northwind-2024', 'started', 'https://b2b.northwind.example/as2'],
];

const encrypted = orders.map(([name, party, certificate, state, url]) => ({
  kind: 'SendPort',
  name,
  description: `Purchase orders for ${party}, signed and encrypted`,
  state,
  host: 'Secure',
  adapter: 'HTTP',
  settings: { url, timeout: '2m' },
  pipeline: 'SMIMETransmit',
  encoder: { enable_encryption: true, encryption_algorithm: 'aes256-cbc', signature_type: 'clear' },
  encryption_certificates: [print(certificate)],
  party,
  filter: `BTS.ReceivePortName == "Orders" and Party.Name == "${party}"`,
  retry_count: 5,
  retry_interval: '10m',
  tracking: { bodies: ['before-send-pipeline', 'after-send-pipeline'] },
}));

const places = ['North', 'South', 'East', 'West', 'Harbour', 'Airport', 'Returns', 'Outlet'];
const files = places.map((place, index) => ({
  kind: 'SendPort',
  name: `Warehouse ${place}`,
  ...(index === 6 ? { state: 'bound' } : {}),
  host: 'Default',
  adapter: index % 3 === 2 ? 'SFTP' : 'FILE',
  settings:
    index % 3 === 2
      ? {
          host: 'sftp.warehouses.example',
          user: 'sealgate',
          folder: `/in/${place.toLowerCase()}`,
          known_hosts: '/etc/sealgate/known_hosts',
        }
      : { folder: `/srv/warehouses/${place.toLowerCase()}`, file_name: '%SourceFileName%' },
  retry_count: 10,
  retry_interval: '1m',
}));

export const artifacts = [
  {
    kind: 'Group',
    name: 'contoso-prod',
    description: 'Production',
    signing_certificates: [print('contoso-prod sign 2026')],
    keep_tracking: '90d',
    revocation: { policy: 'prefer', sources: ['http://crl.authority.example/list.crl'] },
  },
  { kind: 'Host', name: 'Default', description: 'Files and internal transports' },
  {
    kind: 'Host',
    name: 'Secure',
    description: 'Everything that opens or signs',
    account: 'secure',
    decryption_certificates: [print('contoso-prod decrypt 2026'), print('contoso-prod decrypt 2025')],
    send_threads: 8,
    listeners: [
      {
        name: 'as2',
        listen: '0.0.0.0:8443',
        certificates: [print('as2.contoso-prod.example')],
        client_certificates: 'request',
      },
    ],
  },
  ...['Fabrikam', 'Contoso', 'Northwind'].map((name) => ({
    kind: 'Party',
    name,
    description: `${name} Ltd.`,
    verification_certificates: [print(`${name.toLowerCase()} signing`)],
    aliases: [{ name: 'AS2', qualifier: 'AS2Identity', value: name.toUpperCase() }],
  })),
  { kind: 'Party', name: 'contoso-prod', description: 'We' },
  { kind: 'Party', name: hostile, description: '"><script>alert(2)</script>' },
  {
    kind: 'ReceivePort',
    name: 'Orders',
    description: 'Orders of all partners',
    authentication: 'keep',
    tracking: { bodies: ['before-receive-pipeline'] },
    locations: [
      {
        name: 'Orders by AS2',
        host: 'Secure',
        adapter: 'HTTP',
        settings: { path: '/as2', listener: 'as2', client_certificate: 'request' },
        pipeline: 'AS2Receive',
      },
      {
        name: 'Orders by file',
        host: 'Default',
        adapter: 'FILE',
        settings: { folder: '/srv/orders/in', mask: '*.xml' },
        pipeline: 'SMIMEReceive',
        decoder: { require_signature: true },
      },
    ],
  },
  {
    kind: 'ReceivePort',
    name: 'Invoices',
    locations: [
      {
        name: 'Invoices by SFTP',
        enabled: false,
        host: 'Default',
        adapter: 'SFTP',
        settings: { host: 'sftp.contoso.example', user: 'edi', folder: '/out' },
      },
    ],
  },
  {
    kind: 'ReceivePort',
    name: 'Prices',
    two_way: true,
    locations: [
      {
        name: 'Prices by SOAP',
        host: 'Secure',
        adapter: 'SOAP',
        settings: {
          path: '/prices',
          listener: 'as2',
          schemas: ['Order'],
          security: { require_signature: true, users: [{ name: 'fabrikam', password_file: '/etc/sealgate/fabrikam' }] },
        },
        pipeline: 'XMLReceive',
      },
    ],
  },
  ...encrypted,
  {
    kind: 'SendPort',
    name: 'Invoices to Fabrikam by AS2',
    host: 'Secure',
    adapter: 'HTTP',
    settings: { url: 'https://as2.fabrikam.example/in' },
    pipeline: 'AS2Send',
    party: 'Fabrikam',
    filter: 'BTS.MessageType == "http://contoso.example/invoices#Invoice"',
    service_window: {
      start: '06:00',
      stop: '22:00',
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      time_zone: 'Europe/Berlin',
    },
    circuit_breaker: { failures: 5, pause: '30s' },
    maps: ['Order to invoice'],
  },
  ...files,
  {
    kind: 'SendPort',
    name: 'Archive',
    host: 'Default',
    adapter: 'FILE',
    settings: { folder: '/srv/archive' },
    filter: 'BTS.ReceivePortName exists',
  },
  {
    kind: 'SendPort',
    name: `To ${hostile}`,
    host: 'Default',
    adapter: 'HTTP',
    settings: { url: 'http://initech.example/in' },
    party: hostile,
  },
  {
    kind: 'SendPortGroup',
    name: 'Warehouses',
    filter: 'BTS.MessageType == "http://contoso.example/orders#Order"',
    send_ports: files.slice(0, 6).map((one) => one.name),
  },
  {
    kind: 'Agreement',
    name: 'Fabrikam AS2',
    us: { party: 'contoso-prod' },
    partner: { party: 'Fabrikam' },
    sending: {
      as2_from: 'CONTOSO-PROD',
      as2_to: 'FABRIKAM',
      send_ports: ['Invoices to Fabrikam by AS2'],
      receipt: { mode: 'async', delivery_url: 'https://as2.contoso-prod.example/receipts' },
    },
    receiving: { duplicates: 'answer' },
    compatibility: { preset: 'sterling', version: '1.2', chunked: true, transfer_encoding: 'binary' },
  },
  {
    kind: 'Agreement',
    name: 'Northwind AS2',
    enabled: false,
    us: { party: 'contoso-prod' },
    partner: { party: 'Northwind' },
    sending: { as2_from: 'CONTOSO-PROD', as2_to: 'NORTHWIND' },
  },
  {
    kind: 'Schema',
    name: 'Order',
    message_type: 'http://contoso.example/orders#Order',
    namespaces: { o: 'http://contoso.example/orders' },
    promoted: [{ name: 'Order.Total', xpath: '/o:Order/o:Total', type: 'integer' }],
    xsd: '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://contoso.example/orders">\n  <xs:element name="Order"/>\n</xs:schema>\n',
  },
  {
    kind: 'Map',
    name: 'Order to invoice',
    source: 'http://contoso.example/orders#Order',
    target: 'http://contoso.example/invoices#Invoice',
    xslt: '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>\n',
  },
  {
    kind: 'Pipeline',
    name: 'OrdersReceive',
    direction: 'receive',
    stages: {
      decode: [{ component: 'decoder' }],
      disassemble: [{ component: 'xml_disassembler' }],
      resolve_party: [{ component: 'party_resolution' }],
    },
  },
];
