import type { Command } from './command.ts'

export const up: Command = {
  name: 'up',
  parameters: '',
  summary: 'start Orrery here and stay until it is stopped (the same as npm start)',
  flags: {},
  words: { min: 0, max: 0 },
  async run() {
    await import('../main.ts') // takes over: signals, output and exit code are its own
    return new Promise<number>(() => undefined)
  },
}
