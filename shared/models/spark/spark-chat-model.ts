import { createCalledModel } from '../calls/create-called-model.ts'
import { endpointUrl } from '../calls/endpoint-url.ts'
import { loadImages } from '../calls/image-data.ts'
import type { ModelOptions } from '../calls/model-options.ts'
import { refusalOf } from '../calls/open-http-answer.ts'
import { HandshakeRefusal, openSocketAnswer } from '../calls/open-socket-answer.ts'
import { toModelError } from '../calls/provider-error.ts'
import type { ChatModel } from '../chat-model.ts'
import { ModelError } from '../model-error.ts'
import { createSparkReader } from './answer-reader.ts'
import { toSparkFrame } from './request-frame.ts'
import { parseSparkCredentials, signSparkUrl } from './sign-url.ts'

/** The WebSocket URL of a version, as `wss://spark-api.xf-yun.com/v4.0/chat`. Throws MODEL_URL_INVALID. */
export const sparkUrl = (text: string): string => endpointUrl(text, (path) => path, ['ws:', 'wss:'])

/**
 * A model behind iFlytek's Spark WebSocket API (https://www.xfyun.cn/doc/spark/Web.html). The vendor's codes stand in the messages of the
 * errors. It never says that an answer was cut at its length.
 * @param options.modelId the vendor's `domain`, as `4.0Ultra` @param options.apiKey `appId:key:secret`
 */
export const createSparkChatModel = (options: ModelOptions): ChatModel => {
  const url = sparkUrl(options.url)
  const { openSocket } = options
  if (!openSocket) throw new ModelError('MODEL_URL_INVALID', 'Models over WebSocket cannot be called from here.')
  const secrets = options.apiKey.split(':').slice(1)

  /** The WebSocket client keeps the reason of a refused handshake to itself, so the same address is asked plainly. */
  const explain = async (signed: string, status: number, signal: AbortSignal): Promise<ModelError> => {
    const response = await options.fetch(signed.replace(/^ws/, 'http'), { signal }).catch(() => undefined)
    signal.throwIfAborted()
    if (response?.status === status) return refusalOf(response, secrets)
    await response?.body?.cancel()
    return toModelError({ status, message: '' }, { secrets })
  }

  return createCalledModel(
    { ...options, secrets },
    {
      saysItsEnd: true,
      async open(request, signal) {
        const credentials = parseSparkCredentials(options.apiKey)
        const images = await loadImages(request.messages, options.fetchImage, signal)
        const frame = toSparkFrame(request, { ...options, appId: credentials.appId, images })
        const signed = signSparkUrl(url, credentials, new Date())
        try {
          const call = { message: JSON.stringify(frame), reader: createSparkReader(), limits: options.limits }
          return await openSocketAnswer(await openSocket(signed, signal), call, signal)
        } catch (error) {
          throw error instanceof HandshakeRefusal ? await explain(signed, error.status, signal) : error
        }
      },
    },
  )
}
