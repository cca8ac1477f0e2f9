import { afterAll, describe, expect, test } from 'bun:test'
import { createOutboundGuard, type OutboundGuard } from '../outbound-guard.ts'
import { INSIDE_TRICKS, UNUSABLE } from './inside-tricks.ts'
import { LOOPBACK_TRICKS } from './loopback-tricks.ts'
import { NAME_TRICKS, type NameTrick } from './name-tricks.ts'

/** What must not be reached: a server on every address of this machine. */
let reached = 0
const answer = () => {
  reached += 1
  return new Response('inside')
}
const canary = Bun.serve({ port: 0, hostname: '::', fetch: answer })
afterAll(() => canary.stop(true))

const PUBLIC = ['93.184.215.14']
const resolver = ({ answers }: Pick<NameTrick, 'answers'>) => {
  let lookups = 0
  return async () => [...(answers[Math.min(lookups++, answers.length - 1)] ?? [])]
}
const strict = (trick?: NameTrick): OutboundGuard =>
  createOutboundGuard({ allow: '', resolveHost: resolver(trick ?? { answers: [PUBLIC] }) })

const refusalOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
    return 'reached'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error) // safe: read as an unknown field
  }
}
const withPort = (url: string) => url.replace('PORT', String(canary.port))

describe('nothing inside is reached by default', () => {
  test.each(LOOPBACK_TRICKS.map(({ trick, url }) => [trick, url]))('this machine: %s', async (_trick, url) => {
    expect(await refusalOf(strict().fetch(withPort(url)))).toBe('OUTBOUND_REFUSED')
    expect(await refusalOf(strict().openSocket(withPort(url).replace(/http/i, 'ws')))).toBe('OUTBOUND_REFUSED')
    expect(reached).toBe(0)
  })

  test.each(INSIDE_TRICKS.map(({ trick, url }) => [trick, url]))('%s', async (_trick, url) => {
    expect(await refusalOf(strict().fetch(url, { signal: AbortSignal.timeout(50) }))).toBe('OUTBOUND_REFUSED')
  })

  test.each(UNUSABLE.map(({ trick, url }) => [trick, url]))('no address to call: %s', async (_trick, url) => {
    expect(await refusalOf(strict().fetch(url, { signal: AbortSignal.timeout(50) }))).toBe('OUTBOUND_URL_INVALID')
  })

  test.each(NAME_TRICKS.map((trick) => [trick.trick, trick] as const))('a name: %s', async (_what, trick) => {
    const url = `http://${trick.host}:${canary.port}/`
    expect(await refusalOf(strict(trick).fetch(url, { signal: AbortSignal.timeout(50) }))).toBe('OUTBOUND_REFUSED')
    expect(reached).toBe(0)
  })

  test('the names of this machine, as its own resolver knows them', async () => {
    const guard = createOutboundGuard({ allow: '' })
    for (const host of ['localhost', 'localhost.', 'LocalHost']) {
      expect(await refusalOf(guard.fetch(`http://${host}:${canary.port}/`))).toBe('OUTBOUND_REFUSED')
    }
    expect(reached).toBe(0)
  })

  test('the corpus is as large as promised, and holds nothing twice', () => {
    const urls = [...LOOPBACK_TRICKS, ...INSIDE_TRICKS, ...UNUSABLE].map(({ url }) => url)
    expect(new Set(urls).size).toBe(urls.length)
    expect(urls.length + NAME_TRICKS.length).toBeGreaterThanOrEqual(120)
  })
})

describe('what an operator allows is reached', () => {
  const loopback = createOutboundGuard({
    allow: '127.0.0.0/8,::1',
    resolveHost: resolver({ answers: [['127.0.0.1']] }),
  })
  const unspecified = /^http:\/\/(\[::(ffff:0\.0\.0\.0)?\]|0)/

  test.each(LOOPBACK_TRICKS.filter(({ url }) => !unspecified.test(url)).map(({ trick, url }) => [trick, url]))(
    'this machine, written as: %s',
    async (_trick, url) => {
      const before = reached
      const response = await loopback.fetch(withPort(url))
      expect(await response.text()).toBe('inside')
      expect(reached).toBe(before + 1)
    },
  )

  test('a private range is let through, in all its spellings, and its neighbours are not', async () => {
    const guard = createOutboundGuard({ allow: '10.1.0.0/16', resolveHost: resolver({ answers: [['10.1.2.3']] }) })
    for (const host of ['10.1.2.3', '10.66051', '[::ffff:10.1.2.3]', '[64:ff9b::a01:203]', 'tool.example']) {
      expect(await refusalOf(guard.check(`http://${host}/`))).toBe('reached')
    }
    for (const host of ['10.2.0.1', '[::ffff:10.2.0.1]', '127.0.0.1', '169.254.169.254']) {
      expect(await refusalOf(guard.check(`http://${host}/`))).toBe('OUTBOUND_REFUSED')
    }
  })

  test('an allowed name is let through, however it is written, and names that only look like it are not', async () => {
    const guard = createOutboundGuard({ allow: 'tool.example', resolveHost: resolver({ answers: [['10.1.2.3']] }) })
    for (const host of ['tool.example', 'TOOL.example.', 'tool。example']) {
      expect(await refusalOf(guard.check(`http://${host}/`))).toBe('reached')
    }
    for (const host of ['tool.example.evil.example', 'xtool.example', 'tool.example..']) {
      expect(await refusalOf(guard.check(`http://${host}/`))).toBe('OUTBOUND_REFUSED')
    }
  })
})

describe('a name that changes its mind', () => {
  const changing: NameTrick = { trick: '', host: 'rebind.example', answers: [PUBLIC, ['127.0.0.1']] }

  test('is asked once: the address that was checked is the one that is called', async () => {
    const checked = await strict(changing).check('http://rebind.example/')
    expect(checked.address).toBe('93.184.215.14')
  })

  test('is asked again for the next call, which is refused', async () => {
    const guard = strict(changing)
    await guard.check('http://rebind.example/')
    expect(await refusalOf(guard.fetch(`http://rebind.example:${canary.port}/`))).toBe('OUTBOUND_REFUSED')
  })

  test('stays at the checked address although it would lead elsewhere now', async () => {
    const answers = [['127.0.0.1'], ['192.0.2.1']]
    const guard = createOutboundGuard({ allow: '127.0.0.1', resolveHost: resolver({ answers }) })
    const response = await guard.fetch(`http://rebind.example:${canary.port}/`)
    expect(await response.text()).toBe('inside')
  })
})
