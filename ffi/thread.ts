/**
 * The calling thread as the kernel sees it: its id, its name, and the idle scheduling class with a
 * way back that is known to be open before it is entered. Everything here touches one thread only.
 */
import { SYS } from "./constants.ts";
import { errnoOf, failure } from "./errno.ts";
import { libc } from "./libc.ts";

/** prctl(2). */
const PR_SET_NAME = 15;
/** TASK_COMM_LEN less the NUL, linux/sched.h. */
const NAME_BYTES = 15;

/** linux/sched.h. */
const SCHED_OTHER = 0;
const SCHED_IDLE = 5;
/** setpriority(2): a thread by its id, 0 for the caller. */
const PRIO_PROCESS = 0;
/** The system call getpriority answers 20 - nice, so that no answer is negative. */
const NICE_ZERO = 20;
const LOWEST_NICE = -20;

/** Kernel id of this thread. gettid(2). */
export function threadId(): number {
  return libc.syscall(SYS.gettid, 0, 0, 0, 0, 0, 0);
}

/** Name shown by top and in /proc; cut to what the kernel keeps, between two characters. */
export function nameThread(name: string): void {
  const bytes = new Uint8Array(new ArrayBuffer(NAME_BYTES + 1));
  new TextEncoder().encodeInto(name.replaceAll("\0", " "), bytes.subarray(0, NAME_BYTES));
  libc.prctl(PR_SET_NAME, bytes, 0, 0, 0);
}

/**
 * Whether this thread now runs only where nobody else wants the processor (SCHED_IDLE). False, and
 * nothing changed, when it is of another class than the normal one or could not come back.
 */
export function enterIdle(): boolean {
  if (policy() !== SCHED_OTHER || !mayComeBack()) return false;
  return setPolicy(SCHED_IDLE) === 0;
}

/** Into SCHED_IDLE for good, which everybody may. False when the kernel refuses. */
export function stayIdle(): boolean {
  return setPolicy(SCHED_IDLE) === 0;
}

/** Bytes of a cpu_set_t, sched.h: 1024 CPUs. */
const CPU_SET = 128;

/** Binds this thread to one CPU. False when it may not run there. */
export function bindTo(cpu: number): boolean {
  const mask = new Uint8Array(new ArrayBuffer(CPU_SET));
  mask[cpu >> 3] = 1 << (cpu & 7);
  return libc.sched_setaffinity(0, CPU_SET, mask) === 0;
}

/** Back to the normal class after `enterIdle`. Throws SystemError when the kernel refuses. */
export function leaveIdle(): void {
  if (setPolicy(SCHED_OTHER) !== 0) throw failure("sched_setscheduler", "SCHED_OTHER", errnoOf());
}

/** ioprio_set(2), linux/ioprio.h: a thread by its id, 0 for the caller. */
const IOPRIO_WHO_PROCESS = 1;

/** Gives this thread's I/O a priority, in the 16 bits of the kernel; 0, or the positive errno. */
export function setIoPriority(priority: number): number {
  const answer = libc.syscall(SYS.ioprio_set, IOPRIO_WHO_PROCESS, 0, priority, 0, 0, 0);
  return answer === 0 ? 0 : errnoOf();
}

function policy(): number {
  return libc.syscall(SYS.sched_getscheduler, 0, 0, 0, 0, 0, 0);
}

function setPolicy(value: number): number {
  const priority = new Int32Array(new ArrayBuffer(4));
  return libc.sched_setscheduler(0, value, priority);
}

/**
 * Leaving SCHED_IDLE asks the kernel for the right to the thread's own nice value (can_nice,
 * kernel/sched). The next better nice value asks for a little more of the same right, and giving
 * it up again is always allowed: so that is tried.
 */
function mayComeBack(): boolean {
  const nice = NICE_ZERO - libc.syscall(SYS.getpriority, PRIO_PROCESS, 0, 0, 0, 0, 0);
  if (nice <= LOWEST_NICE || setNice(nice - 1) !== 0) return false;
  return setNice(nice) === 0;
}

function setNice(nice: number): number {
  return libc.syscall(SYS.setpriority, PRIO_PROCESS, 0, nice, 0, 0, 0);
}
