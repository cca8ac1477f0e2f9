/** The peer: an Elysia that reads the same request and answers the same bytes, with no engine and no disk. Arguments: port, file of the answers. */
import { Elysia, t } from 'elysia'

const [, , port = '0', answersFile = ''] = process.argv
const { frames, whole } = (await Bun.file(answersFile).json()) as { frames: string[]; whole: string }

const stream = async function* () {
  for (const frame of frames) yield frame
}

new Elysia()
  .post(
    '/workflow/v1/chat/completions',
    ({ body }) =>
      body.stream
        ? new Response(stream(), { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
        : new Response(whole, { headers: { 'content-type': 'application/json' } }),
    {
      body: t.Object({
        flow_id: t.String(),
        uid: t.String(),
        stream: t.Boolean(),
        parameters: t.Record(t.String(), t.Unknown()),
      }),
    },
  )
  .listen({ hostname: '127.0.0.1', port: Number(port) })
