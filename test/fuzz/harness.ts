/**
 * Fuzzing: inputs drawn from seeds, judged by an oracle, and made small when one fails.
 *
 * `FUZZ_SEEDS=5000` tries seeds 1 to 5000 of each target instead of the few of a usual run;
 * `FUZZ_SEED=17` repeats one.
 */

import { relative } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createRandom, type Random } from '../../src/raft/index.ts';
import { describe, shrink } from './shrink.ts';
import { Watchdog } from './watchdog.ts';

export interface Target<Input> {
  /** Also the name of its test. */
  readonly name: string;
  /** `import.meta.url` of its file; for the command that repeats a failure. */
  readonly file: string;
  /** How many seeds a usual run tries; all targets together take about ten seconds. */
  readonly seeds: number;
  /** Text, bytes, numbers, and arrays and objects of them: what `shrink` can take apart. */
  generate(random: Random): Input;
  /** The oracle. Throws when what it says does not hold. */
  check(input: Input): void | Promise<void>;
}

/** No input may cost more than this, of the processor, in milliseconds. */
const maxCpuMs = 3000;

export function fuzz<Input>(target: Target<Input>): void {
  test(target.name, { timeout: 2 ** 31 - 1 }, () => run(target));
}

async function run<Input>(target: Target<Input>): Promise<void> {
  const { name, generate } = target;
  const only = process.env['FUZZ_SEED'];
  const wanted = process.env['FUZZ_SEEDS'];
  const [first, last] =
    only === undefined ? [1, Number(wanted ?? target.seeds)] : [Number(only), Number(only)];
  if (!(first >= 0 && last >= first)) throw new Error('FUZZ_SEED and FUZZ_SEEDS are numbers');
  const watchdog = new Watchdog(name, commandFor(target, 'SEED'));
  try {
    let saidMs = performance.now();
    for (let seed = first; seed <= last; seed++) {
      const input = generate(createRandom(seed));
      const fault = await watchdog.watch(seed, () => judge(target, input));
      if (fault !== null) throw await report(target, seed, input, fault, watchdog);
      if (wanted !== undefined && performance.now() - saidMs > 5000) {
        saidMs = performance.now();
        process.stderr.write(`${name}: ${seed} of ${last} seeds\n`);
      }
    }
  } finally {
    watchdog.end();
  }
}

/** Why the oracle does not hold of this input, or null. */
async function judge<Input>({ check }: Target<Input>, input: Input): Promise<Error | null> {
  const before = process.cpuUsage();
  try {
    // One input must not change what the next attempt at making it smaller begins with.
    await check(structuredClone(input));
  } catch (error) {
    return error instanceof Error ? error : new Error(`thrown: ${String(error)}`);
  }
  const { user, system } = process.cpuUsage(before);
  const ms = Math.round((user + system) / 1000);
  return ms > maxCpuMs ? new Error(`it takes too long: ${ms} ms`) : null;
}

async function report<Input>(
  target: Target<Input>,
  seed: number,
  input: Input,
  fault: Error,
  watchdog: Watchdog,
): Promise<Error> {
  const small = await shrink(input, async (candidate) => {
    const other = await watchdog.watch(seed, () => judge(target, candidate));
    return other !== null && kindOf(other) === kindOf(fault);
  });
  const last = (await judge(target, small)) ?? fault;
  const text = [
    `${target.name}, seed ${seed}: ${last.message}`,
    `input: ${describe(small)}`,
    `repeat: ${commandFor(target, seed)}`,
    ...(last.stack ?? '').split('\n').filter((row) => row.startsWith('    at ')),
  ].join('\n');
  const error = new Error(text);
  error.stack = text;
  return error;
}

/** Failures of one kind differ in numbers and quoted parts only. */
function kindOf(error: Error): string {
  const [first = ''] = error.message.split('\n');
  return `${error.name}: ${first.replaceAll(/\d+|"[^"]*"|'[^']*'|:.*/g, '')}`;
}

function commandFor(target: { name: string; file: string }, seed: number | 'SEED'): string {
  const file = relative(process.cwd(), fileURLToPath(target.file));
  return `FUZZ_SEED=${seed} node --test --test-name-pattern='^${target.name}$' ${file}`;
}
