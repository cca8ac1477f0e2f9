/** One operation of a tool of the link service: which values a call may set, and what stands where nothing is given. */
export interface LinkOperation {
  operationId: string
  path: LinkField[]
  query: LinkField[]
  header: LinkField[]
  body: LinkField[]
  /** True: a value that nothing is known of is sent as null. False: it is left out, unless it is required. */
  sendsNull: boolean
}

/** A value of a call. Objects have `fields`, whose leaves the model gives in one flat level. */
export interface LinkField {
  name: string
  /** Who fills it: the model, the caller's business, nobody; `any`: the model where it happens to give a value of this name. */
  from: 'model' | 'business' | 'default' | 'any'
  fallback?: unknown
  fields?: LinkField[]
}
