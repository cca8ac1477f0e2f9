import { callApi } from './call-api.js'
import { readAnswer } from './read-answer.js'

/** The chat: one question at a time, the answer shown as it comes. `access()` gives key and app, `target()` who answers. */
export const startConversation = (page, { access, target, fail }) => {
  let messages = []
  let asking

  /** Shows the answer as it comes and returns its text: what was said before a stop or a failure stays said. */
  const receive = async (shown, signal) => {
    let answer = ''
    try {
      const { path, bodyFor } = target()
      const response = await callApi(path, { ...access(), body: bodyFor(messages), signal })
      for await (const piece of readAnswer(response)) {
        showPiece(page.messages, shown, piece)
        if (piece.kind === 'text') answer += piece.text
      }
      if (shown.childNodes.length === 0) showPiece(page.messages, shown, { kind: 'note', text: 'an empty answer' })
    } catch (error) {
      if (error.name === 'AbortError') showPiece(page.messages, shown, { kind: 'note', text: 'stopped' })
      else fail(error)
    }
    return answer
  }

  const ask = async (question) => {
    messages.push({ role: 'user', content: question })
    addMessage(page.messages, 'user').append(question)
    const shown = addMessage(page.messages, 'assistant')
    shown.setAttribute('aria-busy', 'true')
    asking = new AbortController()
    setBusy(page, true)
    const answer = await receive(shown, asking.signal)
    shown.removeAttribute('aria-busy')
    if (shown.childNodes.length === 0) shown.remove()
    // A question without an answer would break the order that models expect.
    if (answer) messages.push({ role: 'assistant', content: answer })
    else messages.pop()
    setBusy(page, false)
  }

  page.chatForm.addEventListener('submit', (event) => {
    event.preventDefault()
    const question = page.question.value.trim()
    if (!question || page.send.disabled) return
    fail(undefined)
    page.question.value = ''
    ask(question).catch(fail)
  })
  page.question.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    page.chatForm.requestSubmit()
  })
  page.stop.addEventListener('click', () => asking?.abort())

  const clear = () => {
    asking?.abort()
    messages = []
    page.messages.replaceChildren()
  }
  page.clear.addEventListener('click', clear)
  return { clear }
}

const addMessage = (list, role) => {
  const message = document.createElement('article')
  message.className = 'message'
  message.dataset.role = role
  message.setAttribute('aria-label', role === 'user' ? 'You' : 'Answer')
  list.append(message)
  message.scrollIntoView({ block: 'nearest' })
  return message
}

const asides = { tool: (text) => `uses ${text}`, thought: (text) => text, note: (text) => `(${text})` }

const showPiece = (list, message, { kind, text }) => {
  const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 60
  const last = message.lastChild
  if (kind === 'text' && last?.nodeType === Node.TEXT_NODE) last.appendData(text)
  else if (kind === 'text') message.append(text)
  else if (kind === 'thought' && last?.dataset?.kind === 'thought') last.append(text)
  else {
    const aside = document.createElement('span')
    aside.className = 'aside'
    aside.dataset.kind = kind
    aside.textContent = asides[kind](text)
    message.append(aside)
  }
  if (follows) list.scrollTop = list.scrollHeight
}

const setBusy = (page, busy) => {
  page.send.disabled = busy
  page.stop.hidden = !busy
}
