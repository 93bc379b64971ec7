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

/** uint32_t crc32c(uint32_t start, const void *at, uint32_t quads, uint32_t bytes). */
const CRC32C = [
  [0x89, 0xf8], //                          mov    eax, edi
  [0x85, 0xd2], //                          test   edx, edx
  [0x74, 0x0e], //                          jz     rest
  [0xf2, 0x48, 0x0f, 0x38, 0xf1, 0x06], //  quad:  crc32 rax, qword [rsi]
  [0x48, 0x83, 0xc6, 0x08], //              add    rsi, 8
  [0xff, 0xca], //                          dec    edx
  [0x75, 0xf2], //                          jnz    quad
  [0x85, 0xc9], //                          rest:  test ecx, ecx
  [0x74, 0x0c], //                          jz     done
  [0xf2, 0x0f, 0x38, 0xf0, 0x06], //        byte:  crc32 eax, byte [rsi]
  [0x48, 0xff, 0xc6], //                    inc    rsi
  [0xff, 0xc9], //                          dec    ecx
  [0x75, 0xf4], //                          jnz    byte
  [0xc3], //                                done:  ret
];

/**
 * void fill(int32_t state[9], uint8_t *at, size_t from, size_t bytes): eight xorshift generators
 * and a counter, in 32 bytes a round. SSE2, which every x86-64 has.
 */
const NOISE = [
  [0xf3, 0x0f, 0x6f, 0x07], //               movdqu xmm0, [rdi]
  [0xf3, 0x0f, 0x6f, 0x4f, 0x10], //         movdqu xmm1, [rdi + 16]
  [0x66, 0x0f, 0x6e, 0x57, 0x20], //         movd   xmm2, [rdi + 32]
  [0x66, 0x0f, 0x70, 0xd2, 0x00], //         pshufd xmm2, xmm2, 0
  [0xb8, 0xc5, 0x87, 0x05, 0x00], //         mov    eax, 362437
  [0x66, 0x0f, 0x6e, 0xd8], //               movd   xmm3, eax
  [0x66, 0x0f, 0x70, 0xdb, 0x00], //         pshufd xmm3, xmm3, 0
  [0x48, 0x01, 0xd6], //                     add    rsi, rdx
  [0x48, 0x01, 0xf1], //                     add    rcx, rsi
  [0x66, 0x0f, 0xfe, 0xd3], //        round: paddd  xmm2, xmm3
  [0x66, 0x0f, 0x6f, 0xe0], //               movdqa xmm4, xmm0
  [0x66, 0x0f, 0x6f, 0xe9], //               movdqa xmm5, xmm1
  [0x66, 0x0f, 0x72, 0xf4, 0x0d], //         pslld  xmm4, 13
  [0x66, 0x0f, 0x72, 0xf5, 0x0d], //         pslld  xmm5, 13
  [0x66, 0x0f, 0xef, 0xc4], //               pxor   xmm0, xmm4
  [0x66, 0x0f, 0xef, 0xcd], //               pxor   xmm1, xmm5
  [0x66, 0x0f, 0x6f, 0xe0], //               movdqa xmm4, xmm0
  [0x66, 0x0f, 0x6f, 0xe9], //               movdqa xmm5, xmm1
  [0x66, 0x0f, 0x72, 0xd4, 0x11], //         psrld  xmm4, 17
  [0x66, 0x0f, 0x72, 0xd5, 0x11], //         psrld  xmm5, 17
  [0x66, 0x0f, 0xef, 0xc4], //               pxor   xmm0, xmm4
  [0x66, 0x0f, 0xef, 0xcd], //               pxor   xmm1, xmm5
  [0x66, 0x0f, 0x6f, 0xe0], //               movdqa xmm4, xmm0
  [0x66, 0x0f, 0x6f, 0xe9], //               movdqa xmm5, xmm1
  [0x66, 0x0f, 0x72, 0xf4, 0x05], //         pslld  xmm4, 5
  [0x66, 0x0f, 0x72, 0xf5, 0x05], //         pslld  xmm5, 5
  [0x66, 0x0f, 0xef, 0xc4], //               pxor   xmm0, xmm4
  [0x66, 0x0f, 0xef, 0xcd], //               pxor   xmm1, xmm5
  [0x66, 0x0f, 0x6f, 0xe0], //               movdqa xmm4, xmm0
  [0x66, 0x0f, 0x6f, 0xe9], //               movdqa xmm5, xmm1
  [0x66, 0x0f, 0xef, 0xe2], //               pxor   xmm4, xmm2
  [0x66, 0x0f, 0xef, 0xea], //               pxor   xmm5, xmm2
  [0xf3, 0x0f, 0x7f, 0x26], //               movdqu [rsi], xmm4
  [0xf3, 0x0f, 0x7f, 0x6e, 0x10], //         movdqu [rsi + 16], xmm5
  [0x48, 0x83, 0xc6, 0x20], //               add    rsi, 32
  [0x48, 0x39, 0xce], //                     cmp    rsi, rcx
  [0x72, 0x8c], //                           jb     round
  [0xf3, 0x0f, 0x7f, 0x07], //               movdqu [rdi], xmm0
  [0xf3, 0x0f, 0x7f, 0x4f, 0x10], //         movdqu [rdi + 16], xmm1
  [0x66, 0x0f, 0x7e, 0x57, 0x20], //         movd   [rdi + 32], xmm2
  [0xc3], //                                 ret
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
  return (cpuid(0x80000007, protect)[3]! & (1 << 8)) !== 0;
}

