import { goHome, onSubmit, send, showFailure } from './account-form.js'
import { speak } from './language.js'

const form = document.getElementById('form')

speak()
onSubmit(form, async (fields) => {
  await send('/api/setup', fields)
  goHome()
})

send('/api/sign-in', undefined, 'GET')
  .then(({ setup }) => {
    form.hidden = !setup
    document.getElementById('closed').hidden = setup
    if (setup) document.getElementById('code').focus()
  })
  .catch((error) => showFailure(error.message))
