/** What a distribution of one file is drawn from, whichever it is. */
export interface Draws {
  /** A block, from 0 on. */
  draw(): number;
  /** A new round over the file. */
  rewind(): void;
}
