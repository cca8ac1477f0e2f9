/** The pages where one gets in, in a real browser, against a whole Orrery. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { openVisit } from './test/open-visit.ts'

const PASSWORD = 'orbits of seven worlds'
let orrery: RunningOrrery
let browser: Browser

beforeAll(async () => {
  ;[orrery, browser] = await Promise.all([
    startOrrery(),
    chromium.launch({ executablePath: Bun.which('chromium') ?? '/usr/bin/chromium', args: ['--no-sandbox'] }),
  ])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await orrery?.stop()
}, 120_000)

const visit = (options = {}) => openVisit(browser, orrery.url, options)
const asRoot = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${orrery.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${orrery.rootKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (await response.json()) as Record<string, string>
}
const signIn = async (page: Page, email: string, password = PASSWORD) => {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
const signedInAs = (page: Page, name: string) => page.locator('#person').filter({ hasText: name }).waitFor()

test('the first administrator is made by keyboard alone, and the first page then needs no key', async () => {
  await using made = await visit()
  const { page } = made
  await page.goto(`${orrery.url}/`)
  await page.getByRole('link', { name: 'Set up an administrator' }).click()
  const code = readFileSync(join(orrery.dataDirectory, 'setup-code'), 'utf8').trim()
  await page.locator('#code:focus').waitFor()
  for (const value of ['AAAAA-AAAAA-AAAAA-AAAAA', 'ada@example.org', 'Ada', PASSWORD]) {
    await page.keyboard.type(value)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'The setup code is not right.' }).waitFor()
  await page.locator('#code:focus').fill(code)
  await page.keyboard.press('Enter')

  await signedInAs(page, 'Ada')
  await page.getByLabel('Who answers').selectOption('rehearsal')
  await page.getByLabel('Question').fill('What are the four promises of Orrery?')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.locator('[data-role=assistant]').filter({ hasText: /.{20}/ }).waitFor()
  expect(await page.evaluate('document.cookie')).toBe('') // out of reach of scripts
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  expect(made.complaints.filter((text) => !text.includes('403'))).toEqual([])
  expect(made.foreign).toEqual([])

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Root key').waitFor()
  await page.goto(`${orrery.url}/setup`)
  await page.getByText('has an administrator already').waitFor()
  expect(await page.getByLabel('Setup code').isVisible()).toBe(false)
}, 120_000)

test('one signs in, in English and in Chinese, and is told in words when the password is wrong', async () => {
  await using shown = await visit({ locale: 'zh-CN' })
  const { page } = shown
  await page.goto(`${orrery.url}/sign-in`)
  await page.getByRole('heading', { name: '登录' }).waitFor()
  expect(await page.title()).toBe('登录 · Orrery')
  await page.getByLabel('电子邮箱').fill('ada@example.org')
  await page.getByLabel('密码', { exact: true }).fill('not the right one')
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('alert').filter({ hasText: '邮箱或密码不正确。' }).waitFor()

  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await page.evaluate('document.documentElement.lang')).toBe('en')
  await signIn(page, 'ada@example.org')
  await signedInAs(page, 'Ada')
  await page.goto(`${orrery.url}/sign-in`)
  await page.getByText('You are signed in as ada@example.org.').waitFor()
  expect(shown.complaints.filter((text) => !text.includes('401'))).toEqual([])
  expect(shown.foreign).toEqual([])
}, 120_000)

test('an invited person makes an account by the link, once, and works with the apps of the space', async () => {
  const { link } = await asRoot('POST', '/api/spaces/default/invitations', { role: 'editor', email: 'bob@example.org' })
  await using shown = await visit()
  const { page } = shown
  await page.goto(`${orrery.url}${link}`)
  await page.getByText('You are invited to the space “Default” as editor.').waitFor()
  expect(page.url()).toBe(`${orrery.url}/accept-invitation`) // the secret is in no history
  await page.reload()
  await page.getByLabel('Name').fill('Bob')
  expect(await page.getByLabel('E-mail address').inputValue()).toBe('bob@example.org')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make an account and join' }).click()
  await signedInAs(page, 'Bob')
  await page.getByLabel('Who answers').selectOption('flow:101')
  await page.getByLabel('Question').fill('Ceres and Pallas')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.locator('[data-role=assistant]').filter({ hasText: 'Ceres and Pallas' }).waitFor()
  expect(shown.complaints).toEqual([])

  await using again = await visit()
  await again.page.goto(`${orrery.url}${link}`)
  await again.page.getByRole('alert').filter({ hasText: 'This link was used' }).waitFor()
}, 120_000)

test('somebody who has an account accepts an invitation with it', async () => {
  const space = await asRoot('POST', '/api/spaces', { name: 'Second' })
  const { link } = await asRoot('POST', `/api/spaces/${space.id}/invitations`, { role: 'viewer' })
  await using shown = await visit()
  const { page } = shown
  await page.goto(`${orrery.url}${link}`)
  await page.getByRole('button', { name: 'I have an account' }).click()
  await signIn(page, 'bob@example.org')
  await page.getByRole('button', { name: 'Join as bob@example.org' }).click()
  await signedInAs(page, 'Bob')
  const { members } = (await asRoot('GET', `/api/spaces/${space.id}/members`)) as unknown as { members: object[] }
  expect(members).toMatchObject([{ email: 'bob@example.org', role: 'viewer' }])
}, 120_000)

test("an administrator's link sets a new password, and the old one is worth nothing", async () => {
  const { users } = (await asRoot('GET', '/api/users')) as unknown as { users: { id: string; email: string }[] }
  const bob = users.find(({ email }) => email === 'bob@example.org')
  const { link } = await asRoot('POST', `/api/users/${bob?.id}/reset-link`)
  await using shown = await visit()
  const { page } = shown
  await page.goto(`${orrery.url}${link}`)
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
  await page.getByLabel('New password', { exact: true }).fill('another seven worlds')
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await signedInAs(page, 'Bob')
  await using other = await visit()
  await other.page.goto(`${orrery.url}/sign-in`)
  await signIn(other.page, 'bob@example.org')
  await other.page.getByRole('alert').filter({ hasText: 'not right' }).waitFor()
}, 120_000)
