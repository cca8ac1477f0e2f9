import { type Json, listOf, objectOf, textOf } from './json-values.ts'

/** A variable of a server's address (OpenAPI 3.1, section 4.8.6). */
export interface ServerVariable {
  readonly name: string
  /** Taken when nothing is chosen; undefined when the document, against the specification, tells none. */
  readonly standard: string | undefined
  /** The only values that it may have; undefined when any will do. */
  readonly values: readonly string[] | undefined
  readonly description: string
}

/** A server as a document describes it. */
export interface ToolServer {
  /** With its templates: `https://{region}.api.example/v1`. */
  readonly url: string
  /** Of OpenAPI 3.2; empty when there is none. */
  readonly name: string
  readonly description: string
  /** Those that the address names, in its order. */
  readonly variables: readonly ServerVariable[]
}

/** One list of servers; an operation is called at one server of the list that counts for it. */
export interface ServerList {
  /** `document`, `path <path>` or `operation <operationId>`: where the list is written. */
  readonly place: string
  readonly servers: readonly ToolServer[]
}

/** Which server of a list is called, and with what in its address. */
export interface ServerChoice {
  readonly place: string
  /** As the document writes it, with its templates. */
  readonly url: string
  /** Values by name; those that are left out have their defaults. */
  readonly variables: Readonly<Record<string, string>>
}

interface OperationPlace {
  readonly path: string
  readonly item: Json
  readonly operation: Json
}

/**
 * The list that counts for an operation: its own stands over its path's, and that one over the document's (OpenAPI 3.1, sections 4.8.9 and 4.8.10). A list in
 * which no server has an address is none. Pure.
 */
export const serverListOf = (document: Json, { path, item, operation }: OperationPlace): ServerList | undefined => {
  const written: readonly (readonly [place: string, servers: unknown])[] = [
    [`operation ${textOf(operation.operationId)}`, operation.servers],
    [`path ${path}`, item.servers],
    ['document', document.servers],
  ]
  for (const [place, value] of written) {
    const servers = listOf(value).flatMap(readServer)
    if (servers.length > 0) return { place, servers }
  }
  return undefined
}

const readServer = (value: unknown): ToolServer[] => {
  const { url, name, description, variables } = objectOf(value)
  if (typeof url !== 'string' || url === '') return []
  const names = [...new Set([...url.matchAll(TEMPLATE)].map(([, found]) => found ?? ''))]
  return [
    {
      url,
      name: textOf(name),
      description: textOf(description),
      variables: names.map((one) => readVariable(one, objectOf(variables))),
    },
  ]
}

const TEMPLATE = /\{([^{}]+)\}/g

const readVariable = (name: string, variables: Json): ServerVariable => {
  const fields = objectOf(Object.hasOwn(variables, name) ? variables[name] : undefined)
  const values = listOf(fields.enum).map(String)
  return {
    name,
    standard: fields.default === undefined ? undefined : String(fields.default),
    values: values.length > 0 ? values : undefined,
    description: textOf(fields.description),
  }
}

/** The address of a server; a template for which there is neither a value nor a default stays. Pure. */
export const fillAddress = ({ url, variables }: ToolServer, values: ServerChoice['variables'] = {}): string =>
  url.replaceAll(TEMPLATE, (template, name: string) => {
    const variable = variables.find((one) => one.name === name)
    return (Object.hasOwn(values, name) ? values[name] : variable?.standard) ?? template
  })

/** The server that a choice means; undefined when it, or a value that was chosen, is no longer there. Pure. */
export const findChosen = ({ servers }: ServerList, choice: ServerChoice): ToolServer | undefined =>
  servers.find(({ url, variables }) => url === choice.url && isEveryValueThere(variables, choice.variables))

const isEveryValueThere = (variables: readonly ServerVariable[], values: ServerChoice['variables']): boolean =>
  Object.entries(values).every(([name, value]) => {
    const variable = variables.find((one) => one.name === name)
    return variable !== undefined && (variable.values?.includes(value) ?? true)
  })

/** Where an operation of the list is called: at the chosen server if the list has it, else at its first. Pure. */
export const addressOf = (list: ServerList, choices: readonly ServerChoice[]): string | undefined => {
  const choice = choices.find(({ place }) => place === list.place)
  const chosen = choice && findChosen(list, choice)
  if (chosen) return fillAddress(chosen, choice.variables)
  const [first] = list.servers
  return first && fillAddress(first)
}
