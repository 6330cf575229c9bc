/** The lines in which two texts differ, with a little of what stands around them. */

interface Row {
  readonly mark: ' ' | '-' | '+';
  readonly line: number;
  readonly text: string;
}

/** Lengths of the longest common subsequences of what follows each pair of lines. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  for (let a = before.length - 1; a >= 0; a--) {
    for (let b = after.length - 1; b >= 0; b--) {
      const row = lengths[a];
      if (row === undefined) continue;
      row[b] =
        before[a] === after[b]
          ? 1 + (lengths[a + 1]?.[b + 1] ?? 0)
          : Math.max(lengths[a + 1]?.[b] ?? 0, row[b + 1] ?? 0);
    }
  }
  return lengths;
}

function rowsOf(before: readonly string[], after: readonly string[]): Row[] {
  const lengths = commonLengths(before, after);
  const rows: Row[] = [];
  let [a, b] = [0, 0];
  while (a < before.length || b < after.length) {
    const [left, right] = [before[a], after[b]];
    if (left !== undefined && left === right) {
      rows.push({ mark: ' ', line: b + 1, text: left });
      a++;
      b++;
    } else if (left !== undefined && (lengths[a + 1]?.[b] ?? 0) >= (lengths[a]?.[b + 1] ?? 0)) {
      rows.push({ mark: '-', line: a + 1, text: left });
      a++;
    } else {
      rows.push({ mark: '+', line: b + 1, text: right ?? '' });
      b++;
    }
  }
  return rows;
}

/** Lines as `mark number text`: `-` stands in `before` only, `+` in `after` only. */
export function diffLines(before: string, after: string, around = 2): string {
  const rows = rowsOf(before.split('\n'), after.split('\n'));
  const isNear = (at: number): boolean =>
    rows.slice(Math.max(0, at - around), at + around + 1).some(({ mark }) => mark !== ' ');
  const lines: string[] = [];
  rows.forEach(({ mark, line, text }, at) => {
    if (isNear(at)) lines.push(`${mark} ${String(line).padStart(4)}  ${text}`.trimEnd());
    else if (lines.at(-1) !== '  ...') lines.push('  ...');
  });
  return lines.join('\n');
}
