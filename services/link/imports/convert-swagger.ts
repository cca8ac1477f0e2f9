import { followReference } from '../openapi/follow-reference.ts'
import { isJson, type Json, listOf, objectOf, textOf } from '../openapi/json-values.ts'
import { METHODS } from '../openapi/operation.ts'

/** True for a document of Swagger 2.0, the form before OpenAPI 3. */
export const isSwagger = (document: Json): boolean => document.swagger === '2.0'

/**
 * A Swagger 2.0 document said in OpenAPI 3.0: host, base path and schemes become servers, definitions become components, parameters in bodies and forms
 * request bodies, collection formats styles. What has no counterpart here (`x-` fields, answers' headers) stays or goes without a word. Pure.
 * @param baseUrl where the document came from, for what it leaves open about its server
 */
export const convertSwagger = (document: Json, baseUrl: string | undefined): Json => {
  const {
    swagger: _,
    host,
    basePath,
    schemes,
    definitions,
    parameters,
    responses,
    securityDefinitions,
    consumes,
    produces,
    ...rest
  } = document
  const types: MediaTypes = { consumes: textsOf(consumes), produces: textsOf(produces) }
  const whole = { ...document, paths: objectOf(document.paths) }
  return moveReferences({
    ...rest,
    openapi: '3.0.3',
    servers: serversOf({ host, basePath, schemes }, baseUrl),
    paths: mapValues(document.paths, (item) => convertPath(whole, objectOf(item), types)),
    components: {
      schemas: definitions ?? {},
      // Those of bodies and forms are taken where they are used: OpenAPI 3 has no such parameters.
      parameters: mapValues(parameters, (value) =>
        isOfBody(objectOf(value)) ? {} : convertParameter(objectOf(value)),
      ),
      responses: mapValues(responses, (value) => convertAnswer(objectOf(value), types.produces)),
      securitySchemes: mapValues(securityDefinitions, (value) => convertScheme(objectOf(value))),
    },
  })
}

interface MediaTypes {
  readonly consumes: readonly string[]
  readonly produces: readonly string[]
}

const JSON_TYPE = 'application/json'

const textsOf = (value: unknown): string[] => listOf(value).filter((text) => typeof text === 'string')

const mapValues = (value: unknown, change: (value: unknown) => Json): Record<string, Json> =>
  Object.fromEntries(Object.entries(objectOf(value)).map(([name, part]) => [name, change(part)]))

const serversOf = (
  { host, basePath, schemes }: { host: unknown; basePath: unknown; schemes: unknown },
  baseUrl: string | undefined,
): Json[] => {
  const base = URL.parse(baseUrl ?? '')
  const name = textOf(host) || base?.host
  if (!name) return []
  const [standard] = base ? [base.protocol.slice(0, -1)] : ['https']
  const spoken = textsOf(schemes).filter((scheme) => /^https?$/.test(scheme))
  const best = spoken.includes('https') ? 'https' : (spoken[0] ?? standard)
  return [{ url: `${best}://${name}${textOf(basePath).replace(/\/$/, '')}` }]
}

const convertPath = (document: Json, item: Json, types: MediaTypes): Json => {
  const { parameters, ...fields } = item
  const shared = listOf(parameters)
  const converted: Record<string, unknown> = { ...fields }
  for (const method of METHODS) {
    if (isJson(fields[method])) converted[method] = convertOperation(document, fields[method], { shared, types })
  }
  return converted
}

const convertOperation = (
  document: Json,
  operation: Json,
  { shared, types }: { shared: readonly unknown[]; types: MediaTypes },
): Json => {
  const { parameters, consumes, produces, schemes: _, responses, ...fields } = operation
  // The operation's own stand over those of its path.
  const all = new Map<string, { written: unknown; read: Json }>()
  for (const written of [...shared, ...listOf(parameters)]) {
    const read = objectOf(followReference(document, written))
    all.set(`${read.in} ${read.name}`, { written, read })
  }
  const given = [...all.values()]
  const body = bodyOf(
    given.map(({ read }) => read).filter(isOfBody),
    consumes === undefined ? types.consumes : textsOf(consumes),
  )
  return {
    ...fields,
    parameters: given
      .filter(({ read }) => !isOfBody(read))
      .map(({ written, read }) => ('$ref' in objectOf(written) ? written : convertParameter(read))),
    ...(body ? { requestBody: body } : {}),
    responses: mapValues(responses, (value) =>
      convertAnswer(objectOf(value), produces === undefined ? types.produces : textsOf(produces)),
    ),
  }
}

