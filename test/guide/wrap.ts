/** Text in lines that a page has room for. */

export const widthMax = 100;

/** A line that is too long goes on in the next, further in; a comment as a comment. */
export function fold(line: string): readonly string[] {
  if (line.length <= widthMax) return [line];
  const [label = ''] = /^ *(# )?/.exec(line) ?? [];
  const rows = wrap(line.slice(label.length), label.includes('#') ? label : `${label}    `);
  return rows.map((row, at) => (at > 0 ? row : `${label}${row.trimStart().replace(/^# /, '')}`));
}

/** The first line begins with the label, the others as far in. */
export function wrap(text: string, label: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && label.length + last.length + 1 + word.length <= widthMax) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map(
    (line, at) => (at === 0 || label.startsWith('#') ? label : ' '.repeat(label.length)) + line,
  );
}
