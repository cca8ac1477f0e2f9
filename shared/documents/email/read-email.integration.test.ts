import { expect, test } from 'bun:test'
import { detectMediaType } from '../detect-media-type.ts'
import { readDocumentBytes } from '../read-document-bytes.ts'

const read = async (text: string) => {
  const bytes = new Uint8Array(Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1'))
  return readDocumentBytes(bytes, await detectMediaType(bytes, 'mail'), AbortSignal.timeout(30_000))
}

const HEADERS =
  'Received: from x by y;\n Mon, 1 Jan 2024 10:00:00 +0000\nFrom: =?utf-8?q?Edm=C3=B6nd?= <edmund@example.com>\nTo: Caroline <c@example.com>, w@example.com\n' +
  'Subject: =?utf-8?b?5b2X5pif?= returns\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nMIME-Version: 1.0\n'

test('a message gives its subject, who wrote when to whom, its text, and the names of its attachments', async () => {
  const document = await read(
    `${HEADERS}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nSeen fr=F6m here=\n again.\n` +
      '--a\nContent-Type: text/html\n\n<p>Not said twice</p>\n--a--\n--b\nContent-Type: application/pdf; name="orbit.pdf"\nContent-Disposition: attachment; filename="orbit.pdf"\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n--b--\n',
  )
  expect(document.text).toBe(
    '彗星 returns\n\nFrom: Edmönd <edmund@example.com>\nTo: Caroline <c@example.com>, w@example.com\nDate: 2024-01-01T10:00:00.000Z\n\nSeen fröm here again.\n\nAttachments: orbit.pdf',
  )
  expect(document.headings).toEqual([{ offset: 0, level: 1, title: '彗星 returns' }])
})

test('a message that is HTML alone gives what a reader sees of it', async () => {
  const document = await read(
    `${HEADERS}Content-Type: text/html; charset=utf-8\n\n<html><body><h2>News</h2><p>It &eacute;</p><img src="https://example.com/track.gif"></body></html>`,
  )
  expect(document.text).toEndWith('\n\nNews\n\nIt é')
  expect(document.headings.at(-1)).toEqual({ offset: document.text.indexOf('News'), level: 2, title: 'News' })
})

test('a table of a message keeps its columns', async () => {
  const table = '<table><tr><th>Item</th><th>Price</th></tr><tr><td>Mirror</td><td>120</td></tr></table>'
  const document = await read(`${HEADERS}Content-Type: text/html\n\n<p>Your order:</p>${table}<p>Thanks</p>`)
  expect(document.text).toEndWith('\n\nYour order:\n\n| Item | Price |\n| --- | --- |\n| Mirror | 120 |\n\nThanks')
})

test('an encrypted message says so', async () => {
  await expect(
    read(`${HEADERS}Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIIB\n`),
  ).rejects.toMatchObject({ code: 'DOCUMENT_ENCRYPTED' })
})

test('a message of parts in parts without end is refused', async () => {
  const parts = Array.from({ length: 200 }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`)
  await expect(read(HEADERS + parts.join(''))).rejects.toMatchObject({ code: 'DOCUMENT_BROKEN' })
})
