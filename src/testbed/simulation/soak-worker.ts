/** A thread that runs the seeds that it is given; see soak.ts. */

import { parentPort } from 'node:worker_threads';
import { runSeed, type SeedTask } from './run-seed.ts';

const port = parentPort;
if (port === null) throw new Error('this file is for soak.ts');
port.on('message', (task: SeedTask) => {
  void runSeed(task).then((result) => port.postMessage(result));
});
