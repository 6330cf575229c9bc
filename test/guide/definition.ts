/** Source code by the name of what it defines. */

import { readFileSync } from 'node:fs';
import { repositoryFile } from '../process.ts';

/**
 * The definition of this name in a file, with its doc comment.
 *
 * @throws Error when there is none.
 */
export function definitionOf(file: string, name: string): readonly string[] {
  return findDefinition(readFileSync(repositoryFile(file), 'utf8').split('\n'), name);
}

/** Lines as the formatter leaves them: what ends a definition stands below its beginning. */
export function findDefinition(lines: readonly string[], name: string): readonly string[] {
  const beginning = new RegExp(
    `^( *)(export )?(async )?(function|const|class|interface|type) ${name}\\b|^( {2})(static )?(async )?${name}[(<]`,
  );
  const start = lines.findIndex((line) => beginning.test(line));
  if (start < 0) throw new Error(`nothing of the name ${name} is defined there`);
  const [, outside, , , , inside] = beginning.exec(lines[start] ?? '') ?? [];
  const margin = outside ?? inside ?? '';
  const end = endOf(lines, start, margin);
  return lines.slice(startOfComment(lines, start), end + 1);
}

function endOf(lines: readonly string[], start: number, margin: string): number {
  const first = lines[start] ?? '';
  if (/[;}]$/.test(first)) return start;
  if (first.endsWith('=')) {
    const blank = lines.indexOf('', start);
    return (blank < 0 ? lines.length : blank) - 1;
  }
  // Not `}: Options): void {`, which ends what is handed in.
  const closes = new RegExp(`^${margin}[}\\]].*[^{]$|^${margin}[}\\]]$`);
  return lines.findIndex((line, at) => at > start && closes.test(line));
}

function startOfComment(lines: readonly string[], start: number): number {
  if (!(lines[start - 1] ?? '').trimEnd().endsWith('*/')) return start;
  let first = start - 1;
  while (first > 0 && !(lines[first] ?? '').trimStart().startsWith('/**')) first--;
  return first;
}
