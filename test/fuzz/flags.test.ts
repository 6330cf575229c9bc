/** Command lines: whatever somebody types, the answer is a sentence, not a stack. */

import assert from 'node:assert/strict';
import process from 'node:process';
import { UsageError } from '../../src/cli/exit-status.ts';
import { main } from '../../src/cli/main.ts';
import { parseNodeFlags } from '../../src/cli/node-flags.ts';
import { parseTestFlags } from '../../src/cli/test-command.ts';
import type { Random } from '../../src/raft/index.ts';
import { repositoryFile } from '../process.ts';
import { falseNumerals, happens, oddNumerals, pick, several, someText } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateText } from './mutators.ts';

const testFlags = [
  ...['--workload', '-w', '--bin', '--node-count', '--nodes', '--time-limit', '--rate'],
  ...['--concurrency', '--latency', '--latency-dist', '--nemesis', '--nemesis-interval'],
  ...['--log-stderr', '--log-net-send', '--log-net-recv', '--test-count', '--seed', '--store'],
  ...['--availability', '--topology', '--help', '-h', '--strict', '--version'],
];

/** What people type. */
const plausible: readonly (readonly string[])[] = [
  ['-w', 'lin-kv'],
  ...['4n', '2n', '5n', '10', '12', '20', '3'].map((it) => ['--concurrency', it]),
  ...['1', '3', '5', '1000', '0'].map((it) => ['--node-count', it]),
  ...['n1,n2,n3', 'a, b', 'n1,,n2', 'n1,n1', ','].map((it) => ['--nodes', it]),
  ...['0', '0.5', '100', '1e3', '-1'].map((it) => ['--rate', it]),
  ...['uniform', 'exponential', 'normal'].map((it) => ['--latency-dist', it]),
  ...['partition', 'none', 'kill'].map((it) => ['--nemesis', it]),
  ...['1', '2.5', '4294967295', '4294967296'].map((it) => ['--seed', it]),
  ...['1', '0', '1.5', '3'].map((it) => ['--test-count', it]),
  ['--time-limit', '20'],
  ['--log-stderr'],
];

const nodeFlags = ['--metrics-port', '--request-timeout', '--seed', '--help', '--version'];

const values = [
  ...['lin-kv', 'echo', 'n1,n2,n3', 'n1,,n2', '4n', '2n', '10', '5n', 'partition', 'none'],
  ...['partition,partition', 'constant', 'uniform', 'exponential', '-1', '0x10', ' 3 ', '70000'],
  ...['3', '1', '0', '0.5', '65535', '4294967295', '4294967296', '.', '/', '/dev/null', '\0'],
  repositoryFile('bin/lin-kv'),
];

const files = ['bin/lin-kv', 'package.json', 'README.md', 'src', 'no-such.edn'].map(repositoryFile);

function someValue(random: Random): string {
  const kind = pick(random, 0, 0, 0, 1, 2);
  if (kind === 0) return pick(random, ...values);
  if (kind === 1) return pick(random, ...oddNumerals, ...falseNumerals);
  return someText(random).slice(0, 2000);
}

function someArguments(random: Random, flags: readonly string[]): string[] {
  return several(random, 5, () => {
    if (flags === testFlags && happens(random, 0.7)) return pick(random, ...plausible);
    const kind = pick(random, 0, 1, 2, 3, 4, 5);
    const flag = pick(random, ...flags);
    if (kind === 0) return [flag];
    if (kind === 1) return [`${flag}=${someValue(random)}`];
    if (kind === 2) return [mutateText(random, flag, flags)];
    if (kind === 3) return [pick(random, someValue(random), '--', '-', '--=', '--no-help', '-wx')];
    return [flag, someValue(random)];
  }).flat();
}

