import { goHome, onSubmit, send, showFailure, takeSecret } from './account-form.js'
import { say, speak } from './language.js'
import { offerOidc, takeOidcAnswer } from './oidc.js'
import { forgetInvitation, keptInvitation } from './pending-invitation.js'

const byId = (id) => document.getElementById(id)
const reset = /^reset=(.+)$/.exec(takeSecret())?.[1] ?? ''
const oidcAnswer = takeOidcAnswer()
let options = { setup: false, oidc: null, user: null }

/** Back to an invitation that waits for it, else to the first page. */
const goOn = () => (keptInvitation() ? location.assign('/accept-invitation') : goHome())

const show = () => {
  const { user, oidc } = options
  byId('reset-form').hidden = !reset
  byId('signed-in').hidden = Boolean(reset) || !user
  byId('form').hidden = Boolean(reset) || Boolean(user)
  byId('who').textContent = user ? say('signedInAs', { email: user.email }) : ''
  byId('title').dataset.text = reset ? 'resetTitle' : 'signInTitle'
  byId('title').textContent = say(byId('title').dataset.text)
  offerOidc(byId('oidc'), reset || user ? null : oidc, keptInvitation)
}

onSubmit(byId('form'), async (fields) => {
  await send('/api/sign-in', fields)
  goOn()
})
onSubmit(byId('reset-form'), async ({ password }) => {
  await send('/api/reset-password', { token: reset, password })
  goHome()
})
byId('sign-out').addEventListener('click', async () => {
  await send('/api/sessions/current', undefined, 'DELETE').catch((error) => showFailure(error.message))
  options = { ...options, user: null }
  show()
  byId('email').focus()
})

const start = async () => {
  options = await send('/api/sign-in', undefined, 'GET')
  if (options.setup && !reset) return location.assign('/setup')
  if (oidcAnswer) {
    try {
      await send('/api/sign-in/oidc/callback', { query: oidcAnswer })
      forgetInvitation() // it was accepted with it
      return goHome()
    } catch (error) {
      if (error.code === 'TENANT_LINK_UNUSABLE') forgetInvitation() // the next try does without
      showFailure(error.message)
    }
  }
  speak(show)
  byId(reset ? 'new-password' : 'email').focus()
}

start().catch((error) => {
  speak()
  showFailure(error.message)
})
