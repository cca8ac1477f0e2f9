/** Code of every request that does not match what a wire route expects. */
export const INVALID_REQUEST_CODE = 40002

/** The answer to an invalid request, on every wire route: HTTP 200 with a chunk without choices; `created` in seconds here, and only here. */
export const invalidAnswer = (message: string, sid: string): Response =>
  Response.json({
    id: sid,
    choices: [],
    created: Math.floor(Date.now() / 1000),
    model: '',
    object: 'chat.completion.chunk',
    service_tier: null,
    system_fingerprint: null,
    usage: null,
    code: INVALID_REQUEST_CODE,
    message,
    logs: [],
    knowledge_metadata: [],
  })
