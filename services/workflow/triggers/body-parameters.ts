import type { Plan } from '../definition/plan.ts'
import { WebhookBodyInvalidError } from './errors.ts'

/**
 * The parameters that a webhook's body stands for. Whole, under one name: as text where the flow wants a text there, else as JSON. Otherwise its
 * fields by name: those that the flow knows, since senders say more than one asked for. Throws WebhookBodyInvalidError.
 */
export const parametersOfBody = (
  plan: Plan,
  webhook: { bodyParameter: string | null; parameters: Readonly<Record<string, unknown>> },
  body: Uint8Array,
): Record<string, unknown> => {
  const { bodyParameter, parameters } = webhook
  const declared = plan.nodes[plan.start]?.outputs ?? []
  const text = new TextDecoder().decode(body)
  if (bodyParameter !== null) {
    const output = declared.find(({ name }) => name === bodyParameter)
    return { ...parameters, [bodyParameter]: output?.schema.type === 'string' ? text : readJson(text) }
  }
  const fields = text === '' ? {} : readJson(text)
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw new WebhookBodyInvalidError()
  const known = declared.filter(({ name }) => Object.hasOwn(fields, name))
  return {
    ...parameters,
    ...Object.fromEntries(known.map(({ name }) => [name, (fields as Record<string, unknown>)[name]])),
  }
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new WebhookBodyInvalidError()
  }
}
