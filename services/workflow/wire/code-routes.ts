import { Elysia, t } from 'elysia'
import type { Logger } from '#shared/logging/logger.ts'
import type { Sandbox } from '#shared/sandbox/sandbox.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import { codeLanguageSchema } from '../nodes/code/code-language.ts'
import { runCode } from '../nodes/code/run-code.ts'
import { failure, success, WireEnvelope } from './envelope-schemas.ts'
import { wireErrorPlugin } from './wire-error-plugin.ts'
import { WireFaultError } from './wire-fault.ts'

/** Unknown fields are ignored, as the original does. */
const open = { additionalProperties: true } as const

const CodeRun = t.Object(
  {
    code: t.String({ minLength: 1 }),
    variables: t.Array(t.Object({ name: t.String({ minLength: 1 }), content: t.Unknown() }, open)),
    app_id: t.String(),
    uid: t.String({ minLength: 1 }),
    flow_id: t.String({ default: '' }),
    language: codeLanguageSchema,
  },
  {
    ...open,
    examples: [
      {
        code: 'def main(text):\n    return {"length": len(text)}',
        variables: [{ name: 'text', content: 'hello' }],
        app_id: 'starter',
        uid: 'me',
        flow_id: '',
      },
    ],
  },
)

/** Runs one program without a flow, at the original's two paths. The gateway lets only authenticated callers reach it. */
export const codeRoutes = (dependencies: { logger: Logger; code: Sandbox; nextSid(): string }, prefix: string) => {
  const run = async ({ body, request }: { body: typeof CodeRun.static; request: Request }) => {
    const inputs = Object.fromEntries(body.variables.map(({ name, content }) => [name, content]))
    const { signal } = request
    const program = { language: body.language, source: body.code, inputs, signal }
    const { value } = await runCode(dependencies.code, program).catch((error: unknown) => {
      if (!(error instanceof NodeError)) throw error
      throw new WireFaultError({ code: error.wireCode, message: error.message })
    })
    return success(dependencies.nextSid(), value)
  }
  const options = {
    parse: 'json',
    body: CodeRun,
    response: WireEnvelope,
    detail: { summary: 'Run Python, JavaScript or TypeScript in the sandbox; `data` is what main returned' },
  } as const
  return new Elysia({ prefix, normalize: false, tags: ['workflow wire'] })
    .use(
      wireErrorPlugin({
        operation: 'run',
        fallback: wireCodes.CODE_FAILED,
        logger: dependencies.logger,
        nextSid: dependencies.nextSid,
        body: (fault, sid) => failure(sid, fault),
      }),
    )
    .post('/run', run, options)
    .post('/code/run', run, options)
}
