/**
 * All machine code of fathom, for x86-64 only: each routine's bytes beside its assembly. A routine
 * lies in a page of its own that is written first and executable afterwards, never both. Callers
 * must have a portable way to the same answer: other processors, and kernels that refuse
 * executable pages, get undefined here.
 */
import { CFunction, FFIType, type Pointer } from "bun:ffi";
import { libc } from "./libc.ts";
import { allocate, free, PAGE, view } from "./memory.ts";

const PROT_READ_EXEC = 5;

/** The kernel's answer to "may this page be executed": 0, or -1. A test passes a refusal. */
export type Protect = (address: number, length: number, protection: number) => number;

/** A straight line on the time stamp counter: ns = (ticks - baseTicks) * nsPerTick + baseAt. */
export interface TickLine {
  /** A whole number below 2^53. */
  readonly baseTicks: number;
  readonly nsPerTick: number;
  readonly baseAt: number;
}

/** Where a routine's constants lie in its page, on the cache line behind its code. */
const CONSTANTS = 64;
/** Doubles from 2^52 to 2^53 have a spacing of 1: adding and taking it off again rounds. */
const WHOLE = 2 ** 52;

/** double now(void). Constants at 64: base (integer), scale, offset + 2^52, 2^52. */
const TICKS = [
  [0x0f, 0x31], //                                           rdtsc
  [0x48, 0xc1, 0xe2, 0x20], //                               shl      rdx, 32
  [0x48, 0x09, 0xd0], //                                     or       rax, rdx
  [0x48, 0x2b, 0x05, 0x30, 0x00, 0x00, 0x00], //             sub      rax, [rip + 0x30]  ; base
  [0x0f, 0x57, 0xc0], //                                     xorps    xmm0, xmm0
  [0xf2, 0x48, 0x0f, 0x2a, 0xc0], //                         cvtsi2sd xmm0, rax
  [0xf2, 0x0f, 0x59, 0x05, 0x28, 0x00, 0x00, 0x00], //       mulsd    xmm0, [rip + 0x28] ; scale
  [0xf2, 0x0f, 0x58, 0x05, 0x28, 0x00, 0x00, 0x00], //       addsd    xmm0, [rip + 0x28] ; offset
  [0xf2, 0x0f, 0x5c, 0x05, 0x28, 0x00, 0x00, 0x00], //       subsd    xmm0, [rip + 0x28] ; 2^52
  [0xc3], //                                                 ret
];

/** void cpuid(uint32_t leaf, uint32_t answer[4]); rbx belongs to the caller. */
const CPUID = [
  [0x53], //                   push  rbx
  [0x89, 0xf8], //             mov   eax, edi
  [0x31, 0xc9], //             xor   ecx, ecx
  [0x0f, 0xa2], //             cpuid
  [0x89, 0x06], //             mov   [rsi], eax
  [0x89, 0x5e, 0x04], //       mov   [rsi + 4], ebx
  [0x89, 0x4e, 0x08], //       mov   [rsi + 8], ecx
  [0x89, 0x56, 0x0c], //       mov   [rsi + 12], edx
  [0x5b], //                   pop   rbx
  [0xc3], //                   ret
];

/**
 * A clock that reads the time stamp counter: whole ns on the given line, 10 ns cheaper than
 * clock_gettime(2) (to 2 ns from 52 days on). Undefined where it cannot be run. It does not check
 * that the counter runs evenly: `hasInvariantTicks` and the kernel's own clock source say that.
 */
export function tickClock(
  { baseTicks, nsPerTick, baseAt }: TickLine,
  protect: Protect = libc.mprotect,
): (() => number) | undefined {
  const constants = new DataView(new ArrayBuffer(32));
  constants.setBigUint64(0, BigInt(baseTicks), true);
  constants.setFloat64(8, nsPerTick, true);
  constants.setFloat64(16, baseAt + WHOLE, true);
  constants.setFloat64(24, WHOLE, true);
  const address = install(TICKS, new Uint8Array(constants.buffer), protect);
  if (address === undefined) return undefined;
  return routine<() => number>(address, [], FFIType.f64);
}

/**
 * Whether the counter runs at one rate in every power state: CPUID leaf 0x80000007, EDX bit 8
 * (Intel SDM vol. 3, "Invariant TSC"; AMD APM vol. 3, TscInvariant). False where it cannot be
 * asked.
 */
export function hasInvariantTicks(protect: Protect = libc.mprotect): boolean {
  const address = install(CPUID, new Uint8Array(0), protect);
  if (address === undefined) return false;
  const ask = routine<(leaf: number, answer: Uint32Array) => void>(
    address,
    [FFIType.u32, FFIType.ptr],
    FFIType.void,
  );
  const answer = new Uint32Array(new ArrayBuffer(16));
  ask(0x80000000, answer);
  const highest = answer[0]!;
  if (highest >= 0x80000007) ask(0x80000007, answer);
  free(address, PAGE);
  return highest >= 0x80000007 && (answer[3]! & (1 << 8)) !== 0;
}

/** Address of the page, readable and executable; undefined where that is not to be had. */
function install(
  code: readonly (readonly number[])[],
  constants: Uint8Array,
  protect: Protect,
): number | undefined {
  if (process.arch !== "x64") return undefined;
  const address = allocate(PAGE);
  const bytes = new Uint8Array(view(address, PAGE));
  bytes.set(code.flat());
  bytes.set(constants, CONSTANTS);
  if (protect(address, PAGE, PROT_READ_EXEC) === 0) return address;
  free(address, PAGE);
  return undefined;
}

function routine<F>(address: number, args: FFIType[], returns: FFIType): F {
  return CFunction({ ptr: address as Pointer, args, returns }) as unknown as F;
}
