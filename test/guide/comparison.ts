/** Where the nets of the museum differ: which of the well-known defects some catch and others do not. */

import { exhibits, listedCount } from '../museum/exhibits/index.ts';
import { nets } from '../museum/nets/index.ts';
import { isCaught, readRecord } from '../museum/record.ts';

const form = /^(\w+(?: or \w+)*), and (?:no other|not (\w+(?: or \w+)*))$/;

/**
 * Below each line, the numbers of the exhibits that it speaks of.
 *
 * @param lines such as `rules or stories, and no other`, `specification, and not simulation`
 * @throws Error when a line says something else, or names a net that there is not.
 */
export function compare(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => !line.startsWith(' '))
    .flatMap((line) => {
      const isMeant = parse(line);
      const numbers = exhibits
        .map(({ number }) => number)
        .filter((number) => number <= listedCount && isMeant(netsThatCaught(number)));
      return [line, `  ${numbers.length === 0 ? 'none' : numbers.join(' ')}`];
    });
}

function parse(line: string): (caught: readonly string[]) => boolean {
  const [, these, those] = form.exec(line) ?? [];
  if (these === undefined) {
    throw new Error(`"${line}" is neither "a or b, and no other" nor "a, and not b or c"`);
  }
  const wanted = netsIn(these);
  const excluded =
    those === undefined
      ? nets.map(({ name }) => name).filter((name) => !wanted.includes(name))
      : netsIn(those);
  return (caught) =>
    wanted.some((name) => caught.includes(name)) && !excluded.some((name) => caught.includes(name));
}

function netsIn(words: string): readonly string[] {
  const names = words.split(' or ');
  for (const name of names) {
    if (!nets.some((net) => net.name === name)) throw new Error(`there is no net "${name}"`);
  }
  return names;
}

function netsThatCaught(number: number): readonly string[] {
  const findings = readRecord()[number] ?? {};
  return Object.keys(findings).filter((net) => isCaught(findings[net]));
}
