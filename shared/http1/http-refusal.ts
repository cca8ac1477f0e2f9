/** Why bytes of a client are no request that may be passed on. Everything that two programs could read in two ways is refused. */
export interface HttpRefusal {
  status: 400 | 408 | 414 | 417 | 431 | 501 | 505
  /** One sentence for whoever wrote the client. */
  detail: string
}

export const refusal = (status: HttpRefusal['status'], detail: string): HttpRefusal => ({ status, detail })

export const isRefusal = (value: object): value is HttpRefusal => 'detail' in value && 'status' in value
