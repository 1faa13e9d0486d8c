// libas2 as a partner of the tests: node's own HTTP around its composer, parser and dispositions.
//
//   NODE_PATH=NODE_MODULES node libas2_peer.js CONFIGURATION.json
//   in:   send TAB NAME TAB FILE-NAME TAB PATH
//   out:  @ready, @answered TAB NAME TAB status, @receipt TAB NAME TAB verdict, @took TAB NAME TAB verdict
'use strict'
const fs = require('fs')
const http = require('http')
const path = require('path')
const util = require('util')
const readline = require('readline')
const { AS2Composer, AS2Parser, AS2Crypto } = require('libas2')

const configuration = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))
const key = fs.readFileSync(configuration.key)
const certificate = fs.readFileSync(configuration.certificate)
const partner = fs.readFileSync(configuration.partner_certificate)
const ciphers = { '3des': 'des-EDE3-CBC' }
const sent = new Map() // Message-ID -> what its receipt is compared with
const ownUrl = `http://127.0.0.1:${configuration.port}/`

const tell = (...words) => process.stdout.write('@' + words.map((word) => String(word).replace(/[\r\n]+/g, ' ')).join('\t') + '\n')

const agreement = (name) => {
  const terms = configuration.names[name]
  const mdn = terms.mdn === 'none' ? undefined : { async: terms.mdn === 'async', signing: terms.signed_mdn ? 'sha-256' : false }
  const cipher = ciphers[terms.cipher] || terms.cipher.replace('cbc', 'CBC').replace('gcm', 'GCM')
  return {
    host: { name, id: name, url: ownUrl + 'receipts', certificate, privateKey: key, sign: terms.sign && 'sha-256',
      decrypt: terms.cipher !== '', mdn },
    partner: { name: configuration.partner, id: configuration.partner, url: configuration.url, certificate: partner,
      encrypt: cipher || false, verify: terms.sign, mdn }
  }
}

// Header lines and body of a built node, byte by byte; folded lines are joined.
const split = (whole) => {
  const end = whole.indexOf('\r\n\r\n')
  const lines = whole.subarray(0, end).toString('latin1').replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return [lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]), whole.subarray(end + 4)]
}

const post = (url, headers, body, chunked) => new Promise((resolve, reject) => {
  const request = http.request(url, { method: 'POST', agent: false, timeout: 120000 }, (answer) => {
    const pieces = []
    answer.on('data', (piece) => pieces.push(piece))
    answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.rawHeaders, body: Buffer.concat(pieces) }))
  })
  request.on('error', reject)
  headers.forEach(([name, value]) => request.setHeader(name, value))
  if (!chunked) request.setHeader('Content-Length', body.length)
  if (chunked) request.write(body.subarray(0, body.length >> 1))
  request.end(chunked ? body.subarray(body.length >> 1) : body)
})

const pairs = (raw) => Object.fromEntries(raw.flatMap((word, at) => at % 2 ? [] : [[word, raw[at + 1]]]))

const judge = async (headers, body) => {
  const node = await AS2Parser.parse({ headers: pairs(headers), content: body })
  const signed = /^multipart\/signed/i.test(node.contentType)
  const disposition = await node.dispositionIn(signed ? { cert: partner } : undefined)
  const { originalMessageId, disposition: said, receivedContentMic } = disposition.notification
  const one = sent.get(originalMessageId) || { name: '?' }
  const good = said.processed && !said.description && signed === one.signed
  const mic = !one.mic ? 'no MIC of its own' : receivedContentMic && receivedContentMic.mic === one.mic ? 'MIC matched' : 'MIC mismatch'
  tell('receipt', one.name, (good ? 'processed' : 'refused') + ', ' + mic)
}

const send = async (name, fileName, file) => {
  const terms = configuration.names[name]
  const composer = new AS2Composer({
    message: { filename: fileName, content: fs.readFileSync(file), contentType: 'application/octet-stream', contentDisposition: false },
    agreement: agreement(name)
  })
  const message = await composer.compile()
  const [headers, body] = split(await message.build())
  const one = { name, signed: terms.signed_mdn }
  if (terms.sign && !terms.cipher) {
    const verified = await AS2Crypto.verify(await AS2Parser.parse(await message.build()), { cert: certificate }, true)
    one.mic = verified.digest.toString('base64')
  }
  sent.set(message.messageId(), one)
  const answer = await post(configuration.url, headers, body, terms.chunked)
  tell('answered', name, answer.status)
  if (terms.mdn === 'sync') await judge(answer.headers, answer.body)
}

// Its parser changes binary content: what is sealed is handed to it as base64.
const parse = (headers, body) => {
  const fields = Object.fromEntries(Object.entries(pairs(headers)).map(([word, value]) => [word.toLowerCase(), value]))
  if (!/^application\/pkcs7-mime/i.test(fields['content-type'])) return AS2Parser.parse({ headers: fields, content: body })
  const lines = body.toString('base64').replace(/.{76}/g, '$&\r\n')
  return AS2Parser.parse({ headers: { ...fields, 'content-transfer-encoding': 'base64' }, content: lines })
}

const take = async (headers, body, answer) => {
  const name = pairs(headers)[Object.keys(pairs(headers)).find((word) => word.toLowerCase() === 'as2-to')].replace(/"/g, '')
  const terms = configuration.names[name]
  const node = await parse(headers, body)
  const { contentNode, dispositionNode, disposition } = await node.dispositionOut({ agreement: agreement(name) })
  const { processed, description } = disposition.notification.disposition
  if (processed && contentNode) {
    const folder = path.join(configuration.inbox, name)
    const part = path.join(configuration.inbox, `${process.hrtime.bigint()}.part`)
    fs.mkdirSync(folder, { recursive: true })
    fs.writeFileSync(part, contentNode.content)
    fs.renameSync(part, path.join(folder, contentNode.filename || `${process.hrtime.bigint()}`))
  }
  if (!processed) console.error(description.text)
  tell('took', name, processed ? 'processed' : JSON.stringify(description))
  const [lines, content] = split(await dispositionNode.build())
  if (terms.mdn === 'sync') lines.forEach(([word, value]) => answer.setHeader(word, value))
  answer.end(terms.mdn === 'sync' ? content : undefined)
  const to = Object.entries(pairs(headers)).find(([word]) => word.toLowerCase() === 'receipt-delivery-option')
  if (terms.mdn === 'async') await post(to[1], lines, content, false)
}

const server = http.createServer((request, answer) => {
  const pieces = []
  request.on('data', (piece) => pieces.push(piece))
  request.on('end', () => {
    const body = Buffer.concat(pieces)
    const done = request.url === '/receipts'
      ? judge(request.rawHeaders, body).then(() => answer.end())
      : take(request.rawHeaders, body, answer)
    done.catch((error) => {
      console.error(error)
      tell('took', '?', util.inspect(error))
      answer.statusCode = 500
      answer.end()
    })
  })
})

server.listen(configuration.port, '127.0.0.1', () => {
  tell('ready')
  const lines = readline.createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    const [, name, fileName, file] = line.split('\t')
    send(name, fileName, file).catch((error) => tell('receipt', name, `failed: ${util.inspect(error)}`))
  })
  lines.on('close', () => process.exit(0))
})
