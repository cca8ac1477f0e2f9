/** How a server is reached. `auto` tries streamable HTTP and then, as the specification says, the older SSE transport. */
export type McpTransportName = 'auto' | 'streamable-http' | 'sse' | 'stdio'

export interface HttpTarget {
  transport: 'auto' | 'streamable-http' | 'sse'
  url: string
  /** Sent with every request to the server, and to nobody else. */
  headers: Readonly<Record<string, string>>
}

/** A program on this machine that speaks over its standard input and output. */
export interface StdioTarget {
  transport: 'stdio'
  command: string
  args: readonly string[]
  /** All that the program finds in its environment besides PATH, HOME, TMPDIR and LANG. */
  environment: Readonly<Record<string, string>>
  /** Its working and home directory. Made when it is missing. */
  directory: string
}

export type McpTarget = HttpTarget | StdioTarget

/** The server as messages name it: without query, credentials or arguments, which may hold secrets. */
export const nameTarget = (target: McpTarget): string => {
  if (target.transport === 'stdio') return target.command.split('/').at(-1) ?? target.command
  const url = URL.parse(target.url)
  return url ? `${url.origin}${url.pathname}` : 'with an invalid address'
}
