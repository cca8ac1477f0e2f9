/** The only file of this service that other services may import. Types only. */

export type { Tool } from './tools/tool-schemas.ts'
