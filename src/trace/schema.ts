/**
 * What each kind of event holds: the format once more, as data, to check what is read and to see to
 * it that docs/trace.md leaves out nothing.
 */

import type { Happening } from './format.ts';

/** What a field may be; `fault` says in words what it should have been. */
interface Shape {
  readonly should: string;
  readonly accepts: (value: unknown) => boolean;
}

const shape = (should: string, accepts: (value: unknown) => boolean): Shape => ({
  should,
  accepts,
});

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = shape('a text', (value) => typeof value === 'string');
const textOrNull = shape('a text or null', (value) => value === null || typeof value === 'string');
const count = shape('a whole number', (value) => Number.isSafeInteger(value) && Number(value) >= 0);
const trueIfThere = shape('true', (value) => value === undefined || value === true);
const anything = shape('there', (value) => value !== undefined);
const object = shape('an object', isObject);
const texts = shape(
  'a list of texts',
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
);

const withKind = (value: unknown): boolean => isObject(value) && typeof value['kind'] === 'string';

const oneOf = (...choices: readonly string[]): Shape =>
  shape(`one of ${choices.join(', ')}`, (value) => choices.includes(value as string));

const isListOf = (accepts: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(accepts);

/** What the readers of this folder rely on; cores are stricter when they take it in. */
function isMessage(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, from, to, entries, snapshot, data, result } = value;
  if (![kind, from, to].every((name) => typeof name === 'string')) return false;
  if (kind === 'appendRequest') return isListOf(isObject)(entries);
  if (kind === 'snapshotRequest') return isObject(snapshot) && typeof data === 'string';
  return (kind !== 'appendResponse' && kind !== 'snapshotResponse') || isObject(result);
}

function isInput(value: unknown): boolean {
  if (!isObject(value) || typeof value['kind'] !== 'string') return false;
  return value['kind'] !== 'receive' || isMessage(value['message']);
}

function isEffect(value: unknown): boolean {
  if (!isObject(value) || typeof value['kind'] !== 'string') return false;
  if (value['kind'] === 'send') return isMessage(value['message']);
  if (value['kind'] !== 'persist') return true;
  return isListOf(isMessage)(value['messages']) && isListOf(withKind)(value['entries']);
}

const input = shape('an input of a core', isInput);
const inputOrNull = shape('an input or null', (value) => value === null || isInput(value));
const effects = shape('a list of effects of a core', isListOf(isEffect));
const body = shape(
  'a message with its type',
  (value) => isObject(value) && typeof value['type'] === 'string',
);

type Fields = { readonly [field: string]: Shape };

const summaryFields: Fields = {
  role: text,
  term: count,
  votedFor: textOrNull,
  leader: textOrNull,
  lastIndex: count,
  lastTerm: count,
  durableIndex: count,
  commitIndex: count,
  appliedIndex: count,
};

const coreFields: Fields = {
  seed: shape('a number', (value) => Number.isSafeInteger(value)),
  membership: object,
  settings: object,
  hardState: object,
  snapshot: shape('an object or null', (value) => value === null || isObject(value)),
  entries: shape('a list of entries', isListOf(withKind)),
  headStartTicks: shape(
    'a whole number below a million',
    (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 1_000_000,
  ),
};

const holds = (fields: Fields) => (value: unknown) =>
  isObject(value) && Object.entries(fields).every(([name, { accepts }]) => accepts(value[name]));

const state = shape('the summary of a state', holds(summaryFields));
const core = shape(
  'what a core begins with, or null',
  (value) => value === null || holds(coreFields)(value),
);

/** The fields of each kind, beside `timeMs` and `kind`; the compiler sees to it that none is missing. */
export const schema: {
  readonly [K in Happening['kind']]: {
    readonly [F in Exclude<keyof Extract<Happening, { kind: K }>, 'kind'>]-?: Shape;
  };
} = {
  start: { node: text, state, core },
  step: { node: text, input, state, afterIdle: trueIfThere },
  drain: { node: text, effects },
  role: { node: text, role: text, term: count, leader: textOrNull, reason: text },
  durable: { node: text, write: object },
  snapshot: { node: text, index: count, bytes: count },
  halt: { node: text, reason: text, input: inputOrNull },
  crash: { node: text },
  send: { id: count, from: text, to: text, body },
  receive: { id: count },
  lose: { id: count },
  invoke: {
    operation: count,
    client: text,
    node: text,
    f: text,
    key: anything,
    value: anything,
    final: trueIfThere,
  },
  complete: {
    operation: count,
    type: oneOf('ok', 'fail', 'info'),
    value: anything,
    error: anything,
  },
  fault: { fault: text, phase: oneOf('begin', 'end', 'moment'), nodes: texts, text },
  broken: { rule: text, node: textOrNull, detail: text },
};

/** The fields of what stands inside events. */
export const innerSchema: { readonly state: Fields; readonly core: Fields } = {
  state: summaryFields,
  core: coreFields,
};

/** What is wrong with an event of a known kind, or null. */
export function eventFault(event: { readonly [name: string]: unknown }): string | null {
  const { timeMs } = event;
  if (typeof timeMs !== 'number' || !Number.isFinite(timeMs)) return 'timeMs is not a number';
  const kind = event['kind'] as Happening['kind'];
  for (const [name, { should, accepts }] of Object.entries<Shape>(schema[kind])) {
    if (!accepts(event[name])) return `${name} of a ${kind} is not ${should}`;
  }
  return null;
}

export function isKnownKind(kind: unknown): kind is Happening['kind'] {
  return typeof kind === 'string' && Object.hasOwn(schema, kind);
}

const headerFields: Fields = {
  source: oneOf('node', 'bench', 'simulation', 'scenario'),
  level: oneOf('full', 'roles'),
  nodes: texts,
  startedAtMs: shape(
    'a number or null',
    (value) => value === null || (typeof value === 'number' && Number.isFinite(value)),
  ),
  about: shape(
    'an object of texts',
    (value) => isObject(value) && Object.values(value).every((item) => typeof item === 'string'),
  ),
};

/** What is wrong with a header of this version, or null. */
export function headerFault(header: { readonly [name: string]: unknown }): string | null {
  for (const [name, { should, accepts }] of Object.entries(headerFields)) {
    if (!accepts(header[name])) return `${name} of the header is not ${should}`;
  }
  return null;
}

export const eventKinds: readonly Happening['kind'][] = Object.keys(schema).filter(isKnownKind);
