/** `raftwright explore`: every state of small worlds, and whether a rule is broken in any. */

import { type Exploration, explore, type Figures, worlds } from '../testbed/exploration/index.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { integerFlag, parseFlags } from './flags.ts';

export const exploreHelp = `Usage: raftwright explore [WORLD...] [flags]

Visits every state that a small world of two or three nodes can get into, whatever the order in
which messages arrive, timers run out, disks write and nodes crash, and checks the rules of Raft in
each. Without a name, all worlds. See docs/exploration.md.

      --list            name the worlds
      --max-states N    stop after so many distinct states of a world   (default 5000000)
      --json            one line of JSON for each world, and nothing else

A cut is a step that was not taken, because more messages than the world allows would be on their
way after it.

Exit status: 0 all states visited and no rule broken, 1 a rule is broken, 2 stopped by --max-states
before that was known, 254 the command line cannot be understood.
`;

export function exploreCommand(args: readonly string[]): number {
  const { values, positionals } = parseFlags({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      world: { type: 'string', multiple: true, default: [] },
      'max-states': { type: 'string', default: '5000000' },
    },
  });
  if (values.help || values.list) {
    process.stdout.write(values.help ? exploreHelp : describeWorlds());
    return exitStatus.valid;
  }
  const maxStates = integerFlag('max-states', values['max-states'], 1, 100_000_000);
  const names = [...positionals, ...values.world];
  const chosen = names.length === 0 ? worlds : names.map(worldNamed);
  let status: number = exitStatus.valid;
  let total = 0;
  if (!values.json) process.stdout.write(heading);
  for (const world of chosen) {
    const startMs = performance.now();
    const secondsSoFar = (): number => (performance.now() - startMs) / 1000;
    const onProgress = (figures: Figures): void => {
      if (process.stderr.isTTY)
        process.stderr.write(`\r${rowOf(world.name, figures, secondsSoFar())}`);
    };
    const result = explore(world, values.json ? { maxStates } : { maxStates, onProgress });
    const seconds = secondsSoFar();
    total += result.figures.states;
    process.stdout.write(values.json ? jsonOf(result, seconds) : reportOf(result, seconds));
    if (result.verdict.kind === 'violation') status = exitStatus.invalid;
    if (result.verdict.kind === 'bounded' && status === exitStatus.valid)
      status = exitStatus.unknown;
  }
  if (!values.json) process.stdout.write(`${total} distinct states in ${chosen.length} worlds\n`);
  return status;
}

function worldNamed(name: string): (typeof worlds)[number] {
  const world = worlds.find((candidate) => candidate.name === name);
  if (world === undefined) {
    throw new UsageError(`no world ${name}; there are ${worlds.map((it) => it.name).join(', ')}`);
  }
  return world;
}

function describeWorlds(): string {
  return worlds.map(({ name, aim }) => `${name.padEnd(18)} ${aim}\n`).join('');
}

const heading = `${'world'.padEnd(18)}     states transitions depth   cuts   states/s\n`;

function rowOf(name: string, figures: Figures, seconds: number): string {
  const { states, transitions, depth, cuts } = figures;
  const perSecond = Math.round(states / Math.max(seconds, 0.001));
  return [
    name.padEnd(18),
    String(states).padStart(10),
    String(transitions).padStart(11),
    String(depth).padStart(5),
    String(cuts).padStart(6),
    String(perSecond).padStart(10),
  ].join(' ');
}

function reportOf({ world, verdict, figures }: Exploration, seconds: number): string {
  const lead = process.stderr.isTTY ? '\r' : '';
  const row = `${lead}${rowOf(world.name, figures, seconds)}`;
  if (verdict.kind === 'complete') return `${row}\n`;
  if (verdict.kind === 'bounded') return `${row}  stopped by --max-states\n`;
  const { rule, tale } = verdict;
  const lines = [
    `A rule is broken: ${rule}`,
    ...tale.beginning.map((line) => `     ${line}`),
    ...tale.steps.map(
      (line, i) => `${String(i + 1).padStart(3)}. ${line.replace(' -> ', '\n     ')}`,
    ),
    `     ${tale.end}`,
  ];
  return `${row}\n${lines.join('\n')}\n`;
}

function jsonOf({ world, verdict, figures }: Exploration, seconds: number): string {
  const { kind } = verdict;
  const line = {
    verdict: kind,
    world: world.name,
    states: figures.states,
    transitions: figures.transitions,
    depth: figures.depth,
    cuts: figures.cuts,
    seconds: Math.round(seconds * 1000) / 1000,
    rule: kind === 'violation' ? verdict.rule : null,
    ...(kind === 'violation' ? { steps: verdict.tale.steps, end: verdict.tale.end } : {}),
  };
  return `${JSON.stringify(line)}\n`;
}
