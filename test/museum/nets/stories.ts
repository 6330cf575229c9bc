/** The tests that tell stories of the core, the replica, the store and the machines. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from '../child.ts';
import type { Build, Net } from '../net.ts';

const folders = ['machine', 'raft', 'replica', 'storage'];

/** Nets of their own. */
const excluded = ['raft/chaos.test.js', 'storage/file-store-crashes.test.js'];

/** Of one story, and of all; some are told on a real disk. */
const timeoutMs = 120_000;
const timeoutOfAllMs = 300_000;

export const stories: Net = {
  name: 'stories',
  what: `the tests of ${folders.map((folder) => `test/${folder}`).join(', ')}`,
  isRandom: false,
  async run(build, { known, isQuick }) {
    const { file, name } = parseStory(known);
    const isNarrow = isQuick && file !== null;
    const { stdout, isSuccess, end } = await runNode(
      build,
      [
        '--test-reporter=tap',
        ...(isNarrow ? [`--test-name-pattern=^${escaped(name)}$`] : []),
        'dist/test/museum/inside/stories.js',
        ...(isNarrow ? [`${file}.js`] : filesOf(build)),
      ],
      { timeoutMs: isNarrow ? timeoutMs : timeoutOfAllMs },
    );
    const failed = failedStories(stdout);
    const best = failed.find((story) => story === known) ?? failed[0] ?? end;
    if (best === null && !isSuccess) throw new Error(`no test was run:\n${stdout}`);
    return best === null ? null : { by: best };
  },
};

/** "raft/reads.test: a read waits" is a test of test/raft/reads.test.ts. */
function parseStory(story: string | null): { file: string | null; name: string } {
  const [, file, name] = /^(\S+\.test): (.+)$/.exec(story ?? '') ?? [];
  return { file: file ?? null, name: name ?? '' };
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function filesOf({ directory }: Build): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(directory, 'dist/test', folder)).map((name) => `${folder}/${name}`),
    )
    .filter((path) => path.endsWith('.test.js') && !excluded.includes(path))
    .sort();
}

/** From the reporter's lines: "not ok 3 - name", and below it the location. */
function failedStories(tap: string): string[] {
  const failed = tap.matchAll(
    /^not ok \d+ - (.+)\n[\s\S]*?location: '(.*?\/dist\/test\/(.*?)\.js)/gm,
  );
  return [...failed].map(([, name, , file]) => `${file}: ${name}`);
}
