/**
 * Filling in control blocks of the kernel's asynchronous I/O. A block belongs to a row of Units
 * for good, so its data, the row's number, is written once; here is the rest.
 */
import { BLOCK, BLOCK_WORDS, COMMAND } from "../../ffi/aio.ts";
import { RWF } from "../../ffi/constants.ts";
import { Vectors } from "../../ffi/iovec.ts";
import { FDATASYNC } from "../base/direction.ts";
import type { Units } from "../io/units.ts";

const HIGH = 2 ** 32;

/** aio_reqprio is the upper half of the command's word (linux/aio_abi.h). */
const PRIORITY_SHIFT = 16;
/** linux/aio_abi.h. */
const IOCB_FLAG_IOPRIO = 2;

export interface Blocks {
  /** A read or write of what is left of the unit. */
  transfer(unit: number): void;
  /** A sync of the whole file. */
  sync(unit: number): void;
  close(): void;
}

/** The block carries the address itself. */
export class PlainBlocks implements Blocks {
  /** Commands of READ and WRITE. */
  readonly #commands: Int32Array;
  /** Flags of READ and WRITE. */
  readonly #flags: Int32Array;

  constructor(
    protected readonly units: Units,
    private readonly blocks: Int32Array,
    private readonly files: Int32Array,
    nowait: boolean,
    atomic = false,
  ) {
    this.#commands = Int32Array.from(this.commands());
    const flags = nowait ? RWF.NOWAIT : 0;
    this.#flags = Int32Array.of(flags, atomic ? flags | RWF.ATOMIC : flags);
    for (let row = 0; row < units.depth; row++) blocks[row * BLOCK_WORDS + BLOCK.DATA] = row;
  }

  protected commands(): readonly [number, number] {
    return [COMMAND.PREAD, COMMAND.PWRITE];
  }

  /** A read or write of what is left of the unit. */
  transfer(unit: number): void {
    const { units } = this;
    const moved = units.moved[unit]!;
    this.fill(unit, units.address[unit]! + moved, units.length[unit]! - moved);
  }

  /** A sync of the whole file; the kernel wants every other field empty. */
  sync(unit: number): void {
    const { blocks, units } = this;
    const at = unit * BLOCK_WORDS;
    blocks.fill(0, at + BLOCK.RW_FLAGS, at + BLOCK_WORDS);
    blocks[at + BLOCK.COMMAND] = units.kind[unit] === FDATASYNC ? COMMAND.FDSYNC : COMMAND.FSYNC;
    blocks[at + BLOCK.FILE] = this.files[units.file[unit]!]!;
  }

  /** `address` and `length` as the command wants them: of a buffer, or of vectors. */
  protected fill(unit: number, address: number, length: number): void {
    const { blocks, units } = this;
    const at = unit * BLOCK_WORDS;
    const offset = units.offset[unit]! + units.moved[unit]!;
    blocks[at + BLOCK.RW_FLAGS] = this.#flags[units.direction[unit]!]!;
    blocks[at + BLOCK.COMMAND] = this.#commands[units.direction[unit]!]!;
    blocks[at + BLOCK.FILE] = this.files[units.file[unit]!]!;
    blocks[at + BLOCK.ADDRESS] = address;
    blocks[at + BLOCK.ADDRESS + 1] = address / HIGH;
    blocks[at + BLOCK.LENGTH] = length;
    blocks[at + BLOCK.LENGTH + 1] = length / HIGH;
    blocks[at + BLOCK.OFFSET] = offset;
    blocks[at + BLOCK.OFFSET + 1] = offset / HIGH;
  }
  close(): void {}
}

/** The block carries the address of a vector of one buffer. */
export class VectoredBlocks extends PlainBlocks {
  readonly #vectors: Vectors;

  constructor(
    units: Units,
    blocks: Int32Array,
    files: Int32Array,
    nowait: boolean,
    atomic = false,
  ) {
    super(units, blocks, files, nowait, atomic);
    this.#vectors = new Vectors(units.depth);
  }

  protected override commands(): readonly [number, number] {
    return [COMMAND.PREADV, COMMAND.PWRITEV];
  }

  override transfer(unit: number): void {
    const { units } = this;
    const moved = units.moved[unit]!;
    const length = units.length[unit]! - moved;
    this.fill(unit, this.#vectors.set(unit, units.address[unit]! + moved, length), 1);
  }
  override close(): void {
    this.#vectors.close();
  }
}

/** The block carries the unit's own I/O priority; one without has the thread's. */
export class PriorityBlocks implements Blocks {
  constructor(
    private readonly inner: Blocks,
    private readonly units: Units,
    private readonly blocks: Int32Array,
  ) {}

  transfer(unit: number): void {
    this.inner.transfer(unit);
    const at = unit * BLOCK_WORDS;
    const priority = this.units.priority[unit]!;
    const command = this.blocks[at + BLOCK.COMMAND]!;
    this.blocks[at + BLOCK.COMMAND] = command | (priority << PRIORITY_SHIFT);
    this.blocks[at + BLOCK.FLAGS] = priority === 0 ? 0 : IOCB_FLAG_IOPRIO;
  }

  sync(unit: number): void {
    this.inner.sync(unit);
    this.blocks[unit * BLOCK_WORDS + BLOCK.FLAGS] = 0;
  }
  close(): void {
    this.inner.close();
  }
}
