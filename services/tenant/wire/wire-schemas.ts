import { type TSchema, Type } from '@sinclair/typebox'
import { t } from 'elysia'
import { ParameterError } from './wire-envelope.ts'

/** Null counts as absent, and so does an empty text: which fields are needed is checked in the original's order, after the types. */
const text = (description: string, example: string) =>
  t.Optional(t.Nullable(t.String(), { description, examples: [example] }))

const requestId = text('Free text for the log of the caller.', 'req-1')
const appId = text('Id of the app.', '680ab54f')

export const CreateAppBody = t.Object({
  request_id: requestId,
  app_name: text('At most 256 characters.', 'Help desk'),
  // Not Elysia's integer, which takes text for a number.
  dev_id: t.Optional(
    t.Nullable(Type.Integer({ maximum: Number.MAX_SAFE_INTEGER }), {
      description: 'Id of the developer, from 1.',
      examples: [1],
    }),
  ),
  cloud_id: text('Channel; at most 128 characters.', '0'),
  app_desc: text('At most 521 characters.', 'Answers questions about orders.'),
})

export const ModifyAppBody = t.Object({
  request_id: requestId,
  app_id: appId,
  app_name: text('New name; empty keeps the old one.', 'Help desk'),
  app_desc: text('New description; empty keeps the old one.', 'Answers questions about orders.'),
  cloud_id: text('Accepted and ignored.', '0'),
})

export const DeleteAppBody = t.Object({ request_id: requestId, app_id: appId })

export const DisableAppBody = t.Object({
  request_id: requestId,
  app_id: appId,
  disable: t.Optional(t.Nullable(t.Boolean(), { description: 'true disables, false enables.', examples: [true] })),
})

export const AddKeyBody = t.Object({
  request_id: requestId,
  app_id: appId,
  api_key: text('Left out: one is made.', ''),
  api_secret: text('Left out: one is made.', ''),
})

export const DeleteKeyBody = t.Object({
  request_id: requestId,
  app_id: appId,
  api_key: text('The key to revoke.', '0f3c…'),
})

export const SearchQuery = t.Object({
  app_ids: t.Optional(t.String({ description: 'Comma list of app ids.', examples: ['680ab54f,starter'] })),
  name: t.Optional(t.String({ description: 'Part of a name.' })),
  dev_id: t.Optional(t.String({ description: 'Decimal number.' })),
  cloud_id: t.Optional(t.String()),
})

export const WireKey = t.Object({ api_key: t.String(), api_secret: t.String() })
export const WireNewApp = t.Object({ app_id: t.String(), api_key: t.String(), api_secret: t.String() })
export const WireApp = t.Object({
  appid: t.String(),
  name: t.String(),
  dev_id: t.Number(),
  cloud_id: t.String(),
  source: t.String(),
  is_disable: t.Boolean(),
  desc: t.String(),
  create_time: t.String({ description: 'YYYY-MM-DD HH:MM:SS, UTC' }),
})
export const WireAppDetails = t.Object({
  appid: t.String(),
  name: t.String(),
  is_disable: t.Boolean(),
  auth_list: t.Optional(t.Array(WireKey)),
  desc: t.String(),
})

/** HTTP 200 carries both success (code 0) and failure. */
export const envelopeOf = <Data extends TSchema>(data: Data) => ({
  200: t.Object({ sid: t.String(), code: t.Integer(), message: t.String(), data: t.Optional(data) }),
})
export const emptyEnvelope = { 200: t.Object({ sid: t.String(), code: t.Integer(), message: t.String() }) }

/** The value of a field that must be there, or the original's complaint. */
export const needText = (name: string, value: string | null | undefined): string => {
  if (!value) throw new ParameterError(`${name} must not been empty`)
  return value
}

/** The bounds of the original's columns. */
export const LENGTHS_MAX = { app_name: 256, app_desc: 521, cloud_id: 128 } as const

export const boundText = (name: keyof typeof LENGTHS_MAX, value: string): string => {
  if (value.length > LENGTHS_MAX[name]) throw new ParameterError(`${name} must not be longer than ${LENGTHS_MAX[name]}`)
  return value
}
