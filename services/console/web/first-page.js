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

const fail = (error) => {
  page.failure.hidden = error === undefined
  page.failure.textContent = error === undefined ? '' : error.message
}
/** The root key acts for the chosen app; an app's own key is for that app whatever one says. */
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
  storeKey(key)
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
page.forget.addEventListener('click', () => {
  forgetKey()
  conversation.clear()
  fail(undefined)
  page.keyForm.hidden = false
  page.conversation.hidden = true
  page.forget.hidden = true
  page.key.focus()
})

showSystemState(page).catch(fail)
if (readKey()) open(readKey()).catch(fail)
