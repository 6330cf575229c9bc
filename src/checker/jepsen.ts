/** Reads the histories that Jepsen, Maelstrom and Knossos leave behind: `history.edn`. */

import { canonicalEdn, type Edn, EdnError, readEdn } from './edn.ts';
import { type History, MalformedHistory, type Observation, type Value } from './history.ts';
import { observationOf } from './observation.ts';
import { type EventValue, type HistoryEvent, Pairing } from './pairing.ts';

/** An operation map as Jepsen has it, before it is known what its value means. */
interface Op {
  readonly line: number;
  readonly process: number;
  readonly fields: ReadonlyMap<string, Edn>;
}

/**
 * Reads a history in EDN: one map after the other, or one vector or list of maps, such as
 *
 *     {:process 0, :type :invoke, :f :write, :value [3 1], :time 1234, :index 0}
 *
 * Maps may be tagged as records. Events whose process is no integer, such as `:nemesis`, are
 * skipped. When the value of every event is a pair, and the second half of every cas too, then
 * values are Jepsen's independent tuples `[key value]`; otherwise the history is of a single
 * register without a key. Values are compared exactly, as Clojure compares them.
 *
 * @throws MalformedHistory on anything else, naming the line.
 */
export function readJepsenHistory(text: string): History {
  const lineOf = lineFinder(text);
  const ops: Op[] = [];
  for (const form of topLevelForms(text, lineOf)) {
    const op = opOf(form, lineOf(form.at));
    if (op !== undefined) ops.push(op);
  }
  const keyed = ops.every(mayBeKeyed);
  const pairing = new Pairing();
  for (const op of ops) pairing.add(eventOf(op, keyed));
  return pairing.finish();
}

function topLevelForms(text: string, lineOf: (at: number) => number): readonly Edn[] {
  let forms: readonly Edn[];
  try {
    forms = readEdn(text);
  } catch (error) {
    if (error instanceof EdnError) throw new MalformedHistory(lineOf(error.at), error.message);
    throw error;
  }
  const [only, ...others] = forms;
  return only?.kind === 'sequence' && others.length === 0 ? only.items : forms;
}

/** Undefined for an event that is not of a client. */
function opOf(form: Edn, line: number): Op | undefined {
  const map = untagged(form);
  if (map.kind !== 'map') {
    throw new MalformedHistory(line, `an event is a map, not ${show(form)}`);
  }
  const fields = new Map<string, Edn>();
  for (const [key, value] of map.entries) {
    if (key.kind === 'keyword') fields.set(key.name, value);
  }
  const who = fields.get('process');
  if (who === undefined || who.kind === 'nil') throw new MalformedHistory(line, 'no :process');
  if (who.kind !== 'integer') return undefined;
  const process = Number(who.text);
  if (!Number.isSafeInteger(process) || process < 0) {
    throw new MalformedHistory(line, `:process is ${show(who)}, not a non-negative integer`);
  }
  return { line, process, fields };
}

/**
 * Whether an event can be of a history with keys. Invocations decide; a completion may have lost
 * its value.
 */
function mayBeKeyed({ fields }: Op): boolean {
  const value = fields.get('value');
  if (value === undefined || !isWord(fields.get('type'), 'invoke')) return true;
  const [, rest] = pairOf(value) ?? [];
  if (rest === undefined) return false;
  return !isWord(fields.get('f'), 'cas') || pairOf(rest) !== undefined;
}

function isWord(form: Edn | undefined, name: string): boolean {
  return form?.kind === 'keyword' && form.name === name;
}

function eventOf(op: Op, keyed: boolean): HistoryEvent {
  const { line, process, fields } = op;
  const type = wordOf(op, 'type', types);
  const f = wordOf(op, 'f', functions);
  const [key, value] = keyed ? tupleOf(op, type) : [undefined, fields.get('value')];
  return {
    line,
    index: integerOf(fields.get('index')),
    timeNs: integerOf(fields.get('time')),
    process,
    type,
    f,
    key: key === undefined ? undefined : toValue(key),
    value: value === undefined ? undefined : eventValueOf(value),
    observation: errorOf(fields.get('error')),
  };
}

/** The key and the value of an event of a history with keys. */
function tupleOf(op: Op, type: string): readonly [Edn | undefined, Edn | undefined] {
  const field = op.fields.get('value');
  if (field === undefined) {
    if (type === 'invoke') throw new MalformedHistory(op.line, 'no :value, and so no key');
    return [undefined, undefined];
  }
  const pair = pairOf(field);
  if (pair === undefined) {
    if (type === 'fail' || type === 'info') return [undefined, undefined];
    throw new MalformedHistory(op.line, `:value is ${show(field)}, not a tuple [key value]`);
  }
  return pair;
}

const types = ['invoke', 'ok', 'fail', 'info'] as const;
const functions = ['read', 'write', 'cas'] as const;

function wordOf<Word extends string>(op: Op, name: string, words: readonly Word[]): Word {
  const form = op.fields.get(name);
  if (form === undefined) throw new MalformedHistory(op.line, `no :${name}`);
  const word = form.kind === 'keyword' ? words.find((it) => it === form.name) : undefined;
  if (word === undefined) {
    const choice = words.map((it) => `:${it}`).join(', ');
    throw new MalformedHistory(op.line, `:${name} is ${show(form)}, not one of ${choice}`);
  }
  return word;
}

/** Index and time are for display, so a strange one is no reason to refuse a verdict. */
function integerOf(form: Edn | undefined): number | undefined {
  return form?.kind === 'integer' ? Number(form.text) : undefined;
}

function eventValueOf(form: Edn): EventValue {
  const [from, to] = pairOf(form) ?? [];
  const isPair = from !== undefined && to !== undefined;
  return { value: toValue(form), pair: isPair ? [toValue(from), toValue(to)] : undefined };
}

function toValue(form: Edn): Value {
  return form.kind === 'nil' ? null : canonicalEdn(form);
}

/** The halves of a pair, be it a plain vector or a tagged tuple. */
function pairOf(form: Edn): readonly [Edn, Edn] | undefined {
  const sequence = form.kind === 'tagged' && form.tag.includes('uple') ? form.form : form;
  if (sequence.kind !== 'sequence' || sequence.items.length !== 2) return undefined;
  const [first, second] = sequence.items;
  return first === undefined || second === undefined ? undefined : [first, second];
}

/** The code or name of an error may stand alone, lead a list, or be under `:code`. */
function errorOf(form: Edn | undefined): Observation | undefined {
  switch (form?.kind) {
    case 'sequence':
      return errorOf(form.items[0]);
    case 'map':
      return errorOf(
        form.entries.find(([key]) => key.kind === 'keyword' && key.name === 'code')?.[1],
      );
    case 'integer':
      return observationOf(Number(form.text));
    case 'keyword':
      return observationOf(form.name);
    case 'string':
      return observationOf(form.value);
    default:
      return undefined;
  }
}

/** A record prints as a map with the name of its class for a tag. */
function untagged(form: Edn): Edn {
  return form.kind === 'tagged' ? form.form : form;
}

/** Turns an offset in the text into a line, from 1. */
function lineFinder(text: string): (at: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (at) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** A form in a message, bounded. */
function show(form: Edn): string {
  const text = canonicalEdn(form);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
