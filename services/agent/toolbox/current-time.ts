import { type Tool, ToolInputError } from './tool.ts'

/** Tells the time in a zone. */
export const currentTime: Tool = {
  definition: {
    name: 'current_time',
    description: 'Tells the current date, time and day of the week.',
    parameters: {
      type: 'object',
      properties: {
        timezone: {
          type: 'string',
          description: 'IANA time zone such as Asia/Shanghai or Europe/Berlin. Default: UTC.',
        },
      },
    },
  },
  hasEffect: false,
  run({ timezone }, { now }) {
    const zone = typeof timezone === 'string' && timezone.trim() !== '' ? timezone.trim() : 'UTC'
    return `${formatIn(zone, now)} (${zone})`
  },
}

const formatIn = (timeZone: string, now: Date): string => {
  try {
    // Swedish writes dates as ISO 8601 does.
    const date = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(now)
    return `${date}, ${new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long' }).format(now)}`
  } catch {
    throw new ToolInputError(`"${timeZone}" is no IANA time zone; use a name such as Asia/Shanghai.`)
  }
}
