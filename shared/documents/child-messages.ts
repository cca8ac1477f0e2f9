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
  /** This page alone cannot be read; the others go on. `why` is an UnreadableReason. */
  Type.Object({
    type: Type.Literal('page-failed'),
    page: Type.Integer(),
    why: Type.String(),
    reason: Type.Optional(Type.String()),
  }),
  /** A page that is a picture, which the child cannot read. The next one follows after a byte on standard input. */
  Type.Object({
    type: Type.Literal('page-image'),
    page: Type.Integer(),
    mediaType: Type.String(),
    base64: Type.String(),
  }),
  /** `why` is an UnreadableReason; `reason` says what was wrong where, in words for a log. */
  Type.Object({ type: Type.Literal('failed'), why: Type.String(), reason: Type.Optional(Type.String()) }),
  Type.Object({ type: Type.Literal('end') }),
])
export type ChildMessage = Static<typeof ChildMessage>

/** What the child is told beside file and media type, as JSON in its last argument. */
export const ChildOptions = Type.Object({
  /** Pages before it were read by a child that ended. */
  firstPage: Type.Integer({ minimum: 1 }),
  /** Whether somebody can read pictures of pages. */
  takesImages: Type.Boolean(),
  /** Pages whose picture nobody needs, since what they say is known. */
  knownPages: Type.Array(Type.Integer()),
})
export type ChildOptions = Static<typeof ChildOptions>
