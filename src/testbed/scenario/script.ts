/**
 * The form of a scenario file.
 *
 * At the left margin stands what a person wrote: comments (`#`) and commands. Whatever is indented
 * is the trace of the command above it, and is written anew by an update. The comments at the top
 * say, by name, which rule the scenario shows, where the rule comes from, and which functions
 * follow it; the rest of the first block of comments is free. A script that is only to be run does
 * without them.
 */

import { ScriptFault } from './fault.ts';

/** A function of the core that follows the rule. */
export interface CodeReference {
  /** A file of the repository. */
  readonly file: string;
  readonly name: string;
}

export interface Step {
  /** In the file, from 1 on. */
  readonly line: number;
  /** Begins with `quiet`: no trace is wanted. */
  readonly isQuiet: boolean;
  readonly command: string;
  readonly words: readonly string[];
}

/** A line that a person wrote, and the command on it, if there is one. */
export interface ScriptLine {
  readonly text: string;
  readonly step: Step | null;
}

export interface Scenario {
  /** The file, seen from the folder of the scenarios: `elections/one-vote-a-term.txt`. */
  readonly path: string;
  /** The file's folder. */
  readonly topic: string;
  /** The file's name without its extension. */
  readonly name: string;
  /** One sentence; empty where nobody has asked for it. */
  readonly rule: string;
  readonly sources: readonly string[];
  readonly code: readonly CodeReference[];
  readonly lines: readonly ScriptLine[];
  /** The whole file as it stands. */
  readonly text: string;
}

const headerNames = ['rule', 'source', 'code'];

const knownSources: readonly { readonly form: RegExp; readonly usage: string }[] = [
  { form: /^paper \d|^paper Figure \d/, usage: 'paper 5.4.1' },
  { form: /^dissertation (\d|Figure \d)/, usage: 'dissertation 9.6' },
  { form: /^report .*https?:\/\//, usage: 'report of NAME, https://...' },
  { form: /^docs\/\S+\.md/, usage: 'docs/divergences.md' },
];

/** @throws ScriptFault naming file and line of what is not as it should be. */
export function parseScenario(path: string, text: string): Scenario {
  const rows = text.replace(/\n$/, '').split('\n');
  const header = parseHeader(path, rows);
  const [rule, ...more] = header.get('rule') ?? [];
  if (rule === undefined || more.length > 0 || !rule.endsWith('.')) {
    throw new ScriptFault(`${path}:1: a scenario begins with one sentence, as "# rule: ..."`);
  }
  return {
    ...parseScript(path, text),
    rule,
    sources: parseSources(path, header.get('source') ?? []),
    code: parseCode(path, header.get('code') ?? []),
  };
}

/** A scenario of which only the commands matter: it need not say what it shows. */
export function parseScript(path: string, text: string): Scenario {
  const rows = text.replace(/\n$/, '').split('\n');
  return {
    path,
    ...placeOf(path),
    rule: '',
    sources: [],
    code: [],
    lines: rows.flatMap((row, at) => (row.startsWith(' ') ? [] : [parseLine(row, at + 1)])),
    text,
  };
}

function placeOf(path: string): { readonly topic: string; readonly name: string } {
  const end = path.lastIndexOf('/');
  const name = path.slice(end + 1).replace(/\.txt$/, '');
  return { topic: end < 0 ? '.' : path.slice(0, end), name };
}

/** The named comments at the top; a comment that is indented further goes on with the one above. */
function parseHeader(path: string, rows: readonly string[]): Map<string, string[]> {
  const header = new Map<string, string[]>();
  let open: string[] | null = null;
  for (const [at, row] of rows.entries()) {
    if (!row.startsWith('#')) break;
    const [, name, value] = /^# (\w+): (.*)$/.exec(row) ?? [];
    if (name !== undefined && value !== undefined) {
      if (!headerNames.includes(name)) {
        const known = headerNames.join(', ');
        throw new ScriptFault(`${path}:${at + 1}: no header "${name}"; known: ${known}`);
      }
      open = header.get(name) ?? [];
      open.push(value.trim());
      header.set(name, open);
    } else if (open !== null && row.startsWith('#   ')) {
      open.push(`${open.pop()} ${row.slice(4).trim()}`);
    } else {
      open = null;
    }
  }
  return header;
}

function parseSources(path: string, values: readonly string[]): readonly string[] {
  const sources = values.flatMap((value) => value.split(';')).map((source) => source.trim());
  const wrong = sources.find((source) => !knownSources.some(({ form }) => form.test(source)));
  if (sources.length === 0 || wrong !== undefined) {
    const forms = knownSources.map(({ usage }) => `"${usage}"`).join(', ');
    throw new ScriptFault(
      `${path}:1: "# source: ${wrong ?? ''}" must name its source, like ${forms}; several are ` +
        'separated by semicolons',
    );
  }
  return sources;
}

function parseCode(path: string, values: readonly string[]): readonly CodeReference[] {
  const references = values
    .flatMap((value) => value.split(';'))
    .flatMap((part) => {
      const [file = '', ...names] = part.trim().split(/[\s,]+/);
      return names.map((name) => ({ file, name }));
    });
  if (references.length === 0) {
    throw new ScriptFault(`${path}:1: "# code: src/raft/FILE.ts FUNCTION, FUNCTION" is missing`);
  }
  return references;
}

/** A line that is not a part of a trace. */
export function parseLine(text: string, line: number): ScriptLine {
  if (text === '' || text.startsWith('#')) return { text, step: null };
  const words = text.trim().split(/\s+/);
  const isQuiet = words[0] === 'quiet';
  const [command = '', ...rest] = isQuiet ? words.slice(1) : words;
  return { text, step: { line, isQuiet, command, words: rest } };
}

/** The file with these traces below its commands. */
export function renderScenario(
  scenario: Scenario,
  traceOf: (step: Step) => readonly string[],
): string {
  const rows = scenario.lines.flatMap(({ text, step }) =>
    step === null ? [text] : [text, ...traceOf(step).map((row) => `  ${row}`)],
  );
  return `${rows.join('\n')}\n`;
}
