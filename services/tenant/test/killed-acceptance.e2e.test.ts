/** Tenant workers and gateways die while people accept invitations and sign in: nobody is half there, and a link works once. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createBrowserSession } from './browser-session.ts'
import { PASSWORD } from './people.ts'

const ROUNDS = Number(process.env.KILL_ROUNDS ?? 10)
/** Hashing a password, storing it and answering takes less. */
const KILL_MS_MAX = 250

let orrery: RunningOrrery
beforeAll(async () => {
  orrery = await startOrrery()
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const root = () => createBrowserSession(orrery, { authorization: `Bearer ${orrery.rootKey}` })

/** Asks until something that lives gives a final answer. */
const insist = async (work: () => Promise<{ status: number; body: Record<string, unknown> }>) => {
  let last: Awaited<ReturnType<typeof work>> | undefined
  await waitFor(
    async () => {
      last = await work().catch(() => undefined)
      return last !== undefined && last.status < 500
    },
    { what: 'a final answer', timeoutMs: 45_000 },
  )
  return last ?? { status: 0, body: {} }
}

const killOne = async (who: 'worker' | 'gateway') => {
  const { gateways, pools } = await orrery.status()
  const pid =
    who === 'gateway' ? gateways[0]?.pid : pools.find(({ services }) => services.includes('tenant'))?.workers[0]?.pid
  return () => process.kill(pid ?? 0, 'SIGKILL')
}

const everybody = async () => {
  const users = (await insist(() => root().call('GET', '/api/users?limit=200'))).body.users
  const members = (await insist(() => root().call('GET', '/api/spaces/default/members?limit=200'))).body.members
  return { users: users as { email: string }[], members: members as { email: string }[] }
}

test(`${ROUNDS} kills while two people accept one invitation and a third signs in`, async () => {
  const invite = () =>
    insist(() => root().call('POST', '/api/spaces/default/invitations', { body: { role: 'viewer' } }))
  const tokenOf = (body: Record<string, unknown>) => String(body.link).split('#')[1]
  const first = { email: 'first@example.org', name: 'First', password: PASSWORD }
  const firstToken = tokenOf((await invite()).body)
  const joined = await root().call('POST', '/api/accept-invitation', { body: { token: firstToken, account: first } })
  expect(joined.status).toBe(200)

  let lost = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const token = tokenOf((await invite()).body)
    const kill = await killOne(round % 2 === 0 ? 'worker' : 'gateway')
    const people = [0, 1].map((at) => ({ email: `p${round}-${at}@example.org`, name: 'P', password: PASSWORD }))
    const accept = (account: (typeof people)[number]) =>
      createBrowserSession(orrery)
        .call('POST', '/api/accept-invitation', { body: { token, account } })
        .catch(() => undefined)
    const signIn = () => createBrowserSession(orrery).call('POST', '/api/sign-in', { body: first })
    const answers = [...people.map(accept), signIn().catch(() => undefined)]
    await Bun.sleep(Math.random() * KILL_MS_MAX)
    kill()
    const answered = await Promise.all(answers)
    lost += answered.filter((answer) => (answer?.status ?? 500) >= 500).length

    // Whoever got no answer asks again; by then the link is used up, by one of the two.
    for (const account of people)
      await insist(() =>
        createBrowserSession(orrery).call('POST', '/api/accept-invitation', { body: { token, account } }),
      )
    const inside = await Promise.all(
      people.map(({ email }) =>
        insist(() =>
          createBrowserSession(orrery).call('POST', '/api/sign-in', { body: { email, password: PASSWORD } }),
        ),
      ),
    )
    expect(inside.map(({ status }) => status).sort()).toEqual([200, 401])
    expect(answered.slice(0, 2).filter((answer) => answer?.status === 200).length).toBeLessThanOrEqual(1)
    expect((await insist(signIn)).status).toBe(200)
    expect((await insist(() => root().call('POST', '/api/accept-invitation/look', { body: { token } }))).status).toBe(
      404,
    )
  }
  const { users, members } = await everybody()
  expect(users).toHaveLength(ROUNDS + 1)
  expect(members.map(({ email }) => email).sort()).toEqual(users.map(({ email }) => email).sort())
  expect(lost).toBeGreaterThan(0) // otherwise nothing was killed in the middle of anything
}, 300_000)
