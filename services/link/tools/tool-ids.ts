import { createSnowflakes } from '#shared/ids/snowflake.ts'

const NODES = 1_024

/**
 * Makes ids of tools: `tool@` and a snowflake in hexadecimal. Workers take a node by lot; should two of them ever make the same id in the same
 * millisecond, the second insert says so.
 */
export const createToolIds = (): (() => string) => {
  const next = createSnowflakes(Math.floor(Math.random() * NODES))
  return () => `tool@${BigInt(next()).toString(16)}`
}
