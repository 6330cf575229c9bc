/**
 * Makes a script smaller that ends with a broken rule: lines are left out, first many at a time, then
 * one by one (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002), and
 * those that are left are said in shorter words. What cannot be carried out any more, because what
 * it rests on is gone, is left out too.
 */

import type { Stage } from '../scenario/command.ts';
import { ScriptFault } from '../scenario/fault.ts';
import type { Breach } from '../scenario/judge.ts';
import { performStep } from '../scenario/run.ts';
import { parseLine } from '../scenario/script.ts';
import { World } from '../scenario/world.ts';
import { shortenings } from './shorter-lines.ts';

export interface ShrunkScript {
  readonly lines: readonly string[];
  readonly breach: Breach;
  /** How many scripts were run. */
  readonly runs: number;
}

/** What came of a script that was run as far as it could be. */
export interface Attempt {
  /** The lines that could be carried out, up to where a rule was broken. */
  readonly lines: readonly string[];
  readonly breach: Breach | null;
}

/** Runs a script, leaving out what cannot be carried out, until a rule is broken. */
export function attemptScript(lines: readonly string[]): Attempt {
  const stage: Stage = { world: new World(), hidden: new Set() };
  const done: string[] = [];
  for (const [at, line] of lines.entries()) {
    const { step } = parseLine(line, at + 1);
    if (step === null) continue;
    try {
      performStep(stage, step);
      done.push(line);
    } catch (error) {
      if (!(error instanceof ScriptFault)) throw error;
    }
    const { world } = stage;
    world.journal.take();
    if (world.judge.breach !== null) return { lines: done, breach: world.judge.breach };
  }
  return { lines: done, breach: null };
}

/** @param maxLines so many lines are run at most, of all scripts together; default: a million */
export function shrinkScript(
  lines: readonly string[],
  breach: Breach,
  maxLines = 1_000_000,
): ShrunkScript {
  const shrinker = new ScriptShrinker(lines, breach, maxLines);
  shrinker.shrink();
  return shrinker;
}

class ScriptShrinker implements ShrunkScript {
  lines: readonly string[];
  breach: Breach;
  runs = 0;
  #linesLeft: number;

  constructor(lines: readonly string[], breach: Breach, maxLines: number) {
    this.lines = lines;
    this.breach = breach;
    this.#linesLeft = maxLines;
  }

  shrink(): void {
    this.#leaveOutAlike();
    for (let weight = Number.POSITIVE_INFINITY; this.#weight() < weight; ) {
      weight = this.#weight();
      this.#leaveOut();
      this.#shorten();
    }
    // A change may speak of nodes that are not there: then they keep their names.
    if (!this.#rename(true)) this.#rename(false);
  }

  /** Names nodes, commands and reads in their order: `n1`, `c1`, `r1`. */
  #rename(withNodes: boolean): boolean {
    const nodes = withNodes ? ((this.lines[0] ?? '').match(/\bn\d+\b/g) ?? []) : [];
    const names = new Map(nodes.map((name, position) => [name, `n${position + 1}`]));
    const counts = new Map<string, number>();
    const renamed = this.lines.map((line) => {
      const [, start, name = ''] = /^((?:propose|read) \w+) ([cr]\d+)/.exec(line) ?? [];
      if (start !== undefined) {
        const letter = name.slice(0, 1);
        const count = (counts.get(letter) ?? 0) + 1;
        counts.set(letter, count);
        names.set(name, `${letter}${count}`);
      }
      return line.replaceAll(/\b[ncr]\d+\b/g, (word) => names.get(word) ?? word);
    });
    const { breach, lines } = this.#attempt(renamed);
    if (breach === null || lines.length < renamed.length) return false;
    if (!isSameBreach(breach, this.breach)) return false;
    this.lines = renamed;
    this.breach = breach;
    return true;
  }

  #weight(): number {
    return weightOf(this.lines);
  }

  /** Leaves out all that is about a node, or about a link, or says the same. */
  #leaveOutAlike(): void {
    const words = new Set(this.lines.slice(1).flatMap((line) => alikenessesOf(line)));
    for (const word of words) {
      this.#try(this.lines.filter((line, at) => at === 0 || !alikenessesOf(line).includes(word)));
    }
  }

  /** Leaves out half of the lines, a quarter, and so on. Later lines matter most: first ones first. */
  #leaveOut(): void {
    for (let size = this.lines.length >> 1; size >= 1; size >>= 1) {
      let from = 1;
      while (from < this.lines.length) {
        const { lines } = this;
        if (!this.#try([...lines.slice(0, from), ...lines.slice(from + size)])) from += size;
      }
    }
  }

  #shorten(): void {
    for (const shortening of shortenings) {
      for (let at = 0; at < this.lines.length; at++) {
        for (const shorter of shortening(this.lines, at)) if (this.#try(shorter)) break;
      }
    }
  }

  /** Takes a script in place of this one if it is smaller and breaks the same rule. */
  #try(candidate: readonly string[]): boolean {
    if (this.#linesLeft <= 0) return false;
    let attempt = this.#attempt(candidate);
    // A line that could not be carried out may have done a part of what it says.
    if (attempt.lines.length < candidate.length) attempt = this.#attempt(attempt.lines);
    const { breach, lines } = attempt;
    if (breach === null || !isSameBreach(breach, this.breach)) return false;
    if (weightOf(lines) >= this.#weight()) return false;
    this.lines = lines;
    this.breach = breach;
    return true;
  }

  #attempt(lines: readonly string[]): Attempt {
    this.runs++;
    this.#linesLeft -= lines.length;
    return attemptScript(lines);
  }
}

/** `read n1 r1` is like all lines that begin with `read`, and like all that speak of n1. */
function alikenessesOf(line: string): readonly string[] {
  const [command = '', kind = ''] = line.split(' ');
  const [link = ''] = /\bfrom \w+ to \w+/.exec(line) ?? [];
  const nodes = line.match(/\bn\d+\b/g) ?? [];
  const group = command === 'deliver' ? `deliver ${kind}` : command;
  return [...new Set([group, ...nodes, ...(link === '' ? [] : [link])])];
}

function isSameBreach(a: Breach, b: Breach): boolean {
  const nameOf = ({ by, rule }: Breach): string => `${by} ${rule.replaceAll(/\d+/g, '#')}`;
  return nameOf(a) === nameOf(b);
}

/** How much there is to read: lines, then words, then ticks. */
function weightOf(lines: readonly string[]): number {
  let weight = 0;
  for (const line of lines) {
    const words = line.split(' ');
    weight += 1_000_000 + 1000 * words.length;
    if (words[0] === 'tick') weight += Math.min(999, Number(words.at(-1)) || 1);
  }
  return weight;
}
