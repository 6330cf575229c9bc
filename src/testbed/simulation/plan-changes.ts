/** Changes of a plan, in words: `nodes=3`, `settings.heartbeatTicks=2`, `faults.loss=0.1`. */

import { defaultSettings, type Settings } from '../../raft/index.ts';
import { scenarioSettings } from '../scenario/world.ts';
import { type Faults, noFaults } from './faults.ts';
import { drawPlan, type Plan, type PlanChanges } from './plan.ts';

/** A change that cannot be understood; the message says what and why. */
export class BadChange extends Error {
  override readonly name: string = 'BadChange';
}

interface Range {
  readonly atLeast: number;
  readonly atMost: number;
  readonly isWhole: boolean;
}

const whole = (atLeast: number, atMost: number = Number.MAX_SAFE_INTEGER): Range => ({
  atLeast,
  atMost,
  isWhole: true,
});

const fraction = (atLeast: number, atMost: number): Range => ({ atLeast, atMost, isWhole: false });

const time = fraction(0, 1e9);
const chance = fraction(0, 1);

type PlanNumber = Exclude<keyof Plan, 'seed' | 'settings' | 'faults'>;

const planRanges: { readonly [name in PlanNumber]: Range } = {
  nodes: whole(1, 15),
  clientsPerNode: whole(1, 1000),
  rate: fraction(0.001, 100_000),
  faultyMs: time,
  tickMs: fraction(0.001, 1e6),
  requestTimeoutMs: time,
  clientTimeoutMs: time,
};

const faultRanges: { readonly [name in keyof Faults]: Range } = {
  latencyMs: time,
  latencySpread: whole(0, 2),
  loss: chance,
  duplication: chance,
  reordering: whole(0, 1),
  spikes: chance,
  spikeMs: time,
  partitionEveryMs: time,
  crashEveryMs: time,
  massCrash: chance,
  downMs: time,
  pauseEveryMs: time,
  pauseMs: time,
  diskMs: time,
  diskFailure: chance,
  lostWrites: chance,
  clockSpread: fraction(0, 0.99),
  rot: chance,
  membershipEveryMs: time,
  transferEveryMs: time,
  deferMs: time,
  textWire: whole(0, 1),
  files: whole(0, 1),
  kills: chance,
  segmentBytes: whole(0, 2 ** 30),
  syncFailure: chance,
  looseSectors: chance,
  diskRoomBytes: whole(0),
};

/** Settings that may be 0. */
const mayBeZero: readonly string[] = ['priority', 'trailingEntries'];

/** All faults, or all settings, at once; what is changed after that stands. */
const bases: { readonly [text: string]: PlanChanges } = {
  'faults=none': { faults: noFaults },
  'settings=default': { settings: defaultSettings },
  // Those of scenarios, so that what is found can be told as one in few words.
  'settings=short': { settings: scenarioSettings },
};

/**
 * `NAME=VALUE`, where NAME is a number of the plan, `settings.NAME` or `faults.NAME`; or
 * `faults=none`, `settings=default`, `settings=short`.
 *
 * @throws BadChange
 */
export function parseChange(text: string): PlanChanges {
  const base = bases[text];
  if (base !== undefined) return base;
  const [, group, name = '', value = ''] = /^(?:(settings|faults)\.)?(\w+)=(.*)$/.exec(text) ?? [];
  if (name === '') throw new BadChange(`"${text}" is not a change like nodes=3 or faults.loss=0.1`);
  if (group === 'settings') return { settings: parseSetting(name, value) };
  const ranges: { readonly [name: string]: Range } = group === 'faults' ? faultRanges : planRanges;
  const range = Object.hasOwn(ranges, name) ? ranges[name] : undefined;
  if (range === undefined) throw unknown(group, name, Object.keys(ranges));
  const change = { [name]: parseNumber(text, value, range) };
  return group === 'faults' ? { faults: change } : change;
}

/** Several changes, one after the other. @throws BadChange */
export function parseChanges(texts: readonly string[]): PlanChanges {
  return texts.map(parseChange).reduce(mergeChanges, {});
}

