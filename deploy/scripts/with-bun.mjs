// Runs a program with the Bun that this package pins, on a machine that has only Node.js. The `bun` package puts its binary in place
// with an install script; where the package manager holds such scripts back, the binary still lies in its platform package.
import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const REAL_BINARY_BYTES_MIN = 1_000_000 // what stands in its place until the install script ran is a few hundred bytes
const modules = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../node_modules')

const candidates = () => {
  const found = [join(modules, 'bun/bin/bun.exe')]
  try {
    for (const name of readdirSync(join(modules, '@oven'))) {
      found.push(join(modules, '@oven', name, 'bin/bun'), join(modules, '@oven', name, 'bin/bun.exe'))
    }
  } catch {
    // no platform package: only the first candidate remains
  }
  return found.filter((path) => {
    try {
      return statSync(path).size > REAL_BINARY_BYTES_MIN
    } catch {
      return false
    }
  })
}

const bun = process.versions.bun ? process.execPath : candidates()[0]
if (!bun) {
  process.stderr.write('The Bun that this package pins is not installed. Run: npm ci\n')
  process.exit(69)
}
const child = spawn(bun, process.argv.slice(2), {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(modules, '.bin')}:${process.env.PATH ?? ''}` },
})
// A terminal sends Ctrl-C to the whole group; everyone else signals this process alone, so it must be passed on.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) child.kill('SIGINT')
})
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal)
  else process.exit(code ?? 1)
})
