import type { TObject } from '@sinclair/typebox'
import { isSecretSetting, tomlKey } from './settings.ts'

/** The text of `.env.example`: every setting with what it needs, commented out at its default. */
export const renderEnvExample = (schema: TObject): string => {
  const entries = Object.entries(schema.properties).map(([name, setting]) => {
    const lines = [`# ${sentence(setting.description ?? '')}`]
    if (isSecretSetting(setting)) lines.push('# Secret: never printed or logged.')
    lines.push(`#${name}=${setting.default ?? ''}`)
    return lines.join('\n')
  })
  return `${header}\n\n${entries.join('\n\n')}\n`
}

const header = [
  '# Settings of Orrery. None is needed. Copy to config.env, remove the # of what you change; the environment wins over config.env,',
  `# and config.env over orrery.toml (where ORRERY_SERVICE_PORTS is written ${tomlKey('ORRERY_SERVICE_PORTS')}). Generated: npm run env:example`,
].join('\n')

const sentence = (description: string): string => `${description.charAt(0).toUpperCase()}${description.slice(1)}.`