/**
 * crc32c by the processor's instruction (SSE4.2), 9 GB/s: of `length` bytes at an address, from all
 * ones and without the last inversion. Undefined where it cannot be run.
 */
export function fastCrc32c(
  protect: Protect = libc.mprotect,
): ((address: number, length: number) => number) | undefined {
  // CPUID leaf 1, ECX bit 20 (Intel SDM vol. 2, "SSE4.2").
  if ((cpuid(1, protect)[2]! & (1 << 20)) === 0) return undefined;
  const address = install(CRC32C, new Uint8Array(0), protect);
  if (address === undefined) return undefined;
  const { u32, ptr } = FFIType;
  type Routine = (start: number, at: number, quads: number, bytes: number) => number;
  const compute = routine<Routine>(address, [u32, ptr, u32, u32], u32);
  return (at, length) => compute(0xffff_ffff, at, length >>> 3, length & 7);
}

/** Fills `bytes` bytes, a multiple of 32 and not 0, `from` bytes behind the start of `into`. */
export type NoiseFill = (state: Int32Array, into: Int32Array, from: number, bytes: number) => void;

/**
 * The rounds of `Noise` (src/io) for as many bytes as are asked for, three times as fast as
 * JavaScript. Undefined where it cannot be run. It writes where it is told to: what is asked for
 * must be there.
 */
export function fastNoise(protect: Protect = libc.mprotect): NoiseFill | undefined {
  const address = install(NOISE, new Uint8Array(0), protect);
  if (address === undefined) return undefined;
  const { ptr } = FFIType;
  return routine<NoiseFill>(address, [ptr, ptr, ptr, ptr], FFIType.void);
}

/** EAX, EBX, ECX and EDX of a leaf; zeros of one that the processor, or nobody, can answer. */
function cpuid(leaf: number, protect: Protect): Uint32Array {
  const answer = new Uint32Array(new ArrayBuffer(16));
  const address = install(CPUID, new Uint8Array(0), protect);
  if (address === undefined) return answer;
  const ask = routine<(leaf: number, answer: Uint32Array) => void>(
    address,
    [FFIType.u32, FFIType.ptr],
    FFIType.void,
  );
  // The highest leaf of its range: 0 of the basic ones, 0x80000000 of the extended.
  ask((leaf & 0x8000_0000) >>> 0, answer);
  if (answer[0]! >= leaf) ask(leaf, answer);
  else answer.fill(0);
  free(address, PAGE);
  return answer;
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
