/** Which known word was meant: for "did you mean". Knows words only, not what they name. */

/** Longer words are not compared: no name is, and the cost grows with the square. */
const LONGEST = 40;

/**
 * The candidate that takes the fewest edits (insert, delete, replace, swap neighbours) to become
 * the word, or undefined when none is near: one edit for each three characters, at most three.
 * Case, and - for _, do not count.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  const wanted = fold(word);
  let best: string | undefined;
  let fewest = Math.min(3, Math.max(1, Math.floor(wanted.length / 3))) + 1;
  for (const candidate of candidates) {
    const count = edits(wanted, fold(candidate));
    if (count < fewest) {
      fewest = count;
      best = candidate;
    }
  }
  return best;
}

/** ", did you mean X?" in front of what a message goes on with; empty when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === undefined ? "" : `; did you mean ${found}?`;
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll("-", "_");
}

/** Distance of optimal string alignment: rows of the usual table, the last three kept. */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replace, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, before[j - 2]! + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
