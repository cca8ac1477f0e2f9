import { StartError } from './errors.ts'

const EXIT_UNEXPECTED = 1

/** What a human reads when the start failed, and what the process ends with. */
export const describeStartFailure = (error: unknown): { text: string; exitCode: number } => {
  if (!(error instanceof StartError)) {
    const { stack, message } = error as Error
    return { text: `Orrery failed unexpectedly.\n${stack ?? message ?? String(error)}\n`, exitCode: EXIT_UNEXPECTED }
  }
  const remedy = error.remedy ? `\n${error.remedy}` : ''
  return { text: `${error.message}${remedy}\n[${error.code}]\n`, exitCode: error.exitCode }
}
