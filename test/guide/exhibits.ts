/** Exhibits of the museum, as chapters show them. */

import { readFileSync } from 'node:fs';
import type { Exhibit } from '../museum/exhibit.ts';
import { exhibits } from '../museum/exhibits/index.ts';
import { reaches } from '../museum/net.ts';
import { nets } from '../museum/nets/index.ts';
import { isCaught, readRecord } from '../museum/record.ts';
import { repositoryFile } from '../process.ts';
import { wrap } from './wrap.ts';

/** What stands at the margin and has a name. */
const definition = /^(?:export )?(?:async )?(?:function|const|class|interface|type) (\w+)/gm;

/** @throws Error when there is no such exhibit. */
export function exhibitOf(number: number): Exhibit {
  const exhibit = exhibits.find((other) => other.number === number);
  if (exhibit === undefined) throw new Error(`the museum has no exhibit ${number}`);
  return exhibit;
}

/** The lines that the exhibit changes, and in which definition they stand. */
export function diffOf({ file, find, replace }: Exhibit): readonly string[] {
  const text = readFileSync(repositoryFile(`src/${file}`), 'utf8');
  const at = text.indexOf(find);
  const start = text.lastIndexOf('\n', at) + 1;
  const next = text.indexOf('\n', at + find.length - 1);
  const [before, after] = [text.slice(start, at), text.slice(at + find.length, next)];
  const was = linesOf(`${before}${find}${after}`);
  const is = linesOf(`${before}${replace}${after}`);
  const margin = Math.min(...[...was, ...is].map((line) => line.length - line.trimStart().length));
  const names = [...text.slice(0, at + (was[0]?.length ?? 0)).matchAll(definition)];
  const where = names.at(-1)?.[1];
  return [
    `@@ src/${file}${where === undefined ? '' : `, ${where}`} @@`,
    ...marked(was, is).map(([mark, line]) => `${mark} ${line.slice(margin)}`),
  ];
}

/** What both begin and end with stands once. */
function marked(was: readonly string[], is: readonly string[]): readonly [string, string][] {
  const shorter = Math.min(was.length, is.length);
  let first = 0;
  while (first < shorter && was[first] === is[first]) first++;
  let last = 0;
  while (last < shorter - first && was.at(-1 - last) === is.at(-1 - last)) last++;
  const rows = (mark: string, lines: readonly string[]): [string, string][] =>
    lines.map((line) => [mark, line]);
  return [
    ...rows(' ', was.slice(0, first)),
    ...rows('-', was.slice(first, was.length - last)),
    ...rows('+', is.slice(first, is.length - last)),
    ...rows(' ', was.slice(was.length - last)),
  ];
}

/** Without those that are empty. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Which nets have caught it, and by what, as in docs/museum.md; then those that have not. */
export function catchesOf(exhibit: Exhibit): readonly string[] {
  const findings = readRecord()[exhibit.number] ?? {};
  const caught: string[] = [];
  const missed: string[] = [];
  for (const { name } of nets.filter((net) => reaches(net, exhibit))) {
    const finding = findings[name];
    if (isCaught(finding)) caught.push(...wrap(finding.by, name.padEnd(15)));
    else if (finding !== undefined) missed.push(name);
  }
  return missed.length === 0 ? caught : [...caught, `missed by ${missed.join(', ')}`];
}
