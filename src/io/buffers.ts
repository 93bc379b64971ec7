import { allocate, free } from "../../ffi/memory.ts";
export interface BufferFiller { fill(unit: number): void }
export interface Buffers { base: number; bytes: number; free(): void }
export function allocateBuffers(plan: any): Buffers { const n = plan.depth*plan.bufferBytes; const base = allocate(n); return {base, bytes: plan.bufferBytes, free(){ free(base,n)}} }
class No { fill(){} }
export function createFiller(..._: any[]): BufferFiller { return new No(); }
