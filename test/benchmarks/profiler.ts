/**
 * Profiles the process that it is loaded into. With `node --import`, between two SIGUSR2, and what
 * was found goes to a file in the directory that the environment variable PROFILE_DIRECTORY names.
 */

import { renameSync, writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { join } from 'node:path';

const sampleUs = 250;

export class ProfiledProcess {
  readonly #session = new Session();

  start(): void {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.setSamplingInterval', { interval: sampleUs });
    this.#session.post('Profiler.start');
  }

  stop(file: string): void {
    this.#session.post('Profiler.stop', (error, { profile }: Profiler.StopReturnType) => {
      if (error !== null) throw error;
      // Whoever waits for it must not find half of it.
      writeFileSync(`${file}.part`, JSON.stringify(profile));
      renameSync(`${file}.part`, file);
    });
    this.#session.disconnect();
  }
}

const directory = process.env['PROFILE_DIRECTORY'];
if (directory !== undefined) {
  let running: ProfiledProcess | null = null;
  process.on('SIGUSR2', () => {
    running?.stop(join(directory, `${process.pid}.cpuprofile`));
    running = running === null ? new ProfiledProcess() : null;
    running?.start();
  });
}