/** The changes of both; where they disagree, the later one counts. */
export function mergeChanges(first: PlanChanges, later: PlanChanges): PlanChanges {
  return {
    ...first,
    ...later,
    settings: { ...first.settings, ...later.settings },
    faults: { ...first.faults, ...later.faults },
  };
}

function parseSetting(name: string, value: string): Partial<Settings> {
  if (!Object.hasOwn(defaultSettings, name)) {
    throw unknown('settings', name, Object.keys(defaultSettings));
  }
  const text = `settings.${name}=${value}`;
  if (name === 'leaseReads') {
    if (value !== 'true' && value !== 'false') throw new BadChange(`${text}: true or false`);
    return { leaseReads: value === 'true' };
  }
  if (name !== 'electionTimeoutTicks') {
    return { [name]: parseNumber(text, value, whole(mayBeZero.includes(name) ? 0 : 1)) };
  }
  const [, min = '', max = ''] = /^(\d+)\.\.(\d+)$/.exec(value) ?? [];
  if (min === '') throw new BadChange(`${text}: say MIN..MAX, like 10..20`);
  const ticks = { min: Number(min), max: Number(max) };
  if (ticks.min < 2 || ticks.max < 2 * ticks.min) {
    throw new BadChange(`${text}: MIN must be at least 2, MAX at least twice as much`);
  }
  return { electionTimeoutTicks: ticks };
}

function unknown(group: string | undefined, name: string, known: readonly string[]): BadChange {
  const prefix = group === undefined ? '' : `${group}.`;
  const rest = group === undefined ? ' settings.NAME faults.NAME' : '';
  return new BadChange(`no "${prefix}${name}"; known: ${prefix}${known.join(` ${prefix}`)}${rest}`);
}

function parseNumber(text: string, value: string, { atLeast, atMost, isWhole }: Range): number {
  const number = Number(value);
  const isIn = value.trim() !== '' && number >= atLeast && number <= atMost;
  if (isIn && (!isWhole || Number.isInteger(number))) return number;
  const what = isWhole ? 'a whole number' : 'a number';
  throw new BadChange(`${text}: must be ${what} from ${atLeast} to ${atMost}`);
}

/** What distinguishes a plan from the one that its seed draws, as few changes as are needed. */
export function listChanges(plan: Plan): readonly string[] {
  // What is drawn depends on the faults, as far as leases go.
  const drawn = drawPlan(plan.seed, { faults: plan.faults });
  return [
    ...listDifferences('', numbersOf(plan), numbersOf(drawn)),
    ...fewest(
      listDifferences('settings.', plan.settings, drawn.settings),
      ['settings=short', ...listDifferences('settings.', plan.settings, scenarioSettings)],
      ['settings=default', ...listDifferences('settings.', plan.settings, defaultSettings)],
    ),
    ...fewest(listDifferences('faults.', plan.faults, drawPlan(plan.seed).faults), [
      'faults=none',
      ...listDifferences('faults.', plan.faults, noFaults),
    ]),
  ];
}

/** The command that repeats a plan's run. */
export function describePlan(plan: Plan): string {
  const changes = listChanges(plan).map((change) => ` --set ${change}`);
  return `raftwright simulate --seed ${plan.seed}${changes.join('')}`;
}

function fewest(...choices: readonly (readonly string[])[]): readonly string[] {
  return choices.reduce((best, choice) => (choice.length < best.length ? choice : best));
}

function numbersOf({
  seed: _seed,
  settings: _settings,
  faults: _faults,
  ...numbers
}: Plan): object {
  return numbers;
}

function listDifferences(prefix: string, actual: object, base: object): string[] {
  const usual = new Map(Object.entries(base).map(([name, value]) => [name, formatValue(value)]));
  return Object.entries(actual)
    .filter(([name, value]) => formatValue(value) !== usual.get(name))
    .map(([name, value]) => `${prefix}${name}=${formatValue(value)}`);
}

function formatValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { min, max } = value as Settings['electionTimeoutTicks'];
  return `${min}..${max}`;
}
