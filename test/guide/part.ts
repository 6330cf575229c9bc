/** A part of a text, by how its first and its last line begin. */

export interface Part {
  /** Null: from the beginning on. One line only begins so. */
  readonly from: string | null;
  /** Null: to the end. The first line from there on that begins so. */
  readonly to: string | null;
}

/** Of lines with what is indented below them: the last line has that with it. */
export function takePart(lines: readonly string[], part: Part | null): readonly string[] {
  const { from, to } = part ?? { from: null, to: null };
  const start = from === null ? 0 : lineOf(lines, from);
  const last =
    to === null
      ? lines.length - 1
      : lines.findIndex((line, at) => at >= start && line.trimStart().startsWith(to));
  if (last < 0) throw new Error(`from there on no line begins with "${to}"`);
  const depth = depthOf(lines[last] ?? '');
  const isBelow = (line: string): boolean => line.trim() !== '' && depthOf(line) > depth;
  let end = last + 1;
  while (end < lines.length && isBelow(lines[end] ?? '')) end++;
  return withoutMargin(withoutEmptyEnds(lines.slice(start, end)));
}

function lineOf(lines: readonly string[], beginning: string): number {
  const found = [...lines.keys()].filter((at) => lines[at]?.trimStart().startsWith(beginning));
  const [first, second] = found;
  if (first === undefined) throw new Error(`no line begins with "${beginning}"`);
  if (second !== undefined) {
    throw new Error(
      `${found.length} lines begin with "${beginning}": name one that nothing else begins with`,
    );
  }
  return first;
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length;
}

function withoutEmptyEnds(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== '');
  const last = lines.findLastIndex((line) => line !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}

function withoutMargin(lines: readonly string[]): readonly string[] {
  const margin = Math.min(...lines.filter((line) => line !== '').map(depthOf));
  return lines.map((line) => line.slice(margin));
}
