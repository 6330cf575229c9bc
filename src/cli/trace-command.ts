/** `raftwright trace`: what traces say, in the format of docs/trace.md. */

import { lawlessFact } from '../testbed/scenario/recorder.ts';
import { checkTrace, type TraceJudgement } from '../testbed/trace-check.ts';
import { TraceTeller } from '../testbed/trace-words.ts';
import {
  encodeEvent,
  encodeHeader,
  eventKinds,
  FileSink,
  isOfAllNodes,
  mergeTraces,
  type PlacedTrace,
  readPlacedTrace,
  shivizLines,
  type TraceEvent,
  TraceFault,
  type TraceHeader,
  TraceWriter,
  tracesAt,
  withoutPlaces,
} from '../trace/index.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { choiceFlag, integerFlag, numberFlag, parseFlags } from './flags.ts';
import { explainNode } from './trace-explanation.ts';

export const traceHelp = `Usage: raftwright trace COMMAND FILE... [flags]

Reads what a simulation, the bench, a scenario or nodes have written with --trace. Several files of
one run are merged by time; the directory of a run of the bench stands for all that are in it. The
format: docs/trace.md.

  show FILE...      tell what happened, a line an event; ticks and reports of disks are left out
      --node NAME     only what this node, or client, has to do with; may be repeated
      --kind KIND     only events of this kind, such as role, lose or fault; may be repeated
      --from MS       only from then, in milliseconds; and
      --to MS         only until then
      --all           everything, with each core's state after each step
  merge FILE...     write one trace; only needed for other programs, all of these read several files
      --output FILE   where to; default: stdout
  shiviz FILE...    write a log that ShiViz draws (https://bestchai.bitbucket.io/shiviz/), with a
                    vector clock for each event; takes --from, --to and --output
  explain FILE...   start a node's core again, and let it say what it waits for, and why
      --node NAME     which
      --at MS         at which moment; default: at the end
      --index N       why this entry is not committed; default: the next
  check FILE...     start all cores again as the trace says, and see that they do the same, that each
                    transition is one that Raft allows, and that the nodes keep Raft's promises

Exit status: 0, of check: all is as it should be; 1 a rule is broken, or a core does not do the same
again; 254 wrong flags, or a file that is no trace.
`;

const subcommands = ['show', 'merge', 'shiviz', 'explain', 'check'] as const;

const flagDefinitions = {
  help: { type: 'boolean', short: 'h', default: false },
  node: { type: 'string', multiple: true },
  kind: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  all: { type: 'boolean', default: false },
  output: { type: 'string' },
  at: { type: 'string' },
  index: { type: 'string' },
} as const;

const flagsOf: { readonly [S in (typeof subcommands)[number]]: readonly string[] } = {
  show: ['node', 'kind', 'from', 'to', 'all'],
  merge: ['output'],
  shiviz: ['from', 'to', 'output'],
  explain: ['node', 'at', 'index'],
  check: [],
};

interface Values {
  readonly node?: readonly string[];
  readonly kind?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly all: boolean;
  readonly output?: string;
  readonly at?: string;
  readonly index?: string;
}

export function traceCommand(args: readonly string[]): number {
  const { values, positionals } = parseFlags({
    args: [...args],
    allowPositionals: true,
    options: flagDefinitions,
  });
  const [word, ...files] = positionals;
  if (values.help || word === undefined) {
    (values.help ? process.stdout : process.stderr).write(traceHelp);
    return values.help ? exitStatus.valid : exitStatus.usage;
  }
  const subcommand = choiceFlag('trace', word, subcommands);
  demandOwnFlags(subcommand, values);
  if (files.length === 0) throw new UsageError(`trace ${word} takes files; see --help`);
  try {
    return run(subcommand, open(files), values);
  } catch (error) {
    if (!(error instanceof TraceFault)) throw error;
    throw new UsageError(error.message);
  }
}

function demandOwnFlags(subcommand: (typeof subcommands)[number], values: object): void {
  for (const [name, value] of Object.entries(values)) {
    const isGiven = Array.isArray(value)
      ? value.length > 0
      : value !== undefined && value !== false;
    if (!isGiven || flagsOf[subcommand].includes(name)) continue;
    throw new UsageError(`trace ${subcommand} has no --${name}`);
  }
}

function open(files: readonly string[]): PlacedTrace {
  return mergeTraces(files.flatMap(tracesAt).map(readPlacedTrace));
}

function run(subcommand: (typeof subcommands)[number], trace: PlacedTrace, values: Values): number {
  switch (subcommand) {
    case 'show':
      return show(trace, values);
    case 'merge':
      return merge(trace, values.output);
    case 'shiviz':
      return shiviz(trace, values);
    case 'explain':
      return explain(trace, values);
    case 'check':
      return check(trace);
  }
}

function show(trace: PlacedTrace, values: Values): number {
  const { node: nodes = [] } = values;
  const kinds = (values.kind ?? []).map((kind) => choiceFlag('kind', kind, eventKinds));
  const isInWindow = windowOf(values);
  const hasNetwork = hasNetworkEvents(trace.header);
  const teller = new TraceTeller({ isAll: values.all || kinds.length > 0, hasNetwork });
  writeLines(null, function* told() {
    for (const { event } of trace.events) {
      // What comes before may be what later events are about.
      const lines = teller.tell(event);
      const isMeant =
        isInWindow(event) &&
        (kinds.length === 0 || kinds.includes(event.kind)) &&
        (nodes.length === 0 || teller.nodesOf(event).some((name) => nodes.includes(name)));
      if (!isMeant) continue;
      for (const line of lines) yield `${event.timeMs.toFixed(3).padStart(12)}  ${harmless(line)}`;
    }
  });
  return exitStatus.valid;
}

