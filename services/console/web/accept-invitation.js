import { goHome, onSubmit, send, showFailure, takeSecret } from './account-form.js'
import { say, speak } from './language.js'
import { offerOidc } from './oidc.js'
import { forgetInvitation, keepInvitation, keptInvitation } from './pending-invitation.js'

const byId = (id) => document.getElementById(id)
const token = takeSecret() || keptInvitation()
/** What it is for, and who is signed in; known after both were asked for. */
let invitation
let options

const write = (id, text) => {
  byId(id).hidden = text === ''
  byId(id).textContent = text
}

const show = () => {
  if (!invitation) return
  const { space, role, email } = invitation
  const { user, oidc } = options
  write('intro', say('inviteIntro', { space, role: say(`role_${role}`) }))
  write('intended', email ? say('inviteFor', { email }) : '')
  write('join', user ? say('inviteJoinAs', { email: user.email }) : '')
  byId('form').hidden = Boolean(user)
  byId('have').hidden = Boolean(user)
  offerOidc(byId('oidc'), user ? null : oidc, () => token)
}

const join = async (account) => {
  await send('/api/accept-invitation', { token, ...(account ? { account } : {}) })
  forgetInvitation()
  goHome()
}

onSubmit(byId('form'), (fields) => join(fields))
byId('join').addEventListener('click', () => {
  showFailure()
  join().catch((error) => showFailure(error.message))
})
byId('have').addEventListener('click', () => location.assign('/sign-in'))

const start = async () => {
  if (!token) throw new Error(say('inviteMissing'))
  keepInvitation(token) // for a reload, since the address has it no more
  ;[invitation, options] = await Promise.all([
    send('/api/accept-invitation/look', { token }),
    send('/api/sign-in', undefined, 'GET'),
  ])
  if (invitation.email) byId('email').value = invitation.email
  show()
  byId(options.user ? 'join' : 'email').focus()
}

speak(show)
start().catch((error) => {
  forgetInvitation()
  showFailure(error.message)
})
