/** One verb of the command line. Each has a file of its own, named after it. */
export interface Command {
  name: string
  /** What follows the verb, for the usage line. */
  parameters: string
  summary: string
  /** What `orrery help <verb>` says beside the flags, line by line. */
  details?: readonly string[]
  /** Flags it takes, without dashes; `value` ones take an argument. */
  flags: Record<string, { kind: 'switch' | 'value'; short?: string; summary: string }>
  /** How many words may follow the verb. */
  words: { min: number; max: number }
  /** Returns the exit code. */
  run(context: CommandContext): Promise<number>
}

export interface CommandContext {
  words: string[]
  switches: ReadonlySet<string>
  values: ReadonlyMap<string, string>
  /** Where orrery.toml and config.env are looked for. */
  workingDirectory: string
  environment: Readonly<Record<string, string | undefined>>
  /** Writes to standard output. */
  print(text: string): void
  /** Aborts when the user has had enough. */
  signal: AbortSignal
}
