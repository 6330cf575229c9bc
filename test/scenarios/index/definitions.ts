/** Whether the source defines what somebody names. */

import { existsSync, readFileSync } from 'node:fs';
import type { CodeReference } from '../../../src/testbed/scenario/script.ts';
import { repositoryFile } from '../../process.ts';

/** Whether the file has a function, constant, type or method of this name. */
export function isDefined({ file, name }: CodeReference): boolean {
  const path = repositoryFile(file);
  const definition = new RegExp(
    `^\\s*(export )?(function|const|class|interface|type) ${name}\\b|^ {2}(static )?${name}[(<]`,
    'm',
  );
  return existsSync(path) && definition.test(readFileSync(path, 'utf8'));
}
