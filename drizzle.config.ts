import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  casing: 'snake_case',
  schema: ['./services/*/**/tables.ts', './shared/*/tables.ts'],
  out: './deploy/migrations',
})
