// Kinds of artifacts, and what they are called in addresses.
export const paths = {
  Group: 'groups',
  Host: 'hosts',
  Party: 'parties',
  Schema: 'schemas',
  Map: 'maps',
  Pipeline: 'pipelines',
  ReceivePort: 'receive-ports',
  SendPort: 'send-ports',
  SendPortGroup: 'send-port-groups',
  Agreement: 'agreements',
};
