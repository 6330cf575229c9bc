/** The chapters of the guide, as files. */

import { readdirSync, readFileSync } from 'node:fs';
import { repositoryFile } from '../process.ts';

export interface Chapter {
  /** Seen from the root of the repository: `docs/guide/03-the-log.md`. */
  readonly path: string;
  readonly text: string;
}

const folder = 'docs/guide';

/** README.md first, then the chapters in their order. */
export function readGuide(): readonly Chapter[] {
  const names = readdirSync(repositoryFile(folder)).filter((name) => name.endsWith('.md'));
  const chapters = names.filter((name) => name !== 'README.md').sort();
  return ['README.md', ...chapters].map((name) => {
    const path = `${folder}/${name}`;
    return { path, text: readFileSync(repositoryFile(path), 'utf8') };
  });
}
