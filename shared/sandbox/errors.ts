import { AppError } from '#shared/errors/app-error.ts'

const INSTALL =
  'Install bubblewrap, util-linux and python3 from the system packages (apt-get install bubblewrap util-linux python3) and allow unprivileged user namespaces.'

/** This machine cannot isolate a program, so none is run. */
export class SandboxUnavailableError extends AppError {
  readonly code = 'SANDBOX_UNAVAILABLE'
  readonly kind = 'unavailable'
  /** What is missing, without the sentence around it. */
  readonly reason: string

  constructor(reason: string, remedy = INSTALL) {
    super(`Code cannot be run in isolation on this machine: ${reason}`, { remedy })
    this.reason = reason
  }
}

/** Why a program gave no usable result. */
export type CodeFault = 'no-main' | 'raised' | 'result' | 'deadline' | 'limit'

/** A program that failed, went over a limit, or returned what the contract does not allow. */
export class CodeFailedError extends AppError {
  readonly code = 'SANDBOX_CODE_FAILED'
  readonly kind = 'invalid'
  readonly fault: CodeFault

  constructor(fault: CodeFault, message: string) {
    super(message, { remedy: 'Read the message, correct the code, and run it again.', details: { fault } })
    this.fault = fault
  }
}
