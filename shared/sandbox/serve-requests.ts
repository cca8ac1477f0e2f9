import type { ChildGreeting, ProgramAnswer, ProgramRequest } from './program-answer.ts'

/** The child's end of the line protocol: greets, then answers one request after the other until standard input ends. */
export const serveRequests = async (
  greeting: ChildGreeting,
  run: (request: ProgramRequest) => ProgramAnswer | Promise<ProgramAnswer>,
): Promise<void> => {
  await say(greeting)
  // The parent vouches for what it sends.
  for await (const line of console) {
    if (line !== '') await say(await run(JSON.parse(line) as ProgramRequest))
  }
}

const say = (message: ChildGreeting | ProgramAnswer): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()))
  })
