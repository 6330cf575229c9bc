/** `raftwright check`: decides whether a recorded history is linearizable. */

import { readFileSync } from 'node:fs';
import {
  checkHistory,
  describeResult,
  type History,
  MalformedHistory,
  readJepsenHistory,
  readJsonlHistory,
} from '../checker/index.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { parseFlags } from './flags.ts';

export const checkHelp = `Usage: raftwright check FILE [--strict]

Decides whether a history of reads, writes and compare-and-sets is linearizable. FILE is a
history.jsonl of the bench, or a history.edn of Jepsen or Maelstrom.

      --strict    also believe what failed operations saw: that a key did not exist (error 20), or
                  held another value (error 22). Maelstrom itself ignores that.

Exit status: 0 valid, 1 invalid, 2 unknown (gave up), 254 the file cannot be understood.
`;

export function checkCommand(args: readonly string[]): number {
  const { values, positionals } = parseFlags({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      strict: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(checkHelp);
    return exitStatus.valid;
  }
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    throw new UsageError('check takes one file; see raftwright check --help');
  }
  const result = checkHistory(readHistory(file), { strict: values.strict });
  process.stdout.write(`${describeResult(result)}\n`);
  return exitStatus[result.verdict];
}

function readHistory(file: string): History {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return file.endsWith('.edn') ? readJepsenHistory(text) : readJsonlHistory(text.split('\n'));
  } catch (error) {
    if (!(error instanceof MalformedHistory)) throw error;
    throw new UsageError(`${file} is not a history: ${error.message}`);
  }
}
