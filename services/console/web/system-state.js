const POLL_MS = 4_000

const GOOD = new Set(['ready', 'up', 'ok', 'live', 'healthy'])
const WAITING = new Set(['starting', 'draining', 'restarting', 'degraded'])
const moodOf = (state) => (GOOD.has(state) ? 'good' : WAITING.has(state) ? 'warn' : 'bad')

/** Shows pools and backends, and asks again every few seconds while someone looks. */
export const showSystemState = (page) => {
  const ask = () =>
    fetch('/health') // whatever its status: an unhealthy system still tells why
      .then((response) => response.json())
      .then((health) => show(page, health))
      .catch(() => {
        setBadge(page.overall, 'bad', 'no answer')
        page.askedAt.textContent = 'The server does not answer. What is shown is old.'
      })
  const askIfSeen = () => (document.hidden ? undefined : ask())
  setInterval(askIfSeen, POLL_MS)
  document.addEventListener('visibilitychange', askIfSeen)
  return ask()
}

const show = (page, health) => {
  setBadge(page.overall, moodOf(health.status), health.status)
  page.askedAt.textContent = `as of ${new Date(health.timestamp).toLocaleTimeString()}`
  page.reasons.replaceChildren(...[...(health.reasons ?? []), ...(health.warnings ?? [])].map(reasonItem))
  page.pools.replaceChildren(...(health.pools ?? []).map(poolItem))
  page.backends.replaceChildren(...(health.backends ?? []).map(backendItem))
}

const reasonItem = (text) => {
  const line = document.createElement('li')
  line.textContent = text
  return line
}

const poolItem = ({ name, services = [], workers = [], condition }) => {
  const ready = workers.filter((worker) => worker.state === 'ready').length
  const lame = condition === 'crash-loop' ? condition : workers.find((worker) => worker.state !== 'ready')?.state
  const state = lame ?? (ready > 0 ? 'ready' : 'stopped')
  const inFlight = workers.reduce((sum, worker) => sum + (worker.inFlight ?? 0), 0)
  const restarts = workers.reduce((sum, worker) => sum + (worker.restarts ?? 0), 0)
  const facts = [services.join(', '), `${ready} of ${workers.length} ready`, `${inFlight} in flight`]
  if (restarts > 0) facts.push(restarts === 1 ? '1 restart' : `${restarts} restarts`)
  return item(name, state, facts.filter(Boolean).join(' · '))
}

const backendItem = ({ name, kind, state, detail }) => item(name, state, [kind, detail].filter(Boolean).join(' · '))

const item = (name, state, facts) => {
  const row = document.createElement('li')
  const head = document.createElement('div')
  head.className = 'name'
  const title = document.createElement('span')
  title.textContent = name
  const badge = document.createElement('span')
  badge.className = 'badge'
  setBadge(badge, moodOf(state), state)
  head.append(title, badge)
  const hint = document.createElement('p')
  hint.className = 'hint'
  hint.textContent = facts
  row.append(head, hint)
  return row
}

const setBadge = (badge, mood, text) => {
  badge.dataset.state = mood
  // Only a change is worth announcing.
  if (badge.textContent !== text) badge.textContent = text
}
