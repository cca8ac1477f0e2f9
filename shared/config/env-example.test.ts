import { expect, test } from 'bun:test'
import { renderEnvExample } from './env-example.ts'
import { SETTINGS } from './settings.ts'

test('.env.example names every setting as the schema has it (npm run env:example writes it)', async () => {
  const file = await Bun.file(new URL('../../.env.example', import.meta.url)).text()
  expect(file).toBe(renderEnvExample(SETTINGS))
})
