/** The file store crashes at every byte that it writes, and its files rot: test/storage. */

import { runNode } from '../child.ts';
import { isOfFileStore, type Net } from '../net.ts';

const timeoutMs = 120_000;

export const crashes: Net = {
  name: 'crashes',
  what:
    'the crash harness of test/storage: the file store crashes at every byte, ' +
    'bits of its files turn round, and their ends are cut off',
  isRandom: false,
  reaches: isOfFileStore,
  async run(build, { known, isQuick }) {
    const only = isQuick && known !== null ? [known] : [];
    const { stdout, stderr, isSuccess, end } = await runNode(
      build,
      ['dist/test/museum/inside/crashes.js', ...only],
      { timeoutMs },
    );
    if (end !== null) return { by: end };
    if (!isSuccess) throw new Error(`the file store cannot be crashed:\n${stderr}`);
    const by: string | null = JSON.parse(stdout);
    return by === null ? null : { by };
  },
};
