/** Prints `.env.example` from the settings' schema. `supervisor/test/env-example.test.ts` fails when the file is behind. */
import { renderEnvExample } from '#shared/config/env-example.ts'
import { SETTINGS } from '#shared/config/settings.ts'

await Bun.write(new URL('../../.env.example', import.meta.url), renderEnvExample(SETTINGS))
