import { expect, test } from 'bun:test'
import { findServerLists, readOperationOf } from './read-operations.ts'
import type { ServerChoice } from './read-servers.ts'

const responses = { 200: { description: 'ok' } }
const document = {
  openapi: '3.1.0',
  servers: [
    { url: 'https://{region}.doc.example', variables: { region: { default: 'us', enum: ['us', 'eu'] } } },
    { url: 'https://spare.doc.example/{base}', description: 'Spare', variables: { base: { default: 2 } } },
  ],
  paths: {
    '/plain': { get: { operationId: 'plain', responses } },
    '/own': {
      servers: [{ url: 'https://one.path.example' }, { url: 'https://two.path.example' }],
      get: { operationId: 'ofPath', responses },
      put: { operationId: 'ofOperation', servers: [{ url: 'https://op.example' }, { url: '' }], responses },
      post: { operationId: 'emptyList', servers: [], responses },
      delete: { operationId: 'noAddress', servers: [{ description: 'no url' }], responses },
    },
  },
}
const serverOf = (operationId: string, ...choices: ServerChoice[]) =>
  readOperationOf(document, operationId, choices)?.server
const choose = (place: string, url: string, variables: Record<string, string> = {}): ServerChoice => ({
  place,
  url,
  variables,
})

test('an operation’s servers stand over its path’s, and those over the document’s; an empty list is none', () => {
  expect(findServerLists(document).map(({ place, operationIds }) => [place, operationIds])).toEqual([
    ['document', ['plain']],
    ['path /own', ['ofPath', 'emptyList', 'noAddress']],
    ['operation ofOperation', ['ofOperation']],
  ])
  expect(['plain', 'ofPath', 'ofOperation', 'emptyList'].map((id) => serverOf(id))).toEqual([
    'https://us.doc.example',
    'https://one.path.example',
    'https://op.example',
    'https://one.path.example',
  ])
})

test('a choice counts for its own list alone, with the values that were chosen and the defaults of the others', () => {
  const spare = choose('document', 'https://spare.doc.example/{base}')
  expect([serverOf('plain', spare), serverOf('ofPath', spare)]).toEqual([
    'https://spare.doc.example/2',
    'https://one.path.example',
  ])
  expect(serverOf('plain', choose('document', 'https://{region}.doc.example', { region: 'eu' }))).toBe(
    'https://eu.doc.example',
  )
  expect(serverOf('emptyList', choose('path /own', 'https://two.path.example'))).toBe('https://two.path.example')
})

test.each([
  ['a server that is gone', choose('document', 'https://gone.example')],
  ['a value that is gone', choose('document', 'https://{region}.doc.example', { region: 'asia' })],
  ['a variable that is gone', choose('document', 'https://spare.doc.example/{base}', { constructor: 'x' })],
])('%s does not come back by a choice that was made before', (_, choice) => {
  expect(serverOf('plain', choice)).toBe('https://us.doc.example')
})
