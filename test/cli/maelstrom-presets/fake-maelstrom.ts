/**
 * A program that behaves like Maelstrom where `maelstrom/run` can see it: what it prints, what it
 * leaves in store/, and how it ends. FAKE says what happens; see `endings`.
 */

import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const args = process.argv.slice(2);
const fake = process.env['FAKE'] ?? 'valid';

function flag(name: string, otherwise: string): string {
  const at = args.lastIndexOf(name);
  return at < 0 ? otherwise : (args[at + 1] ?? otherwise);
}

const workload = flag('-w', 'lin-kv');
const time = '2023-08-31 07:34:14,717';

/** One entry of the log, in both of its forms. */
interface Entry {
  readonly level: string;
  readonly thread: string;
  readonly logger: string;
  readonly text: string;
}

const entry = (level: string, thread: string, logger: string, text: string): Entry => ({
  level,
  thread,
  logger,
  text,
});

const invalidDest = (dest: string): Entry =>
  entry(
    'WARN',
    'n1 stdout',
    'maelstrom.process',
    `Error!\njava.lang.AssertionError: Assert failed: Invalid dest for message #maelstrom.net.message.Message{:id 71, :src "n1", :dest "${dest}", :body {:type "read_ok"}}\n(get queues (:dest m))\n\tat maelstrom.net$validate_msg.invokeStatic(net.clj:173)`,
  );

const warnings: { readonly [name: string]: readonly Entry[] } = {
  'node-warning': [invalidDest('c10'), invalidDest('c10')],
  'harmless-warnings': [
    entry(
      'WARN',
      'clojure-agent-send-off-pool-2',
      'jepsen.checker',
      'Error while checking history:\njava.lang.IllegalStateException: Error rendering plot, verify gnuplot is installed and reachable',
    ),
    entry(
      'WARN',
      'jepsen worker 0',
      'jepsen.generator.interpreter',
      'Process 0 crashed\nclojure.lang.ExceptionInfo: Client read timeout',
    ),
  ],
};

const lines = (form: 'console' | 'file'): string =>
  [
    entry('INFO', 'jepsen node n1', 'maelstrom.db', 'Setting up n1'),
    entry('INFO', 'jepsen worker 0', 'jepsen.util', '0\t:invoke\t:read\t[0 nil]'),
    ...(warnings[fake] ?? []),
    entry('INFO', 'jepsen node n0', 'maelstrom.db', 'Tearing down n0'),
    // The last node still speaks to those that are gone.
    invalidDest('n0'),
    entry('INFO', 'jepsen results', 'jepsen.store', `Wrote results`),
  ]
    .map(({ level, thread, logger, text }) =>
      form === 'console'
        ? `${level} [${time}] ${thread} - ${logger} ${text}\n`
        : `${time}{GMT}\t${level}\t[${thread}] ${logger}: ${text}\n`,
    )
    .join('');

const verdicts: { readonly [name: string]: string } = { invalid: 'false', unknown: ':unknown' };
const verdict = verdicts[fake] ?? 'true';
const perf =
  fake === 'unknown'
    ? '{:latency-graph {:valid? :unknown, :error "java.lang.IllegalStateException: Error rendering plot, verify gnuplot is installed and reachable\\n at jepsen"}, :valid? :unknown}'
    : '{:latency-graph {:valid? true}, :valid? true}';
const results = `{:perf ${perf},
 :stats {:valid? true, :count 100, :ok-count 60, :fail-count 38, :info-count 2},
 :availability {:valid? true, :ok-fraction 0.6},
 :net {:servers {:send-count 220, :msg-count 220, :msgs-per-op 2.2}, :valid? true},
 :workload {:valid? ${verdict === 'false' ? 'false' : 'true'}},
 :valid? ${verdict}}
`;

const history = [1, 2, 3]
  .map(
    (ms) =>
      `{:type :invoke, :f :read, :value [0 nil], :process ${ms}, :time 0, :index 0}\n{:type :ok, :f :read, :value [0 nil], :process ${ms}, :time ${ms}000000, :index 1}\n`,
  )
  .concat(
    ['majorities-ring', 'one', 'majorities-ring'].map(
      (shape) =>
        `{:type :info, :f :start-partition, :value :${shape}, :process :nemesis, :time 5, :index 2}\n{:type :info, :f :start-partition, :value [:isolated {"n0" #{"n1"}}], :process :nemesis, :time 6, :index 3}\n`,
    ),
  )
  .join('');

function leaveRun(): void {
  const parent = join('store', workload);
  mkdirSync(parent, { recursive: true });
  const directory = join(parent, `20230831T07341${readdirSync(parent).length}.717Z`);
  mkdirSync(directory);
  rmSync(join(parent, 'latest'), { force: true });
  symlinkSync(join(process.cwd(), directory), join(parent, 'latest'));
  writeFileSync(join(directory, 'jepsen.log'), lines('file'));
  if (fake === 'crash') return;
  writeFileSync(join(directory, 'results.edn'), results);
  writeFileSync(join(directory, 'history.edn'), history);
}

const words: { readonly [verdict: string]: readonly [status: number, text: string] } = {
  true: [0, 'Everything looks good! ヽ(‘ー`)ノ'],
  false: [1, 'Analysis invalid! (ﾉಥ益ಥ）ﾉ ┻━┻'],
  ':unknown': [2, 'Errors occurred during analysis, but no anomalies found. ಠ~ಠ'],
};

/** Refuses what it does not know, as those before July 2026 do. */
const unknownFault = flag('--nemesis', 'partition')
  .split(',')
  .find((fault) => fault !== 'partition');

if (fake === 'old' && unknownFault !== undefined) {
  const nemesis = flag('--nemesis', '');
  process.stdout.write(`Failed to validate "--nemesis ${nemesis}": Must be one of partition\n`);
  process.exitCode = 254;
} else if (fake === 'slow') {
  mkdirSync('store', { recursive: true });
  writeFileSync(join('store', 'began'), '');
  process.once('SIGINT', () => process.exit(130));
  // Until it is interrupted, and not for ever when that does not come.
  setTimeout(() => {}, 20_000);
} else {
  for (let run = 0; run < Number(flag('--test-count', '1')); run++) {
    leaveRun();
    process.stdout.write(lines('console'));
  }
  writeFileSync('arguments.json', JSON.stringify(args));
  const [status, text] = words[verdict] ?? [255, ''];
  if (fake === 'crash') {
    process.stdout.write(
      `ERROR [${time}] main - jepsen.cli Oh jeez, I'm sorry, Jepsen broke. Here's why:\nclojure.lang.ExceptionInfo: Node n2 crashed with exit status 1. Before crashing, it wrote to STDOUT:\n`,
    );
    process.exitCode = 255;
  } else {
    process.stdout.write(`\n${text}\n`);
    process.exitCode = status;
  }
}
