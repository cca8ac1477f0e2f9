import { ServerUnknownError, ServerUnsuitableError } from '../errors.ts'
import { fillAddress, type ServerChoice, type ServerList, type ToolServer } from '../openapi/read-servers.ts'

/**
 * Holds choices against the lists of servers of a version: each is of a list that is there, of a server in it, with values that its variables may have, and
 * comes to an address that can be called. Pure.
 * @throws ServerUnknownError, ServerUnsuitableError
 */
export const checkChoices = (lists: readonly ServerList[], choices: readonly ServerChoice[]): void => {
  const seen = new Set<string>()
  for (const choice of choices) {
    const list = lists.find(({ place }) => place === choice.place)
    const server = list?.servers.find(({ url }) => url === choice.url)
    if (!list || !server) {
      const known = list ? list.servers.map(({ url }) => url) : lists.map(({ place }) => place)
      throw new ServerUnknownError(list ? choice.url : choice.place, known)
    }
    if (seen.has(choice.place)) throw new ServerUnsuitableError(choice.url, `${choice.place} has a choice already`)
    seen.add(choice.place)
    checkValues(server, choice.variables)
    checkAddress(server, choice.variables)
  }
}

const checkValues = ({ url, variables }: ToolServer, values: ServerChoice['variables']): void => {
  for (const [name, value] of Object.entries(values)) {
    const variable = variables.find((one) => one.name === name)
    if (!variable) throw new ServerUnsuitableError(url, `it has no variable ${name}`)
    if (variable.values && !variable.values.includes(value)) {
      throw new ServerUnsuitableError(url, `${name} is one of ${variable.values.join(', ')}`)
    }
  }
  const open = variables.find(({ name, standard }) => standard === undefined && !Object.hasOwn(values, name))
  if (open) throw new ServerUnsuitableError(url, `${open.name} has no default and needs a value`)
}

const checkAddress = (server: ToolServer, values: ServerChoice['variables']): void => {
  const text = fillAddress(server, values)
  const address = /^https?:\/\//i.test(text) ? URL.parse(text) : null
  if (!address) throw new ServerUnsuitableError(server.url, `${text} is no absolute http(s) URL`)
  if (address.username || address.password) throw new ServerUnsuitableError(server.url, 'it carries credentials')
}
