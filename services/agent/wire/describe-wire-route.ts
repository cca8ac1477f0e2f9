/**
 * Options of a route whose body is read by hand: Elysia leaves the body alone, and the OpenAPI document still shows it. Schemas are JSON
 * Schema objects (TypeBox ones are), each with an `examples` entry of its own.
 */
export const describeWireRoute = (
  summary: string,
  schemas: { body?: object; query?: { properties: Record<string, object> }; answer: object },
) => ({
  parse: 'none' as const,
  detail: {
    summary,
    ...(schemas.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemas.body } } } }
      : {}),
    ...(schemas.query ? { parameters: toParameters(schemas.query.properties) } : {}),
    responses: {
      200: { description: 'Success and failure alike', content: { 'application/json': { schema: schemas.answer } } },
    },
  },
})

const toParameters = (properties: Record<string, object>) =>
  Object.entries(properties).map(([name, schema]) => ({ name, in: 'query' as const, required: true, schema }))
