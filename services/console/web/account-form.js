import { say } from './language.js'

const failure = () => document.getElementById('failure')

/** Shows what went wrong where it is read aloud; nothing when there is nothing. */
export const showFailure = (text) => {
  failure().hidden = !text
  failure().textContent = text ?? ''
}

/** Calls a route of this server with JSON. Throws an Error in the visitor's language where the code has a text, with `code`. */
export const send = async (path, body, method = 'POST') => {
  let response
  try {
    response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  } catch {
    throw new Error(say('noAnswer'))
  }
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  const text = say(answer.code ?? 'noAnswer')
  throw Object.assign(new Error(text === answer.code ? [answer.detail, answer.remedy].join('\n') : text), {
    code: answer.code,
  })
}

/** Lets a form do its work once at a time. `work` gets its fields, trimmed but for passwords. */
export const onSubmit = (form, work) =>
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const button = form.querySelector('button[type=submit]')
    if (button.disabled) return
    button.disabled = true
    showFailure()
    try {
      await work(fieldsOf(form))
    } catch (error) {
      showFailure(error.message)
      form.querySelector('input:not([type=hidden])')?.focus()
    } finally {
      button.disabled = false
    }
  })

const fieldsOf = (form) =>
  Object.fromEntries(
    [...new FormData(form)].map(([name, value]) => [name, name === 'password' ? value : String(value).trim()]),
  )

/** The secret of a link, from the part of the address that is never sent; taken out of it, so that it stays in no history. */
export const takeSecret = () => {
  const secret = location.hash.slice(1)
  if (secret) history.replaceState(null, '', location.pathname)
  return secret
}

export const goHome = () => location.assign('/')
