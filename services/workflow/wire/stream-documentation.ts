/** How the OpenAPI document describes answers that are streams. Data only: the routes themselves answer with plain responses. */

const frame = {
  code: 0,
  message: 'Success',
  id: 'spf00770007@or1a2030c79760203802',
  created: 1767323045,
  workflow_step: { seq: 1, progress: 0.5 },
  choices: [{ delta: { role: 'assistant', content: 'You said: Hello', reasoning_content: '' }, index: 0 }],
}

const asEvent = (data: object) => `data: ${JSON.stringify(data)}\n\n`

const eventStream = (example: string) => ({ 'text/event-stream': { schema: { type: 'string' as const }, example } })

export const CHAT_RESPONSES = {
  200: {
    description: 'Frames as server-sent events, or one frame. A refusal is one frame with a code other than 0.',
    content: {
      ...eventStream(asEvent(frame)),
      'application/json': { schema: { type: 'object' as const }, example: frame },
    },
  },
}

export const BUILD_RESPONSES = {
  200: {
    description: 'An event with the fault, if there is one, and an end event.',
    content: eventStream(asEvent({ end_of_stream: true, sid: frame.id })),
  },
}
