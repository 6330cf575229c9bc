/** Runs in a build: what the crash harness finds, of what is named, or of all. Prints JSON. */

import { fileStoreTrials } from '../../storage/file-store-trials.ts';

const say = (problem: string | null): void => void process.stdout.write(JSON.stringify(problem));

let current = '';
// A store that fails where it should not is caught, too, and nobody may be there to wait for it.
process.once('uncaughtException', (error) => {
  say(`${current}: ${firstLine(error)}`);
  process.exit(0);
});

async function problemIn(names: readonly string[]): Promise<string | null> {
  for (const { name, run } of fileStoreTrials) {
    if (names.length > 0 && !names.includes(name)) continue;
    current = name;
    const problem = await run().then(() => null, firstLine);
    if (problem !== null) return `${name}: ${problem}`;
  }
  return null;
}

function firstLine({ message }: Error): string {
  return message.split('\n')[0] ?? '';
}

say(await problemIn(process.argv.slice(2)));
