import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { AppDirectory } from '../flows/app-directory.ts'
import { type AcceptedRun, type AcceptRunDependencies, acceptRun } from '../runs/accept-run.ts'
import { type PrepareRunDependencies, prepareRun } from '../runs/prepare-run.ts'
import type { WebhookRow } from '../tables.ts'
import { parametersOfBody } from './body-parameters.ts'
import { WebhookBodyTooLargeError, WebhookNotFoundError, WebhookRateError, WebhookSignatureError } from './errors.ts'
import { requireActiveApp } from './require-active-app.ts'
import type { WebhookRepository } from './webhook-repository.ts'
import { isSignedBy, webhookTokenHash } from './webhook-token.ts'

export const HOOK_BODY_BYTES_MAX = 1_048_576
const DELIVERY_ID_LENGTH_MAX = 255
/** Headers by which senders tell a delivery that they repeat: ours, GitHub's, GitLab's, Standard Webhooks', and the general one. */
const DELIVERY_HEADERS = [
  'x-delivery-id',
  'x-github-delivery',
  'x-gitlab-event-uuid',
  'webhook-id',
  'idempotency-key',
] as const
const SIGNATURE_HEADER = 'x-hub-signature-256'
/** Who runs of webhooks say that asked for them. */
const HOOK_UID = 'webhook'

export interface ReceiveHookDependencies extends AcceptRunDependencies, PrepareRunDependencies {
  webhooks: WebhookRepository
  apps: AppDirectory
  secrets: SecretBox
}

export interface ReceivedHook extends AcceptedRun {
  appId: string
}

/**
 * Starts the run that a delivery asks for; it is on disk when this resolves. The token in the address is the sender's credential, the signature a
 * second one. A delivery that is repeated under its id names the run of the first one.
 */
export const receiveHook = async (
  dependencies: ReceiveHookDependencies,
  token: string,
  request: Request,
): Promise<ReceivedHook> => {
  const webhook = await dependencies.webhooks.countCall(webhookTokenHash(token))
  if (!webhook) throw new WebhookNotFoundError()
  if (webhook.minuteCalls > webhook.callsPerMinuteMax) throw new WebhookRateError(webhook.callsPerMinuteMax)
  const body = await readBody(request)
  checkSignature(dependencies.secrets, webhook, { body, header: request.headers.get(SIGNATURE_HEADER) })
  await requireActiveApp(dependencies.apps, webhook.appId)
  const delivery = DELIVERY_HEADERS.map((name) => request.headers.get(name)).find(Boolean)
  const accepted = await acceptRun(
    dependencies,
    () => prepareHookRun(dependencies, webhook, body),
    delivery
      ? {
          appId: webhook.appId,
          key: `hook:${webhook.id}:${delivery.slice(0, DELIVERY_ID_LENGTH_MAX)}`,
          asked: { body: Buffer.from(body).toString('base64') },
        }
      : undefined,
  )
  return { ...accepted, appId: webhook.appId }
}

const prepareHookRun = (dependencies: ReceiveHookDependencies, webhook: WebhookRow, body: Uint8Array) => {
  const { appId, flowId, version, bodyParameter } = webhook
  const parameters = JSON.parse(webhook.parameters) as Record<string, unknown>
  return prepareRun(dependencies, {
    mode: 'release',
    flowId,
    version,
    appId,
    caller: { role: 'app', appId },
    uid: HOOK_UID,
    chatId: '',
    history: [],
    parameters: (plan) => parametersOfBody(plan, { bodyParameter, parameters }, body),
    mocks: {},
    mockBranches: {},
  })
}

const checkSignature = (
  secrets: SecretBox,
  webhook: WebhookRow,
  given: { body: Uint8Array; header: string | null },
): void => {
  if (webhook.secret === null) return
  if (!isSignedBy(secrets.decrypt(webhook.secret), given.body, given.header)) throw new WebhookSignatureError()
}

/** Reads no further than what is allowed, whatever the sender said of its length. */
const readBody = async (request: Request): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > HOOK_BODY_BYTES_MAX) throw new WebhookBodyTooLargeError(HOOK_BODY_BYTES_MAX)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
