import type { Browser, BrowserContextOptions } from 'playwright-core'

const PAGE_MS_MAX = 45_000

/** A page of a browser without history, with all that it complains about and whom it asks besides `url`. */
export const openVisit = async (browser: Browser, url: string, options: BrowserContextOptions = {}) => {
  const page = await (await browser.newContext(options)).newPage()
  page.setDefaultTimeout(PAGE_MS_MAX)
  const complaints: string[] = []
  const foreign: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => void complaints.push(error.message))
  page.on('request', (request) => {
    const asked = request.url()
    if (!asked.startsWith(`${url}/`) && !asked.startsWith('data:')) foreign.push(asked)
  })
  return { page, complaints, foreign, [Symbol.asyncDispose]: () => page.context().close() }
}
