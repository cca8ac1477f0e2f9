import { TEXTS } from './account-texts.js'

const STORAGE_NAME = 'orrery-language'

/** What the visitor chose, else what their browser prefers. */
export const language = () => {
  const chosen = localStorage.getItem(STORAGE_NAME)
  if (chosen in TEXTS) return chosen
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

/** One text in the language of the visitor; `{name}` stands for a value. */
export const say = (name, values = {}) =>
  (TEXTS[language()][name] ?? name).replaceAll(/\{(\w+)\}/g, (_, value) => values[value] ?? '')

/** Writes the texts of the page: into what has a `data-text`, and the title. Calls `onChange` after each change of language. */
export const speak = (onChange = () => undefined) => {
  const write = () => {
    document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en'
    for (const element of document.querySelectorAll('[data-text]')) element.textContent = say(element.dataset.text)
    document.title = `${say(document.body.dataset.title)} · Orrery`
    onChange()
  }
  const button = document.getElementById('language')
  button.addEventListener('click', () => {
    localStorage.setItem(STORAGE_NAME, language() === 'zh' ? 'en' : 'zh')
    write()
  })
  write()
}
