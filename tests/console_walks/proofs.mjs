// What proves a walk: messages go in, and openssl, which we did not write, says what came out.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { must, until } from '../console/harness.mjs';

/** Header and body of an entity. */
const halves = (entity) => {
  const at = entity.indexOf('\r\n\r\n');
  return [entity.slice(0, at), entity.slice(at + 4)];
};

export function proofs(world) {
  const { certificates, folder } = world;
  let number = 0;
  const temporary = () => join(folder, `proof-${(number += 1)}`);
  const openssl = (...words) => execFileSync('openssl', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const file = (content) => {
    const path = temporary();
    writeFileSync(path, content);
    return path;
  };
  return {
    openssl,
    file,
    /** What the gateway answers to a message: its number, unless it is to be refused with another status. */
    post: async (path, content, headers = { 'Content-Type': 'text/xml' }, status = 202) => {
      const answer = await fetch(world.gateway + path, { method: 'POST', body: content, headers });
      const said = await answer.text();
      must(answer.status === status, `the gateway answered ${answer.status}: ${said}`);
      return JSON.parse(said).message_id;
    },
    /** The one file that arrives in a folder of a send port and has not been there before. */
    arrival: async (name) => {
      const place = join(folder, 'out', name);
      const before = new Set(world.seen?.[name]);
      let fresh = [];
      await until(
        () => (fresh = readdirSync(place).filter((one) => !before.has(one) && one.endsWith('.dat'))).length > 0,
        `something comes to ${name}`,
        30,
      );
      (world.seen ??= {})[name] = [...before, ...fresh];
      must(fresh.length === 1, `${fresh.length} files came to ${name}`);
      return join(place, fresh[0]);
    },
    /** What the partner's web server got at a path: its log line, and the body as a MIME entity in a file. */
    delivery: async (path) => {
      let line;
      await until(
        () =>
          (line =
            existsSync(world.partner.log) &&
            readFileSync(world.partner.log, 'utf8')
              .trim()
              .split('\n')
              .filter(Boolean)
              .map((one) => JSON.parse(one))
              .findLast((one) => one.path === path && one.body)),
        `a delivery at ${path}`,
        30,
      );
      const at = isAbsolute(line.body) ? line.body : join(world.partner.folder, line.body);
      const encoding = line.encoding ? `Content-Transfer-Encoding: ${line.encoding}\r\n` : '';
      const body = readFileSync(at);
      return {
        ...line,
        body,
        entity: file(
          Buffer.concat([Buffer.from(`MIME-Version: 1.0\r\nContent-Type: ${line.type}\r\n${encoding}\r\n`), body]),
        ),
      };
    },
    /** The content of an entity that openssl has opened: without its MIME header, and without its transfer encoding. */
    content: (entity) => {
      const text = Buffer.from(entity).toString('latin1').replace(/\r\n/g, '\n');
      const at = text.indexOf('\n\n');
      const [head, body] = [text.slice(0, at), text.slice(at + 2)];
      return /transfer-encoding: *base64/i.test(head) ? Buffer.from(body, 'base64').toString() : body;
    },
    decrypted: (path, name) =>
      openssl(
        'cms',
        '-decrypt',
        '-in',
        path,
        '-inkey',
        certificates[name].key,
        '-recip',
        certificates[name].certificate,
      ),
    verified: (path) => openssl('cms', '-verify', '-in', path, '-CAfile', world.root),
    /** What an AS2 message holds that is signed and encrypted: openssl opens it, and verifies the signature over it. */
    opened: (body, name) => {
      const { key, certificate } = certificates[name];
      const words = ['-inform', 'DER', '-binary', '-in', file(body), '-inkey', key, '-recip', certificate];
      const [head, parts] = halves(openssl('cms', '-decrypt', ...words).toString('latin1'));
      const boundary = /boundary="?([^";\r]+)/i.exec(head)[1];
      const [, signed, after] = `\r\n${parts}`.split(`\r\n--${boundary}`).map((one) => one.replace(/^\r\n/, ''));
      const [how, signature] = halves(after);
      const bytes = Buffer.from(signature, /base64/i.test(how) ? 'base64' : 'latin1');
      const content = file(Buffer.from(signed, 'latin1'));
      openssl(
        'cms',
        '-verify',
        '-inform',
        'DER',
        '-binary',
        '-in',
        file(bytes),
        '-content',
        content,
        '-CAfile',
        world.root,
      );
      return halves(signed)[1];
    },
    /** As a partner makes it with `openssl cms`, and sends it: the body, and the MIME header as HTTP headers. */
    sealed: (content, ...words) => {
      const inner = file(`Content-Type: text/xml\r\n\r\n${content}`);
      const entity = openssl('cms', ...words, '-in', inner).toString('latin1');
      const [, head, body] = /^([^]*?)\r?\n\r?\n([^]*)$/.exec(entity);
      const headers = {};
      for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
        const [, name, value] = /^([\w-]+): *(.*)$/.exec(line);
        headers[name] = value;
      }
      return [body, headers];
    },
  };
}
