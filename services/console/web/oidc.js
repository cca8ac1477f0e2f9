import { send, showFailure } from './account-form.js'
import { say } from './language.js'

/** Shows the way over the identity provider, when there is one. `invitation()` gives a token that is to be accepted with it. */
export const offerOidc = (button, provider, invitation = () => '') => {
  button.hidden = !provider
  if (!provider) return
  button.textContent = say('signInWith', { name: provider.name })
  if (button.dataset.ready) return
  button.dataset.ready = 'yes'
  button.addEventListener('click', async () => {
    showFailure()
    const token = invitation()
    try {
      const { url } = await send('/api/sign-in/oidc', token ? { invitation: token } : {})
      location.assign(url)
    } catch (error) {
      showFailure(error.message)
    }
  })
}

/** True when the identity provider sent the visitor back: with an answer in the address, which is taken out of it. */
export const takeOidcAnswer = () => {
  const query = new URLSearchParams(location.search)
  if (!query.has('state')) return ''
  history.replaceState(null, '', location.pathname)
  return query.toString()
}
