import { t } from 'elysia'
import type { WireResult } from '../definition/wire-codes.ts'

/** The original's plain answer: always HTTP 200; `data` is left out when it is falsy or empty. */
export const WireEnvelope = t.Object(
  {
    code: t.Integer(),
    message: t.String(),
    data: t.Optional(t.Unknown()),
    sid: t.String(),
  },
  {
    examples: [
      {
        code: 0,
        message: 'success',
        data: { flow_id: '7393258312345678849' },
        sid: 'spf00770007@or1a2030c79760203802',
      },
    ],
  },
)
export type WireEnvelope = typeof WireEnvelope.static

export const success = (sid: string, data?: unknown): WireEnvelope => ({
  code: 0,
  message: 'success',
  ...(isEmpty(data) ? {} : { data }),
  sid,
})

export const failure = (sid: string, fault: WireResult): WireEnvelope => ({
  code: fault.code,
  message: fault.message,
  sid,
})

const isEmpty = (data: unknown) =>
  !data || (Array.isArray(data) ? data.length === 0 : typeof data === 'object' && Object.keys(data).length === 0)
