/** The only file of this service that other services may import. Types only. */
export type { WorkflowApp } from './app.ts'
export type { RunView } from './runs/run-view.ts'
