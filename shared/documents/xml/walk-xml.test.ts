import { expect, test } from 'bun:test'
import { attributeOf, prefixedAttributeOf, type WalkXmlOptions, walkXml } from './walk-xml.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

const walk = (pieces: Uint8Array[], options?: WalkXmlOptions) => {
  const seen: string[] = []
  walkXml(
    pieces,
    {
      open: (name, attributes) =>
        seen.push(`<${name}${Object.entries(attributes).map(([key, value]) => ` ${key}=${value}`)}>`),
      close: (name) => seen.push(`</${name}>`),
      text: (text) => seen.push(text),
    },
    options,
  )
  return seen.join('')
}

test('elements, texts and the five entities of XML are told in order, whatever the pieces', () => {
  const xml = bytes(
    '<?xml version="1.0"?><a:r b="1&quot;"><!-- no --><t>x &lt;&amp;&#x5f57; 彗</t><![CDATA[<raw>]]><e/></a:r>',
  )
  const expected = '<r b=1"><t>x <&彗 彗</t><raw><e></e></r>'
  expect(walk([xml])).toBe(expected)
  expect(walk(Array.from(xml, (_, at) => xml.subarray(at, at + 1)))).toBe(expected)
})

test('XML in UTF-16 is read by its mark', () => {
  const text = '\ufeff<a>彗</a>'
  expect(walk([new Uint8Array(Buffer.from(text, 'utf16le'))])).toBe('<a>彗</a>')
  expect(walk([new Uint8Array(Buffer.from(text, 'utf16le').swap16())])).toBe('<a>彗</a>')
})

test('what is in a skipped element is passed over, however it nests', () => {
  expect(walk([bytes('<a><s>1<s>2</s><b/>3</s>4<s/>5</a>')], { skip: new Set(['s']) })).toBe('<a>45</a>')
})

test.each([
  ['an element that is not closed', '<a><b></a>'],
  ['nothing', ''],
  ['an end that is missing', '<a>x'],
  ['an entity of somebody', '<a>&eacute;</a>'],
  ['a document type', '<!DOCTYPE a><a/>'],
  ['text that is no UTF-8', '\xff'],
])('%s is an error', (_what, xml) => {
  expect(() => walk([new Uint8Array(Buffer.from(xml, 'latin1'))])).toThrow()
})

test('a document type declares nothing even where it may be', () => {
  const xml = '<!DOCTYPE a [<!ENTITY x "y">]>'
  expect(walk([bytes(`${xml}<a>z</a>`)], { documentType: 'allowed' })).toBe('<a>z</a>')
  expect(() => walk([bytes(`${xml}<a>&x;</a>`)], { documentType: 'allowed' })).toThrow('entity')
})

test('an attribute is found whatever its prefix, and told from one without', () => {
  const attributes = { 'w:val': '1', id: '2', 'r:id': '3' }
  expect([attributeOf(attributes, 'val'), attributeOf(attributes, 'id'), attributeOf(attributes, 'x')]).toEqual([
    '1',
    '2',
    undefined,
  ])
  expect(prefixedAttributeOf(attributes, 'id')).toBe('3')
})
