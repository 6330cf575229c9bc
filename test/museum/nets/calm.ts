/**
 * Three replicas without any faults. No net to catch anything with: a defect that shows itself even
 * here would be found by whoever runs the code once.
 */

import { runNode } from '../child.ts';
import { isOfCore, type Net } from '../net.ts';

export const calm: Net = {
  name: 'calm',
  what: 'three replicas between which nothing goes wrong',
  isRandom: false,
  reaches: isOfCore,
  async run(build) {
    const options = { timeoutMs: 120_000 };
    const { isSuccess, end } = await runNode(build, ['dist/test/museum/inside/calm.js'], options);
    return isSuccess ? null : { by: end ?? 'it fails' };
  },
};
