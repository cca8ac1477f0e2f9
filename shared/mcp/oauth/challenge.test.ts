import { expect, test } from 'bun:test'
import { readChallenge, scopeToAsk } from './challenge.ts'

const response = (status: number, challenge?: string) =>
  new Response(null, { status, headers: challenge === undefined ? {} : { 'www-authenticate': challenge } })

test('401 asks for a token, 403 with insufficient_scope for more rights, anything else for nothing', () => {
  const metadata = 'https://a.test/.well-known/oauth-protected-resource'
  expect(readChallenge(response(401, `Bearer scope="a b", resource_metadata="${metadata}"`))).toEqual({
    wants: 'token',
    scope: 'a b',
    resourceMetadataUrl: new URL(metadata),
  })
  expect(readChallenge(response(401))).toMatchObject({ wants: 'token', scope: undefined })
  expect(readChallenge(response(403, 'Bearer error="insufficient_scope", scope="c"'))).toMatchObject({
    wants: 'scope',
    scope: 'c',
  })
  expect(readChallenge(response(403))).toBeUndefined()
  expect(readChallenge(response(200))).toBeUndefined()
})

test('more rights are asked for besides those that there are, once each', () => {
  const challenge = { wants: 'scope', scope: 'b c', resourceMetadataUrl: undefined } as const
  expect(scopeToAsk(challenge, 'a b')).toBe('a b c')
  expect(scopeToAsk(challenge, undefined)).toBe('b c')
  expect(scopeToAsk({ ...challenge, wants: 'token' }, 'a b')).toBe('b c')
  expect(scopeToAsk({ ...challenge, scope: undefined }, 'a b')).toBeUndefined()
})
