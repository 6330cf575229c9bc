/** The page that is committed: what it is made of, and where it is. */

import { renderTheatre } from '../../src/pages/theatre.ts';
import { repositoryFile } from '../process.ts';
import { readScenarios } from '../scenarios/collection.ts';

export const theatreFile: string = repositoryFile('docs/theatre/index.html');

/** The page as the sources give it. */
export function makeTheatre(): string {
  const scenarios = readScenarios().map(({ path, lines }) => ({
    path,
    text: `${lines.map(({ text }) => text).join('\n')}\n`,
  }));
  return renderTheatre(scenarios);
}
