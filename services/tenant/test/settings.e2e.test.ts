/** People as the settings have it, in a real browser: the administrator of the environment, and an OpenID provider. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { createBrowserSession } from './browser-session.ts'
import { CLIENT_ID, CLIENT_SECRET, startOidcServer } from './oidc-server.ts'
import { PASSWORD } from './people.ts'

const PAGE_MS_MAX = 45_000
let orrery: RunningOrrery
let browser: Browser
let provider: Awaited<ReturnType<typeof startOidcServer>>

beforeAll(async () => {
  provider = await startOidcServer({ sub: 'bob-1', email: 'bob@example.org', email_verified: true, name: 'Bob' })
  const env = {
    ORRERY_ADMIN_EMAIL: 'ada@example.org',
    ORRERY_ADMIN_PASSWORD: PASSWORD,
    ORRERY_OIDC_ISSUER: provider.issuer,
    ORRERY_OIDC_CLIENT_ID: CLIENT_ID,
    ORRERY_OIDC_CLIENT_SECRET: CLIENT_SECRET,
    ORRERY_OIDC_NAME: 'Example ID',
  }
  ;[orrery, browser] = await Promise.all([
    startOrrery({ env }),
    chromium.launch({ executablePath: Bun.which('chromium') ?? '/usr/bin/chromium', args: ['--no-sandbox'] }),
  ])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await orrery?.stop()
  await provider?.[Symbol.asyncDispose]()
}, 120_000)

const openPage = async () => {
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(PAGE_MS_MAX)
  return page
}

test('the administrator of the settings signs in, and nothing is left to set up', async () => {
  const admin = createBrowserSession(orrery)
  const signedIn = await admin.call('POST', '/api/sign-in', { body: { email: 'ada@example.org', password: PASSWORD } })
  expect(signedIn).toMatchObject({ status: 200, body: { administrator: true } })
  expect(existsSync(join(orrery.dataDirectory, 'setup-code'))).toBe(false)
  expect(orrery.output()).not.toContain('/setup')
  expect(orrery.output()).not.toContain(PASSWORD)
})

test('by the provider one comes in with an invitation alone, and later without', async () => {
  const page = await openPage()
  await page.goto(`${orrery.url}/sign-in`)
  await page.getByRole('button', { name: 'Sign in with Example ID' }).click()
  await page.getByRole('alert').filter({ hasText: 'You have no account here yet' }).waitFor()
  expect(page.url()).toBe(`${orrery.url}/sign-in`) // the answer of the provider is in no history

  const root = createBrowserSession(orrery, { authorization: `Bearer ${orrery.rootKey}` })
  const { body } = await root.call('POST', '/api/spaces/default/invitations', { body: { role: 'editor' } })
  await page.goto(`${orrery.url}${body.link}`)
  await page.getByRole('button', { name: 'Sign in with Example ID' }).click()
  await page.locator('#person').filter({ hasText: 'Bob' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()

  const again = await openPage()
  await again.goto(`${orrery.url}/sign-in`)
  await again.getByRole('button', { name: 'Sign in with Example ID' }).click()
  await again.locator('#person').filter({ hasText: 'Bob' }).waitFor()
  const { body: members } = await root.call('GET', '/api/spaces/default/members')
  expect(members.members).toMatchObject([{ role: 'owner' }, { email: 'bob@example.org', role: 'editor' }])
}, 120_000)
