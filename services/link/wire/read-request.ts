import { checkModel, type Model, type ModelFault } from './check-model.ts'
import { checkSchema, type WireSchema } from './check-schema.ts'
import { unprocessable } from './wire-envelope.ts'
import { WireError } from './wire-error.ts'

/** Thrown to answer HTTP 422. */
export class ModelError extends Error {
  readonly faults: readonly ModelFault[]

  constructor(faults: readonly ModelFault[]) {
    super('the body has the wrong types')
    this.faults = faults
  }

  toResponse(): Response {
    return unprocessable(this.faults)
  }
}

/** What a route takes, in the order in which it is looked at: types, then the schema with the number that its failure has. */
export interface WireRequest {
  readonly model: Model
  readonly schema: WireSchema
  readonly linkCode: number
}

/** @throws ModelError, WireError */
export const readBody = async <Body>(request: Request, { model, schema, linkCode }: WireRequest): Promise<Body> => {
  const body = parse(await request.text())
  const faults = checkModel(model, body)
  if (faults.length > 0) throw new ModelError(faults)
  requireSchema(schema, body, linkCode)
  return body as Body
}

/** @throws WireError */
export const requireSchema = (schema: WireSchema, value: unknown, linkCode: number): void => {
  const faults = checkSchema(schema, value)
  if (faults.length > 0) throw new WireError(linkCode, faults.join(';'))
}

const parse = (text: string): unknown => {
  if (text === '') throw new ModelError([{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }])
  try {
    return JSON.parse(text)
  } catch {
    throw new ModelError([{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {} }])
  }
}

/** The values of a query parameter that may be repeated. */
export const readQuery = <Name extends string>(
  request: Request,
  names: { required: readonly Name[]; optional?: readonly Name[] },
): Record<Name, string[]> => {
  const query = new URL(request.url).searchParams
  const missing = names.required.filter((name) => !query.has(name))
  if (missing.length > 0) {
    throw new ModelError(
      missing.map((name) => ({ type: 'missing', loc: ['query', name], msg: 'Field required', input: null })),
    )
  }
  const all = [...names.required, ...(names.optional ?? [])]
  return Object.fromEntries(all.map((name) => [name, query.getAll(name)])) as Record<Name, string[]>
}
