import { type Static, Type } from '@sinclair/typebox'

/** What the reading child says, one JSON object a line. */
export const ChildMessage = Type.Union([
  /** The next piece of the text, and what begins in it; offsets count from the beginning of the whole text. */
  Type.Object({
    type: Type.Literal('text'),
    text: Type.String(),
    headings: Type.Array(Type.Object({ offset: Type.Integer(), level: Type.Integer(), title: Type.String() })),
    pageStarts: Type.Array(Type.Integer()),
  }),
  Type.Object({ type: Type.Literal('progress'), read: Type.Integer(), count: Type.Integer() }),
  /** `why` is an UnreadableReason; `reason` says what was wrong where, in words for a log. */
  Type.Object({ type: Type.Literal('failed'), why: Type.String(), reason: Type.Optional(Type.String()) }),
  Type.Object({ type: Type.Literal('end') }),
])
export type ChildMessage = Static<typeof ChildMessage>
