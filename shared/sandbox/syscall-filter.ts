import { ALLOWED_SYSCALLS, CHECKED_SYSCALLS } from './syscall-numbers.ts'

/** A place in a pair of [x64, arm64], and the kernel's name for the architecture (AUDIT_ARCH_*). */
const ARCHITECTURES: Readonly<Record<string, { column: 0 | 1; audit: number }>> = {
  x64: { column: 0, audit: 0xc000003e },
  arm64: { column: 1, audit: 0xc00000b7 },
}

// Instructions of classic BPF, as <linux/bpf_common.h> has them.
const LOAD_WORD = 0x20
const JUMP_IF_EQUAL = 0x15
const JUMP_IF_GREATER = 0x25
const JUMP_IF_ANY_BIT = 0x45
const RETURN = 0x06

// Offsets into struct seccomp_data; arguments are 64 bits wide, of which the lower half comes first.
const NUMBER_OFFSET = 0
const ARCHITECTURE_OFFSET = 4
const FIRST_ARGUMENT_OFFSET = 16
const SECOND_ARGUMENT_OFFSET = 24

// What a filter answers, as <linux/seccomp.h> has it.
const ALLOW = 0x7fff0000
const KILL_PROCESS = 0x80000000
const refuse = (errno: number) => 0x00050000 | errno

const EPERM = 1
const ENOSYS = 38
const CLONE_THREAD = 0x00010000
/** The last of the commands F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL. */
const F_SETFL = 4
const INSTRUCTION_BYTES = 8

/**
 * A seccomp filter (an array of `struct sock_filter`) that allows ALLOWED_SYSCALLS, threads, flags of descriptors and signals within the process, and answers everything
 * else with EPERM. Undefined on an architecture that it has no numbers for.
 * Protocol: https://docs.kernel.org/userspace-api/seccomp_filter.html
 */
export const syscallFilter = (architecture: string, processId: number): Uint8Array | undefined => {
  const known = ARCHITECTURES[architecture]
  if (!known) return undefined
  const program: [code: number, ifTrue: number, ifFalse: number, operand: number][] = []
  const when = (number: number | null, steps: typeof program) => {
    if (number === null) return
    program.push([JUMP_IF_EQUAL, 0, steps.length, number], ...steps)
  }
  program.push([LOAD_WORD, 0, 0, ARCHITECTURE_OFFSET], [JUMP_IF_EQUAL, 1, 0, known.audit])
  program.push([RETURN, 0, 0, KILL_PROCESS], [LOAD_WORD, 0, 0, NUMBER_OFFSET])
  for (const numbers of Object.values(ALLOWED_SYSCALLS)) when(numbers[known.column], [[RETURN, 0, 0, ALLOW]])
  when(CHECKED_SYSCALLS.clone3[known.column], [[RETURN, 0, 0, refuse(ENOSYS)]])
  when(CHECKED_SYSCALLS.clone[known.column], [
    [LOAD_WORD, 0, 0, FIRST_ARGUMENT_OFFSET],
    [JUMP_IF_ANY_BIT, 1, 0, CLONE_THREAD],
    [RETURN, 0, 0, refuse(EPERM)],
    [RETURN, 0, 0, ALLOW],
  ])
  when(CHECKED_SYSCALLS.fcntl[known.column], [
    [LOAD_WORD, 0, 0, SECOND_ARGUMENT_OFFSET],
    [JUMP_IF_GREATER, 0, 1, F_SETFL],
    [RETURN, 0, 0, refuse(EPERM)],
    [RETURN, 0, 0, ALLOW],
  ])
  when(CHECKED_SYSCALLS.tgkill[known.column], [
    [LOAD_WORD, 0, 0, FIRST_ARGUMENT_OFFSET],
    [JUMP_IF_EQUAL, 1, 0, processId],
    [RETURN, 0, 0, refuse(EPERM)],
    [RETURN, 0, 0, ALLOW],
  ])
  program.push([RETURN, 0, 0, refuse(EPERM)])
  return encode(program)
}

const encode = (program: readonly (readonly [number, number, number, number])[]): Uint8Array => {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES)
  const view = new DataView(bytes.buffer)
  program.forEach(([code, ifTrue, ifFalse, operand], index) => {
    const at = index * INSTRUCTION_BYTES
    view.setUint16(at, code, true)
    view.setUint8(at + 2, ifTrue)
    view.setUint8(at + 3, ifFalse)
    view.setUint32(at + 4, operand, true)
  })
  return bytes
}
