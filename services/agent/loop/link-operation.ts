/** One operation of a tool of the link service: which values a call may set, and what stands where the model gives none. */
export interface LinkOperation {
  operationId: string
  query: LinkField[]
  header: LinkField[]
  body: LinkField[]
}

/** A value of a call. Objects have `fields`, whose leaves the model gives in one flat level. */
export interface LinkField {
  name: string
  /** True when the model's value counts; the default otherwise. */
  fromModel: boolean
  /** Undefined: null is sent where nothing else is known. */
  fallback?: unknown
  fields?: LinkField[]
}
