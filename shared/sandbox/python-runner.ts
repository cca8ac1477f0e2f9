const program = Bun.file(new URL('./python-program.py', import.meta.url))
const runner = Bun.file(new URL('./python-runner.py', import.meta.url))

/** Python that defines `run_program(source, inputs)`. */
export const pythonProgram = (): Promise<string> => program.text()

/** The same, run once with what standard input says. */
export const pythonRunner = async (): Promise<string> => `${await program.text()}\n${await runner.text()}`
