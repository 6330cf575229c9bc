/** Calls in words, for the reasons of a verdict. */

import type { Call } from '../../checker/index.ts';
import type { JudgeContext } from './bench-workload.ts';
import type { TracedCall } from './calls-of.ts';

/** So many of a kind of finding are told of; the others are counted. */
export const maxTold = 5;

/** `process 3 at n1 (lines 120–125)` */
export function whoAsked(call: Call, context: JudgeContext): string {
  const { process, invoked, completed } = call;
  const node = nodeOf(call, context);
  const at = node === null ? '' : ` at ${node}`;
  const lines =
    completed === undefined ? `line ${invoked.line}` : `lines ${invoked.line}–${completed.line}`;
  return `process ${process}${at} (${lines})`;
}

/** The node that was asked; null when the nodes are not known. */
export function nodeOf({ process }: Call, { nodes, concurrency }: JudgeContext): string | null {
  return nodes[(process % Math.max(1, concurrency)) % Math.max(1, nodes.length)] ?? null;
}

/** `n1, n3`, each once; processes where the nodes are not known. */
export function nodesOf(calls: readonly Call[], context: JudgeContext): string {
  const names = calls.map((call) => nodeOf(call, context) ?? `process ${call.process}`);
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).join(', ');
}

/** Nodes none of whose final questions was answered. */
export function silentNodes(calls: readonly TracedCall[], context: JudgeContext): string[] {
  const final = calls.filter(({ isFinal }) => isFinal);
  const spoke = new Set(
    final.filter(({ outcome }) => outcome === 'ok').map((call) => nodeOf(call, context)),
  );
  const asked = new Set(final.map((call) => nodeOf(call, context)));
  return context.nodes.filter((node) => asked.has(node) && !spoke.has(node));
}

/** The first few, and how many more there are: `and 7 more elements like these`. */
export function told<Finding>(
  findings: readonly Finding[],
  tell: (finding: Finding) => string,
  what: string,
): string[] {
  const lines = findings.slice(0, maxTold).map(tell);
  const more = findings.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more ${what}`] : lines;
}

/** Milliseconds as a person reads them. */
export function showMs(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A value as its text, cut where it is long. */
export function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
