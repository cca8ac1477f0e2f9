/** The first page and Swagger in a real browser, against a whole Orrery. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { openVisit } from './test/open-visit.ts'

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

const openPage = () => openVisit(browser, orrery.url)

/** Runs in the page: counts how often text of an answer grew. A stream comes in more than one piece. */
const COUNT_GROWTHS = `
  window.answerGrowths = 0
  new MutationObserver((changes) => (window.answerGrowths += changes.length))
    .observe(document.querySelector('#messages'), { characterData: true, subtree: true })
`

const enterKey = async (page: Page, key: string) => {
  await page.getByLabel('Root key').fill(key)
  await page.getByRole('button', { name: 'Use key' }).click()
}
const ask = async (page: Page, question: string) => {
  await page.getByLabel('Question').fill(question)
  await page.getByRole('button', { name: 'Send' }).click()
}
/** The text of the last answer once it is whole. */
const lastAnswer = async (page: Page) => {
  await page.locator('[data-role=assistant][aria-busy=true]').waitFor({ state: 'detached' })
  return (await page.locator('[data-role=assistant]').last().textContent()) ?? ''
}

test('the first page shows pools and backends, and streams an answer of the rehearsal model', async () => {
  await using visit = await openPage()
  const { page } = visit
  await page.goto(`${orrery.url}/`)
  for (const pool of ['agent', 'workflow', 'knowledge', 'platform']) {
    const row = page.locator('#pools li').filter({ has: page.getByText(pool, { exact: true }) })
    await row.locator('.badge[data-state=good]').waitFor()
  }
  await page.locator('#backends li').filter({ hasText: 'postgres' }).locator('.badge[data-state=good]').waitFor()

  await enterKey(page, orrery.rootKey)
  await page.getByLabel('Who answers').selectOption('rehearsal')
  await page.evaluate(COUNT_GROWTHS)
  await ask(page, 'What are the four promises of Orrery?')
  const answer = await lastAnswer(page)
  expect(answer.length).toBeGreaterThan(20)
  const growths = await page.evaluate('window.answerGrowths')
  expect(growths).toBeGreaterThan(3)

  await page.reload()
  await page.getByLabel('Question').waitFor() // this tab still has the key
  expect(visit.complaints).toEqual([])
  expect(visit.foreign).toEqual([])
}, 120_000)

test('starter flows and the starter agent answer on the same page', async () => {
  await using visit = await openPage()
  const { page } = visit
  await page.goto(`${orrery.url}/`)
  await enterKey(page, orrery.rootKey)
  await page.getByLabel('Who answers').selectOption('flow:101')
  await ask(page, 'Ceres and Pallas')
  expect(await lastAnswer(page)).toContain('Ceres and Pallas')
  await page.getByLabel('Who answers').selectOption('agent:starter')
  await ask(page, 'What is 12 * 34?')
  expect(await lastAnswer(page)).toContain('408')
  expect(visit.complaints).toEqual([])
}, 120_000)

test('a wrong key is refused with what to do, and nothing is kept of it', async () => {
  await using visit = await openPage()
  await visit.page.goto(`${orrery.url}/`)
  await enterKey(visit.page, 'wrong-key-wrong-key')
  const alert = visit.page.getByRole('alert')
  await alert.waitFor()
  expect(await alert.textContent()).toContain('GATEWAY_UNAUTHENTICATED')
  expect(await visit.page.evaluate(() => sessionStorage.length)).toBe(0)
}, 120_000)

test('Swagger lists every service, loads nothing from another host and calls a route with the key', async () => {
  await using visit = await openPage()
  const { page } = visit
  await page.goto(`${orrery.url}/swagger`)
  await page.locator('.opblock-tag').first().waitFor()
  const tags = (await page.locator('.opblock-tag').allTextContents()).join('\n')
  for (const service of ['gateway', 'agent', 'workflow', 'knowledge', 'tenant', 'link']) expect(tags).toContain(service)

  await page.getByRole('button', { name: 'Authorize' }).first().click()
  await page.getByLabel('Value').fill(orrery.rootKey)
  await page.locator('.auth-btn-wrapper button[type=submit]').click()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.locator('.opblock-tag', { hasText: 'tenant: apps' }).last().click()
  await page.locator('.opblock-get', { hasText: 'List apps' }).locator('.opblock-summary-control').click()
  await page.getByRole('button', { name: 'Execute' }).click()
  await page.locator('.live-responses-table').getByText('"starter"').first().waitFor()
  expect(visit.foreign).toEqual([])
  expect(visit.complaints).toEqual([])
}, 120_000)
