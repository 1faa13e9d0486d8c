// Pipelines: their stages, the components that may stand in each, and what can be set of a component. The names are
// those of BizTalk's Configure Pipeline.
import { choice, type Field, flag, lines, whole, written } from './field';
import { list, text } from './kinds';

const encoder: Field[] = [
  choice('signature_type', 'Signature type', ['none', 'clear', 'blob']),
  choice('digest', 'Digest', ['sha256', 'sha384', 'sha512', 'sha224', 'sha1', 'md5']),
  flag('enable_encryption', 'Enable encryption'),
  choice('encryption_algorithm', 'Encryption algorithm', [
    'aes256-cbc',
    'aes256-gcm',
    'aes192-cbc',
    'aes192-gcm',
    'aes128-cbc',
    'aes128-gcm',
    '3des',
    'des',
    'rc2-128',
    'rc2-64',
    'rc2-40',
  ]),
  choice('key_transport', 'Key transport', ['rsa', 'rsa-oaep']),
  choice('compression', 'Compression', ['none', 'before-signing', 'after-signing']),
  choice('transfer_encoding', 'Content transfer encoding', ['base64', 'quoted-printable', '7bit', '8bit', 'binary']),
  flag('add_signing_certificate', 'Add signing certificate to message', 'true'),
  flag('send_body_as_attachment', 'Send body part as attachment'),
  written('content_type', 'Content type', "the message's"),
  flag('check_revocation', 'Check revocation list', 'true'),
];
const decoder: Field[] = [
  flag('allow_non_mime', 'Allow non MIME message'),
  whole('body_part_index', 'Body part index', '0', { min: 0 }),
  written('body_part_content_type', 'Body part content type', 'none'),
  flag('check_revocation', 'Check revocation list', 'true'),
  flag('check_extended_key_usage', 'Check extended key usage', 'true', {
    help: "The signer's certificate must be meant for mail",
  }),
  flag('require_signature', 'Refuse what is not signed'),
  flag('require_encryption', 'Refuse what is not encrypted'),
  flag('allow_expired_decryption', 'Open with own certificates that have expired'),
];
const resolution: Field[] = [
  flag('resolve_by_certificate', 'Resolve party by certificate', 'true'),
  flag('resolve_by_sid', 'Resolve party by account', 'true'),
  flag('fall_back', 'Look at the next evidence when a certificate belongs to nobody'),
];
const names = (path: string, label: string, standard: string) =>
  lines(path, label, standard, { help: 'One name in each line' });

export interface Component {
  title: string;
  fields: Field[];
}
export const components: Record<string, Component> = {
  decoder: { title: 'MIME/SMIME decoder', fields: decoder },
  as2_decoder: {
    title: 'AS2 decoder',
    fields: decoder.filter((one) => /check_|allow_expired/.test(one.path.join())),
  },
  xml_disassembler: {
    title: 'XML disassembler',
    fields: [
      names('document_schemas', 'Document schemas', 'every schema'),
      names('envelope_schemas', 'Envelope schemas', 'every schema with an envelope'),
      flag('allow_unrecognized_message', 'Allow unrecognized message'),
      flag('recoverable_interchange', 'Recoverable interchange processing'),
      flag('validate_document', 'Validate document structure'),
      choice('dtd', 'Document type declaration', ['prohibit', 'ignore']),
      whole('maximum_messages', 'Messages of one document, at most', '10000', { min: 1, max: 100000 }),
    ],
  },
  xml_validator: {
    title: 'XML validator',
    fields: [
      names('schemas', 'Document schemas', 'that of the message type'),
      flag('recoverable_interchange', 'Recoverable interchange processing'),
    ],
  },
  party_resolution: { title: 'Party resolution', fields: resolution },
  encoder: { title: 'MIME/SMIME encoder', fields: encoder },
  as2_encoder: {
    title: 'AS2 encoder',
    fields: encoder.filter((one) => one.path[0] === 'check_revocation'),
  },
  xml_assembler: {
    title: 'XML assembler',
    fields: [
      names('document_schemas', 'Document schemas', 'every schema'),
      names('envelope_schemas', 'Envelope schemas', 'none'),
      flag('add_xml_declaration', 'Add XML declaration', 'true'),
      flag('preserve_byte_order_mark', 'Preserve byte order mark', 'true'),
      written('target_charset', 'Target charset', 'as it came'),
      written('processing_instructions', 'Add processing instructions text', 'none'),
      choice('add_processing_instructions', 'Add processing instructions', ['append', 'create', 'ignore']),
      choice('processing_instruction_scope', 'Processing instruction scope', ['document', 'envelope']),
    ],
  },
};

export interface Stage {
  id: string;
  title: string;
  may: string[];
}
export const stages: Record<'receive' | 'send', Stage[]> = {
  receive: [
    { id: 'decode', title: 'Decode', may: ['decoder', 'as2_decoder'] },
    { id: 'disassemble', title: 'Disassemble', may: ['xml_disassembler'] },
    { id: 'validate', title: 'Validate', may: ['xml_validator'] },
    { id: 'resolve_party', title: 'ResolveParty', may: ['party_resolution'] },
  ],
  send: [
    { id: 'pre_assemble', title: 'Pre-Assemble', may: [] },
    { id: 'assemble', title: 'Assemble', may: ['xml_assembler'] },
    { id: 'encode', title: 'Encode', may: ['encoder', 'as2_encoder'] },
  ],
};
/** An artifact, or one of the built-in: what is looked at is `direction` and `stages`. */
export type Staged = Record<string, unknown>;
export const direction = (pipeline: Staged): 'receive' | 'send' =>
  text(pipeline.direction) === 'send' ? 'send' : 'receive';

const made = (of: 'receive' | 'send', components: Record<string, string>) => ({
  direction: of,
  stages: Object.fromEntries(Object.entries(components).map(([stage, component]) => [stage, [{ component }]])),
});
/** Those that exist without a document. */
export const builtIn: Record<string, Staged> = {
  PassThruReceive: made('receive', {}),
  SMIMEReceive: made('receive', { decode: 'decoder', resolve_party: 'party_resolution' }),
  AS2Receive: made('receive', { decode: 'as2_decoder', resolve_party: 'party_resolution' }),
  XMLReceive: made('receive', { disassemble: 'xml_disassembler', resolve_party: 'party_resolution' }),
  PassThruTransmit: made('send', {}),
  SMIMETransmit: made('send', { encode: 'encoder' }),
  AS2Send: made('send', { encode: 'as2_encoder' }),
  XMLTransmit: made('send', { assemble: 'xml_assembler' }),
};

/** The components of a stage, each with the settings that the pipeline gives it. */
export function componentsIn(pipeline: Staged, stage: string): Record<string, unknown>[] {
  return list((pipeline.stages as Record<string, unknown> | undefined)?.[stage]) as Record<string, unknown>[];
}
