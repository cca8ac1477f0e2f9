/**
 * What a confined process may still ask of the kernel, with the numbers of both architectures [x64, arm64]; null where it does not exist.
 * Memory, threads, time, signals to itself, and the descriptors that it already has. Nothing here takes a path, an address or another process.
 * Numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
 */
export const ALLOWED_SYSCALLS: Readonly<Record<string, readonly [x64: number | null, arm64: number | null]>> = {
  read: [0, 63],
  write: [1, 64],
  close: [3, 57],
  fstat: [5, 80],
  poll: [7, null],
  ppoll: [271, 73],
  lseek: [8, 62],
  mmap: [9, 222],
  mprotect: [10, 226],
  munmap: [11, 215],
  brk: [12, 214],
  rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135],
  rt_sigreturn: [15, 139],
  rt_sigtimedwait: [128, 137],
  rt_sigsuspend: [130, 133],
  sigaltstack: [131, 132],
  readv: [19, 65],
  writev: [20, 66],
  // Standard input and output may be a pair of sockets. No other socket can be had.
  recvfrom: [45, 207],
  sendto: [44, 206],
  sched_yield: [24, 124],
  sched_getaffinity: [204, 123],
  mremap: [25, 216],
  mincore: [27, 232],
  madvise: [28, 233],
  membarrier: [324, 283],
  nanosleep: [35, 101],
  clock_gettime: [228, 113],
  clock_getres: [229, 114],
  clock_nanosleep: [230, 115],
  gettimeofday: [96, 169],
  timerfd_create: [283, 85],
  timerfd_settime: [286, 86],
  getpid: [39, 172],
  gettid: [186, 178],
  getrusage: [98, 165],
  sysinfo: [99, 179],
  getrandom: [318, 278],
  futex: [202, 98],
  set_robust_list: [273, 99],
  rseq: [334, 293],
  restart_syscall: [219, 128],
  epoll_wait: [232, null],
  epoll_pwait: [281, 22],
  epoll_pwait2: [441, 441],
  epoll_ctl: [233, 21],
  eventfd2: [290, 19],
  exit: [60, 93],
  exit_group: [231, 94],
}

/** Calls that are allowed or refused by their arguments. */
export const CHECKED_SYSCALLS = {
  /** Allowed for threads alone. */
  clone: [56, 220],
  /** Its arguments cannot be seen by a filter; told that it does not exist, libc asks for `clone`. */
  clone3: [435, 435],
  /** Allowed for a descriptor's own flags; more of it would let the kernel signal any process on the descriptor's behalf. */
  fcntl: [72, 25],
  /** A signal to a thread, allowed within the process alone. */
  tgkill: [234, 131],
} as const
