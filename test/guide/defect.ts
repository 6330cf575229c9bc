/** What the project runs, with one bug of the museum in it: the runner of scenarios, or the command line. */

import { readFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';
import type { ScenarioRun } from '../../src/testbed/scenario/run.ts';
import type { Exhibit } from '../museum/exhibit.ts';
import { mutate } from '../museum/exhibit.ts';
import { repositoryFile } from '../process.ts';

export type Runner = new () => ScenarioRun;

const made = new Map<number, Promise<Runner>>();

/** @throws Error when no scenario runs the file that the exhibit changes. */
export function runnerWith(exhibit: Exhibit): Promise<Runner> {
  const runner = made.get(exhibit.number) ?? makeRunner(exhibit);
  made.set(exhibit.number, runner);
  return runner;
}

async function makeRunner(exhibit: Exhibit): Promise<Runner> {
  const module = await importWith(exhibit, 'src/testbed/scenario/run.ts');
  if (module === null) {
    throw new Error(
      `no scenario runs src/${exhibit.file}, which exhibit ${exhibit.number} changes`,
    );
  }
  return module['ScenarioRun'] as Runner;
}

/** The exports of a file, made anew with all that it imports; null when the bug is in none of it. */
export async function importWith(
  exhibit: Exhibit,
  file: string,
): Promise<{ readonly [name: string]: unknown } | null> {
  const changed = repositoryFile(`src/${exhibit.file}`);
  let isReached = false;
  const defect: Plugin = {
    name: 'defect',
    setup(bundle) {
      bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path !== changed) return null;
        isReached = true;
        return { contents: mutate(exhibit, readFileSync(path, 'utf8')), loader: 'ts' };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [repositoryFile(file)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    plugins: [defect],
  });
  const [output] = outputFiles;
  if (!isReached || output === undefined) return null;
  const code = Buffer.from(output.contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