/** A sentence or two for whoever typed it. */
function checkMessage(error: unknown): void {
  assert.ok(error instanceof UsageError, `refused by ${String(error)}`);
  assert.ok(error.message.trim() !== '', 'refused without a word');
  assert.doesNotMatch(error.message, /^\s+at .*[:(]\d+/m, 'refused with a stack');
  assert.doesNotMatch(error.message, /undefined|\[object|is not a function/, 'a message of no use');
}

/** What the program said, and with which status it ended. */
async function runQuietly(args: readonly string[]): Promise<{ status: number; said: string }> {
  const { stdout, stderr } = process;
  const writes = [stdout.write, stderr.write] as const;
  let said = '';
  const take = (text: string): boolean => {
    said += text;
    return true;
  };
  stdout.write = take as typeof stdout.write;
  stderr.write = take as typeof stderr.write;
  try {
    return { status: await main(args), said };
  } finally {
    [stdout.write, stderr.write] = writes;
  }
}

fuzz<string[]>({
  name: 'the command line ends with a status and a message',
  file: import.meta.url,
  seeds: 1500,
  generate(random) {
    const command = pick(random, 'test', 'test', 'check', 'help', '--help', someText(random));
    if (happens(random, 0.2))
      return ['check', pick(random, ...files, someText(random)), '--strict'];
    const args = someArguments(random, testFlags);
    return happens(random, 0.95) ? [command, ...args] : args;
  },
  async check(args) {
    // What would run for long is judged by its flags alone, below.
    if (args[0] === 'test' && !args.some((arg) => ['--help', '-h', '--strict'].includes(arg)))
      return;
    if (args[0] === 'test' && args.includes('--')) return;
    const { status, said } = await runQuietly(args);
    assert.ok([0, 254].includes(status), `ended with status ${status}`);
    assert.ok(said.trim() !== '', 'ended without a word');
    assert.doesNotMatch(said, /^\s+at .*[:(]\d+/m, 'ended with a stack');
    const isAsked = ['help', '-h', '--help', '--version'].some((word) => args.includes(word));
    assert.ok(status === 254 || isAsked, 'accepted what nobody can mean');
  },
});

fuzz<string[]>({
  name: 'flags of the bench are refused, or within their limits',
  file: import.meta.url,
  seeds: 2500,
  generate(random) {
    const args = someArguments(random, testFlags);
    return happens(random, 0.7) ? ['--bin', repositoryFile('bin/lin-kv'), ...args] : args;
  },
  check(args) {
    let flags: ReturnType<typeof parseTestFlags>;
    try {
      flags = parseTestFlags(args, () => {});
    } catch (error) {
      return checkMessage(error);
    }
    const { options, testCount } = flags;
    const { nodes, concurrency, rate, timeLimitSeconds, latency, seed } = options;
    const within = (value: number, min: number, max: number): boolean =>
      value >= min && value <= max;
    assert.ok(Number.isInteger(testCount) && within(testCount, 1, 1e6), 'test-count');
    assert.ok(Number.isInteger(seed) && within(seed, 0, 2 ** 32 - 1), 'seed');
    assert.ok(within(nodes.length, 1, 1000) && !nodes.includes(''), 'nodes');
    assert.equal(new Set(nodes).size, nodes.length, 'a node is named twice');
    assert.ok(within(rate, 0, 1e6) && within(timeLimitSeconds, 0.1, 1e6), 'rate, time-limit');
    assert.ok(within(latency.meanMs, 0, 1e6), 'latency');
    assert.ok(within(options.nemesisIntervalSeconds, 0.001, 1e6), 'nemesis-interval');
    const isMultiple = concurrency % (2 * nodes.length) === 0;
    assert.ok(within(concurrency, 1, 100_000) && isMultiple, 'concurrency');
  },
});

fuzz<string[]>({
  name: 'flags of a node are refused, or within their limits',
  file: import.meta.url,
  seeds: 1000,
  generate: (random) => someArguments(random, nodeFlags),
  async check(args) {
    let flags: ReturnType<typeof parseNodeFlags>;
    try {
      flags = parseNodeFlags('lin-kv', args, {});
    } catch (error) {
      return checkMessage(error);
    }
    if (typeof flags === 'string') return assert.ok(flags.trim() !== '', 'help without a word');
    const { metricsPort, requestTimeoutMs, seed } = flags;
    const within = (value: number, min: number, max: number): boolean =>
      Number.isInteger(value) && value >= min && value <= max;
    assert.ok(metricsPort === null || within(metricsPort, 0, 65_535), 'metrics-port');
    assert.ok(within(requestTimeoutMs, 1, 3_600_000), 'request-timeout');
    assert.ok(within(seed, 0, 2 ** 32 - 1), 'seed');
  },
});