function merge(trace: PlacedTrace, output: string | undefined): number {
  const { header, events } = withoutPlaces(trace);
  writeLines(output ?? null, function* merged() {
    yield encodeHeader(header);
    for (const event of events) yield encodeEvent(event);
  });
  return exitStatus.valid;
}

function shiviz(trace: PlacedTrace, values: Values): number {
  const isInWindow = windowOf(values);
  const hasNetwork = hasNetworkEvents(trace.header);
  const teller = new TraceTeller({ isAll: true, hasNetwork });
  const describe = (event: TraceEvent): string =>
    teller
      .tell(event)
      .map((line) => line.trim())
      .join('; ');
  writeLines(values.output ?? null, () => {
    const events = withoutPlaces(trace).events;
    return shivizLines(filtered(events, isInWindow), { hasNetwork, describe });
  });
  return exitStatus.valid;
}

function* filtered(
  events: Iterable<TraceEvent>,
  isMeant: (event: TraceEvent) => boolean,
): Generator<TraceEvent, void, undefined> {
  for (const event of events) if (isMeant(event)) yield event;
}

function explain(trace: PlacedTrace, { node = [], at, index }: Values): number {
  const [name, ...more] = node;
  if (name === undefined || more.length > 0) throw new UsageError('explain takes one --node');
  const atMs = at === undefined ? Number.POSITIVE_INFINITY : millisFlag('at', at);
  const wanted = index === undefined ? null : integerFlag('index', index, 1, 2 ** 53 - 1);
  const { text, isFaithful } = explainNode(trace, { node: name, atMs, index: wanted });
  process.stdout.write(`${text.split('\n').map(harmless).join('\n')}\n`);
  return isFaithful ? exitStatus.valid : exitStatus.invalid;
}

function check(trace: PlacedTrace): number {
  const { header } = trace;
  const isLawless = header.about[lawlessFact] !== undefined;
  const isWhole = isOfAllNodes(header) && !isLawless;
  const judgement = checkTrace(trace, { isWhole });
  const why = isLawless ? 'The script makes what no cluster comes to' : 'Not all nodes are here';
  const whyNotWhole = isWhole ? null : why;
  if (judgement.starts === 0) throw new TraceFault('no node has written down what it did');
  process.stdout.write(`${linesOfJudgement(judgement, whyNotWhole).map(harmless).join('\n')}\n`);
  return judgement.breach === null ? exitStatus.valid : exitStatus.invalid;
}

/** @param whyNotWhole why rules about all nodes were not applied; null when they were */
function linesOfJudgement(
  judgement: TraceJudgement,
  whyNotWhole: string | null,
): readonly string[] {
  const { breach, starts, steps, drains, leaders, committed, hasInvariants } = judgement;
  const counts = `${starts} starts, ${steps} steps, ${drains} drains`;
  if (breach !== null) {
    const { place, timeMs, rule, node, detail, by } = breach;
    const who = node === '' ? '' : ` (${node})`;
    const said = detail === '' ? [] : detail.split('\n').map((line) => `  ${line}`);
    return [
      counts,
      `${place}: at ${timeMs.toFixed(3)} ms: ${rule}${who}`,
      ...said,
      '',
      by === 'replay' ? 'DIFFERENT: the trace is not what these cores do.' : 'BROKEN: see above.',
    ];
  }
  if (whyNotWhole !== null) {
    return [counts, '', `The same again. ${whyNotWhole}, so no more was judged.`];
  }
  const judged = hasInvariants
    ? `${leaders} leaders, ${committed} entries committed`
    : 'nodes began with data from before the trace: they were held to the specification alone';
  return [
    `${counts}; ${judged}`,
    '',
    'VALID: every core does the same again, and every rule held.',
  ];
}

function windowOf({ from, to }: Values): (event: TraceEvent) => boolean {
  const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : millisFlag('from', from);
  const toMs = to === undefined ? Number.POSITIVE_INFINITY : millisFlag('to', to);
  return ({ timeMs }) => timeMs >= fromMs && timeMs <= toMs;
}

/** Before clients begin to ask, times are negative. */
function millisFlag(name: string, text: string): number {
  return numberFlag(name, text, -1e12, 1e12);
}

function hasNetworkEvents({ source }: TraceHeader): boolean {
  return source !== 'node';
}

/** Names may contain anything, and must not disturb a terminal. */
function harmless(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

/** To a file, or to stdout. */
function writeLines(path: string | null, lines: () => Iterable<string>): void {
  const file = path === null ? null : createFile(path);
  const stdout = { write: (text: string) => void process.stdout.write(text) };
  try {
    const writer = new TraceWriter(
      file === null ? stdout : { write: (text) => orSayWhy(() => file.write(text)) },
    );
    for (const line of lines()) writer.writeLine(line);
    writer.flush();
  } finally {
    file?.close();
  }
}

function createFile(path: string): FileSink {
  return orSayWhy(() => new FileSink(path));
}

/** @throws UsageError with what the disk says */
function orSayWhy<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new UsageError(`--output cannot be written: ${(error as Error).message}`);
  }
}
