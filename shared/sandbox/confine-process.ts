import { dlopen, ptr } from 'bun:ffi'
import { readFileSync } from 'node:fs'
import { syscallFilter } from './syscall-filter.ts'

/** Standard C libraries by the names they are loaded under: glibc, then musl. */
const LIBRARIES = ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1']

// <sys/prctl.h> and <linux/seccomp.h>.
const PR_SET_PDEATHSIG = 1
const PR_SET_DUMPABLE = 4
const PR_SET_NO_NEW_PRIVS = 38
const SECCOMP_SET_MODE_FILTER = 1n
const SECCOMP_FILTER_FLAG_TSYNC = 1n
const SECCOMP_CALL: Readonly<Record<string, bigint>> = { x64: 317n, arm64: 277n }
const SIGKILL = 9n

// <sys/resource.h>.
const RLIMIT_FSIZE = 1
const RLIMIT_DATA = 2
const RLIMIT_CORE = 4
/** /proc/self/statm: data and stack, in pages. */
const DATA_FIELD = 5
const PAGE_BYTES = 4096
const FILTER_INSTRUCTION_BYTES = 8

/**
 * Takes from the calling process, and all its threads, for ever: opening files, starting processes, the network, every sight of other processes.
 * It keeps its descriptors and threads, may map `growthBytes` of memory more than it has, and dies with its parent. Returns undefined, or why it could not be done;
 * then nothing may be run.
 */
export const confineProcess = ({ growthBytes }: { growthBytes: number }): string | undefined => {
  if (process.platform !== 'linux') return `the kernel of ${process.platform} has no system call filter (seccomp)`
  const filter = syscallFilter(process.arch, process.pid)
  if (!filter) return `the system calls of ${process.arch} are not known`
  const library = openLibrary()
  if (!library) return 'no C library was found'
  const { prctl, setrlimit, syscall } = library.symbols
  const limit = (resource: number, bytes: number) =>
    setrlimit(resource, ptr(new BigUint64Array([BigInt(bytes), BigInt(bytes)])))
  const limited = [limit(RLIMIT_CORE, 0), limit(RLIMIT_FSIZE, 0), limit(RLIMIT_DATA, mappedBytes() + growthBytes)]
  if (limited.some((result) => result !== 0)) return 'the resource limits were refused'
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0n, 0n, 0n) !== 0) return 'it could not be tied to its parent'
  if (prctl(PR_SET_DUMPABLE, 0n, 0n, 0n, 0n) !== 0) return 'its memory could not be hidden'
  if (prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n) !== 0) return 'no_new_privs was refused'
  // struct sock_fprog: a count of two bytes, then a pointer at its own alignment.
  const described = new BigUint64Array([BigInt(filter.length / FILTER_INSTRUCTION_BYTES), BigInt(ptr(filter))])
  const call = SECCOMP_CALL[process.arch] ?? 0n
  const filtered = syscall(call, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, ptr(described))
  return filtered === 0n ? undefined : 'the system call filter (seccomp) was refused'
}

/** Memory that this process could write to, mapped or used; the runtime maps much more than it uses. */
const mappedBytes = (): number => Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[DATA_FIELD]) * PAGE_BYTES

const openLibrary = () => {
  for (const name of LIBRARIES) {
    try {
      return dlopen(name, {
        prctl: { args: ['i32', 'u64', 'u64', 'u64', 'u64'], returns: 'i32' },
        setrlimit: { args: ['i32', 'ptr'], returns: 'i32' },
        syscall: { args: ['i64', 'i64', 'i64', 'ptr'], returns: 'i64' },
      })
    } catch {
      // The next name.
    }
  }
  return undefined
}
