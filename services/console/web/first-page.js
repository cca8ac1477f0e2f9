import { listTargets } from './answer-targets.js'
import { callApi } from './call-api.js'
import { startConversation } from './conversation.js'
import { forgetKey, readKey, storeKey } from './key-store.js'
import { showSystemState } from './system-state.js'

const byId = (id) => document.getElementById(id)
const page = {
  overall: byId('overall'),
  askedAt: byId('asked-at'),
  reasons: byId('reasons'),
  pools: byId('pools'),
  backends: byId('backends'),
  keyForm: byId('key-form'),
  key: byId('key'),
  forget: byId('forget'),
  person: byId('person'),
  wayIn: byId('way-in'),
  conversation: byId('conversation'),
  target: byId('target'),
  app: byId('app'),
  appChoice: byId('app-choice'),
  clear: byId('clear'),
  messages: byId('messages'),
  chatForm: byId('chat-form'),
  question: byId('question'),
  send: byId('send'),
  stop: byId('stop'),
  failure: byId('failure'),
}

const STARTER_APP = 'starter'
let targets = new Map()
/** Who is signed in, when no key is used. */
let user

const fail = (error) => {
  page.failure.hidden = error === undefined
  page.failure.textContent = error === undefined ? '' : error.message
}
/** The root key and whoever is signed in act for the chosen app; an app's own key is for that app whatever one says. */
const access = () => ({ key: readKey(), appId: readKey().includes(':') ? undefined : page.app.value })

const showTargets = async () => {
  const groups = await listTargets(access())
  targets = new Map(groups.flatMap((group) => group.targets.map((target) => [target.id, target])))
  const chosen = page.target.value
  page.target.replaceChildren(
    ...groups.map(({ label, targets: members }) => {
      const group = document.createElement('optgroup')
      group.label = label
      group.append(...members.map((target) => new Option(target.name, target.id)))
      return group
    }),
  )
  page.target.value = targets.has(chosen) ? chosen : ([...targets.keys()][0] ?? '')
  page.send.disabled = targets.size === 0
}

const open = async (key) => {
  const { apps } = await (await callApi('/api/apps', { key })).json()
  if (key) storeKey(key)
  page.person.hidden = Boolean(key)
  page.person.textContent = key ? '' : user.name
  page.forget.textContent = key ? 'Forget key' : 'Sign out'
  page.app.replaceChildren(...apps.map((app) => new Option(app.name, app.appId)))
  if (apps.some((app) => app.appId === STARTER_APP)) page.app.value = STARTER_APP
  page.appChoice.hidden = key.includes(':') || apps.length < 2
  await showTargets()
  page.keyForm.hidden = true
  page.conversation.hidden = false
  page.forget.hidden = false
  page.question.focus({ preventScroll: true })
}

const conversation = startConversation(page, { access, target: () => targets.get(page.target.value), fail })

page.keyForm.addEventListener('submit', (event) => {
  event.preventDefault()
  fail(undefined)
  const key = page.key.value.trim()
  page.key.value = ''
  open(key).catch(fail)
})
page.app.addEventListener('change', () => {
  conversation.clear()
  showTargets().catch(fail)
})
page.target.addEventListener('change', () => conversation.clear())
page.forget.addEventListener('click', async () => {
  if (readKey()) forgetKey()
  else await callApi('/api/sessions/current', { method: 'DELETE' }).catch(fail)
  page.person.hidden = true
  conversation.clear()
  fail(undefined)
  page.keyForm.hidden = false
  page.conversation.hidden = true
  page.forget.hidden = true
  page.key.focus()
})

showSystemState(page).catch(fail)

/** With the key of this tab, else as whoever is signed in. */
const start = async () => {
  if (readKey()) return open(readKey())
  const options = await (await callApi('/api/sign-in')).json()
  user = options.user
  if (user) return open('')
  page.wayIn.href = options.setup ? '/setup' : '/sign-in'
  page.wayIn.textContent = options.setup ? 'Set up an administrator' : 'Sign in'
}
start().catch(fail)
