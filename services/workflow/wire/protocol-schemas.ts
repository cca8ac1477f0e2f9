import { t } from 'elysia'

/** Unknown fields are ignored, as the original does. */
const open = { additionalProperties: true } as const

/** The DSL's envelope. Its inside is checked by the compiler, which can name the node that is wrong. */
export const ProtocolEnvelope = t.Record(t.String(), t.Unknown(), {
  examples: [{ id: '', name: 'echo', description: '', version: 'v3.0.0', data: { nodes: [], edges: [] } }],
})

export const AddProtocol = t.Object(
  {
    name: t.String({ default: '', maxLength: 128 }),
    description: t.String({ default: '', maxLength: 1024 }),
    app_id: t.String({ default: '', maxLength: 255 }),
    status: t.Integer({ default: 0 }),
    source: t.Optional(t.Union([t.Literal(1), t.Literal(2), t.Literal(4)])),
    tag: t.Optional(t.Integer()),
    data: t.Optional(t.Union([ProtocolEnvelope, t.Null()])),
  },
  { ...open, examples: [{ name: 'echo', description: '', app_id: 'starter', status: 0, data: null }] },
)

export const GetProtocol = t.Object(
  { flow_id: t.String({ minLength: 1 }), app_id: t.Optional(t.Union([t.String(), t.Null()])) },
  { ...open, examples: [{ flow_id: '101' }] },
)

export const UpdateProtocol = t.Object(
  {
    name: t.Optional(t.Union([t.String({ maxLength: 128 }), t.Null()])),
    description: t.Optional(t.Union([t.String({ maxLength: 1024 }), t.Null()])),
    app_id: t.Optional(t.Union([t.String({ maxLength: 255 }), t.Null()])),
    status: t.Optional(t.Union([t.Integer(), t.Null()])),
    data: t.Optional(t.Union([ProtocolEnvelope, t.Null()])),
  },
  { ...open, examples: [{ name: 'echo, renamed' }] },
)

export const DeleteProtocol = t.Object(
  { flow_id: t.String({ minLength: 1 }), app_id: t.String({ minLength: 1 }) },
  { ...open, examples: [{ flow_id: '7393258312345678849', app_id: 'starter' }] },
)

export const FlowIdParams = t.Object({ flow_id: t.String({ minLength: 1 }) })

/** What a publication may bring with it: a whole flow, and nothing that only looks like one. */
const PublishedProtocol = t.Object(
  {
    id: t.String(),
    name: t.String(),
    description: t.Optional(t.Union([t.String(), t.Null()])),
    version: t.String({ pattern: '^v3(\\.\\d+)+$' }),
    data: t.Object({ nodes: t.Array(t.Unknown(), { minItems: 2 }), edges: t.Array(t.Unknown()) }, open),
  },
  open,
)

export const Publish = t.Object(
  {
    flow_id: t.String({ minLength: 1 }),
    /** 1 publish, 2 publish to API, 3 take down. */
    release_status: t.Union([t.Literal(1), t.Literal(2), t.Literal(3)]),
    data: t.Optional(t.Union([PublishedProtocol, t.Null()])),
    /** 0 the flow's own platform, 1 Xingchen, 2 open platform, 4 AIUI. */
    plat: t.Union([t.Literal(0), t.Literal(1), t.Literal(2), t.Literal(4)], { default: 0 }),
    version: t.String({ default: '', maxLength: 128 }),
  },
  { ...open, examples: [{ flow_id: '7393258312345678849', release_status: 1, plat: 0, version: 'v1.0' }] },
)

export const Auth = t.Object(
  { flow_id: t.String({ minLength: 1 }), app_id: t.String({ minLength: 1 }) },
  { ...open, examples: [{ flow_id: '101', app_id: 'my-app' }] },
)

export const GetQuery = t.Object({ as: t.Optional(t.UnionEnum(['object', 'string'])) }, open)

const ComparisonName = { flow_id: t.String({ minLength: 1 }), version: t.String({ minLength: 1, maxLength: 128 }) }

export const SaveComparison = t.Object(
  { ...ComparisonName, data: ProtocolEnvelope },
  {
    ...open,
    examples: [{ flow_id: '7393258312345678849', version: 'a', data: { data: { nodes: [], edges: [] } } }],
  },
)

export const DeleteComparison = t.Object(ComparisonName, {
  ...open,
  examples: [{ flow_id: '7393258312345678849', version: 'a' }],
})
