import { AppError, type FailureKind } from '#shared/errors/app-error.ts'

/** What `orrery` ends with, so that a script or a service manager knows whether trying again can help (BSD sysexits). */
export const EXIT_CODES = {
  stopped: 0,
  usage: 64,
  backendUnreachable: 69,
  dataUnusable: 73,
  tryAgain: 75,
  configurationInvalid: 78,
} as const

/** A start that cannot go on. Its exit code is part of the contract with scripts. */
export abstract class StartError extends AppError {
  abstract readonly exitCode: number
}

export class UsageError extends StartError {
  override readonly code = 'SUPERVISOR_USAGE'
  override readonly kind: FailureKind = 'malformed'
  override readonly exitCode = EXIT_CODES.usage
}

export class BackendUnreachableError extends StartError {
  override readonly code = 'SUPERVISOR_BACKEND_UNREACHABLE'
  override readonly kind: FailureKind = 'unavailable'
  override readonly exitCode = EXIT_CODES.backendUnreachable
}

/** The embedded PostgreSQL is not installed, or this account may not run it. */
export class PostgresUnusableError extends StartError {
  override readonly code = 'SUPERVISOR_POSTGRES_UNUSABLE'
  override readonly kind: FailureKind = 'unavailable'
  override readonly exitCode = EXIT_CODES.backendUnreachable
}

/** The database was migrated by a newer program than this one. */
export class SchemaNewerError extends StartError {
  override readonly code = 'SUPERVISOR_SCHEMA_NEWER'
  override readonly kind: FailureKind = 'conflict'
  override readonly exitCode = EXIT_CODES.dataUnusable
}

export class DataDirectoryUnusableError extends StartError {
  override readonly code = 'SUPERVISOR_DATA_UNUSABLE'
  override readonly kind: FailureKind = 'forbidden'
  override readonly exitCode = EXIT_CODES.dataUnusable
}

export class DataDirectoryTakenError extends StartError {
  override readonly code = 'SUPERVISOR_DATA_TAKEN'
  override readonly kind: FailureKind = 'conflict'
  override readonly exitCode = EXIT_CODES.tryAgain
}

export class PortTakenError extends StartError {
  override readonly code = 'SUPERVISOR_PORT_TAKEN'
  override readonly kind: FailureKind = 'conflict'
  override readonly exitCode = EXIT_CODES.tryAgain
}

export class ConfigurationInvalidError extends StartError {
  override readonly code = 'SUPERVISOR_CONFIGURATION_INVALID'
  override readonly kind: FailureKind = 'invalid'
  override readonly exitCode = EXIT_CODES.configurationInvalid
}

export class WorkerUnknownError extends AppError {
  override readonly code = 'SUPERVISOR_WORKER_UNKNOWN'
  override readonly kind: FailureKind = 'not_found'
}