const isOfBody = (parameter: Json): boolean => parameter.in === 'body' || parameter.in === 'formData'

/** Where a parameter's type is told beside it in 2.0, and in a schema in 3.0. */
const ABOUT_PARAMETER = new Set([
  'name',
  'in',
  'description',
  'required',
  'allowEmptyValue',
  'collectionFormat',
  '$ref',
])

const schemaOf = (parameter: Json): Json => {
  const schema = Object.fromEntries(Object.entries(parameter).filter(([key]) => !ABOUT_PARAMETER.has(key)))
  return schema.type === 'file' ? { type: 'string', format: 'binary' } : schema
}

/** `csv` is the standard of 2.0; `tsv` has no counterpart, and is taken for it. */
const LAYOUTS: Readonly<Record<string, Json>> = {
  multi: { style: 'form', explode: true },
  ssv: { style: 'spaceDelimited', explode: false },
  pipes: { style: 'pipeDelimited', explode: false },
}

const layoutOf = ({ type, collectionFormat }: Json): Json =>
  type === 'array' ? (LAYOUTS[textOf(collectionFormat)] ?? { style: 'form', explode: false }) : {}

const convertParameter = (parameter: Json): Json => {
  if ('$ref' in parameter) return parameter
  const { name, in: place, description, required } = parameter
  const layout = place === 'query' ? layoutOf(parameter) : {}
  return {
    name,
    in: place,
    ...(description === undefined ? {} : { description }),
    required: required === true,
    ...layout,
    schema: schemaOf(parameter),
  }
}

const bodyOf = (parameters: readonly Json[], consumes: readonly string[]): Json | undefined => {
  const [first] = parameters
  if (!first) return undefined
  if (first.in === 'body') {
    const types = consumes.length > 0 ? consumes : [JSON_TYPE]
    const content = Object.fromEntries(types.map((type) => [type, { schema: first.schema ?? {} }]))
    return { description: textOf(first.description), required: first.required === true, content }
  }
  const isFile = parameters.some(({ type }) => type === 'file')
  const type =
    isFile || consumes.includes('multipart/form-data') ? 'multipart/form-data' : 'application/x-www-form-urlencoded'
  const required = parameters.filter((parameter) => parameter.required === true).map(({ name }) => name)
  const lists = parameters.filter((parameter) => parameter.type === 'array')
  const schema = {
    type: 'object',
    properties: Object.fromEntries(parameters.map((parameter) => [textOf(parameter.name), schemaOf(parameter)])),
    ...(required.length > 0 ? { required } : {}),
  }
  const encoding = Object.fromEntries(lists.map((parameter) => [textOf(parameter.name), layoutOf(parameter)]))
  return { required: required.length > 0, content: { [type]: { schema, ...(isFile ? {} : { encoding }) } } }
}

const convertAnswer = (answer: Json, produces: readonly string[]): Json => {
  if ('$ref' in answer || answer.schema === undefined) return answer
  const { schema, examples: _, ...fields } = answer
  const types = produces.length > 0 ? produces : [JSON_TYPE]
  return { ...fields, content: Object.fromEntries(types.map((type) => [type, { schema }])) }
}

const FLOWS: Readonly<Record<string, string>> = { accessCode: 'authorizationCode', application: 'clientCredentials' }

const convertScheme = (scheme: Json): Json => {
  if (scheme.type === 'basic') return { type: 'http', scheme: 'basic' }
  if (scheme.type !== 'oauth2') return scheme
  const { flow, authorizationUrl, tokenUrl, scopes = {} } = scheme
  return { type: 'oauth2', flows: { [FLOWS[textOf(flow)] ?? textOf(flow)]: { authorizationUrl, tokenUrl, scopes } } }
}

const PLACES: readonly (readonly [before: string, after: string])[] = [
  ['#/definitions/', '#/components/schemas/'],
  ['#/parameters/', '#/components/parameters/'],
  ['#/responses/', '#/components/responses/'],
]

const moveReferences = <Value>(value: Value): Value => {
  if (Array.isArray(value)) return value.map(moveReferences) as Value
  if (!isJson(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      if (key !== '$ref' || typeof part !== 'string') return [key, moveReferences(part)]
      const [before = '', after = ''] = PLACES.find(([start]) => part.startsWith(start)) ?? []
      return [key, before === '' ? part : after + part.slice(before.length)]
    }),
  ) as Value
}
