/**
 * Reads the transactions in a `history.edn` of Maelstrom as lines of a `history.jsonl`, so that they
 * are judged as the bench's own: `[[:r 1 nil] [:append 1 2]]` is `[["r",1,null],["append",1,2]]`.
 */

import { type Edn, EdnError, readEdn } from '../../checker/edn.ts';
import { MalformedHistory } from '../../checker/index.ts';
import { type Json, stringifyJson } from '../../machine/json.ts';
import { at, jsonOf, numberIn, textIn, untagged } from './edn-values.ts';

/**
 * One line for each event of a client, in their order; faults are left out.
 *
 * @throws MalformedHistory when the text is no EDN
 */
export function readMaelstromTransactions(text: string): string[] {
  return eventsIn(text)
    .filter((event) => numberIn(at(event, 'process')) !== undefined)
    .map(lineOf);
}

function lineOf(event: Edn): string {
  const error = at(event, 'error');
  return stringifyJson({
    time: numberIn(at(event, 'time')) ?? 0,
    process: numberIn(at(event, 'process')) ?? 0,
    type: textIn(at(event, 'type')) ?? null,
    f: textIn(at(event, 'f')) ?? null,
    key: null,
    value: transactionOf(at(event, 'value')),
    ...(error === undefined ? {} : { error: jsonOf(error) }),
  });
}

/** They stand one after the other, or in one list. */
function eventsIn(text: string): readonly Edn[] {
  try {
    const forms = readEdn(text);
    const [only, ...others] = forms;
    return only?.kind === 'sequence' && others.length === 0 ? only.items : forms;
  } catch (error) {
    if (error instanceof EdnError) throw new MalformedHistory(undefined, error.message);
    throw error;
  }
}

/** What the functions of micro-operations are called; all else as JSON has it. */
function transactionOf(form: Edn | undefined): Json {
  const value = form === undefined ? undefined : untagged(form);
  if (value?.kind === 'keyword') return value.name;
  return value?.kind === 'sequence' ? value.items.map(transactionOf) : jsonOf(value);
}
