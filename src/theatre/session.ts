/**
 * A play in progress. All of its state is a list of lines of the scenario language, and how many
 * of its steps have been played: what is seen follows from that, for the core is deterministic.
 *
 * A step is a command with the comments above it and the expectations below it. Pictures of steps
 * that were played are kept, so that going back shows one of them; acting there drops the lines
 * that came later, and plays what is left from the beginning once more.
 */

import { asLogIndex } from '../raft/index.ts';
import type { Event } from '../testbed/scenario/events.ts';
import { demand, ScriptFault } from '../testbed/scenario/fault.ts';
import type { Breach } from '../testbed/scenario/judge.ts';
import { ScenarioRun } from '../testbed/scenario/run.ts';
import { parseLine, parseScript, type ScriptLine } from '../testbed/scenario/script.ts';
import { emptyPicture, type Picture, pictureOf } from './picture.ts';
import { type PlayStep, stepsOf } from './steps.ts';

/** A script from a link or a paste is no load. */
const charactersMax = 100_000;
const stepsMax = 2000;

/** So long "until something happens" waits for it. */
const patienceTicks = 500;

/** So long one move may take, in milliseconds: a script from a stranger does not stop the page. */
const patienceMs = 8000;

export interface Finding {
  readonly subject: string;
  readonly wanted: string;
  readonly actual: string;
}

/** What a line has led to. */
export interface LineResult {
  readonly trace: readonly string[];
  readonly findings: readonly Finding[];
}

/** What is seen after a step. */
export interface Frame {
  readonly picture: Picture;
  /** What happened in the step, in order. */
  readonly events: readonly Event[];
  /** The number of each message that it speaks of, as in pictures. */
  readonly numberOf: (message: object) => number;
  /** By the place of the line in the session's lines. */
  readonly results: ReadonlyMap<number, LineResult>;
  readonly breach: Breach | null;
}

/** A command that could not be carried out. */
export interface Fault {
  /** From 1 on, in the whole script. */
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

const firstFrame: Frame = {
  picture: emptyPicture,
  events: [],
  numberOf: () => 0,
  results: new Map(),
  breach: null,
};

export class Session {
  #lines: readonly ScriptLine[];
  #steps: readonly PlayStep[];
  /** What is seen after 0, 1, 2 ... steps, as far as they have been played. */
  #frames: Frame[] = [firstFrame];
  #cursor = 0;
  /** The world after the last frame; null when it has to be made anew. */
  #run: ScenarioRun | null = new ScenarioRun();
  #numbers = new Numbers();
  #fault: Fault | null = null;

  /** @throws ScriptFault when the script is too long. */
  constructor(text: string) {
    demand(
      text.length <= charactersMax,
      `the script has ${text.length} characters, and ${charactersMax} at most`,
    );
    this.#lines = parseScript('script', text).lines;
    this.#steps = stepsOf(this.#lines);
    this.#demandRoom();
  }

  get lines(): readonly ScriptLine[] {
    return this.#lines;
  }

  get steps(): readonly PlayStep[] {
    return this.#steps;
  }

  /** How many steps have been played. */
  get cursor(): number {
    return this.#cursor;
  }

  get frame(): Frame {
    return this.#frames[this.#cursor] ?? firstFrame;
  }

  /** The step that was played last, or null before the first. */
  get step(): PlayStep | null {
    return this.#steps[this.#cursor - 1] ?? null;
  }

  get isAtEnd(): boolean {
    return this.#cursor >= this.#steps.length;
  }

  /** What stopped the last move, or null. */
  get fault(): Fault | null {
    return this.#fault;
  }

  /** The lines without traces, as a script that runs by itself. */
  get text(): string {
    return `${this.#lines.map(({ text }) => text).join('\n')}\n`;
  }

  /** What each line has led to, up to the cursor, by its place among the lines. */
  get results(): ReadonlyMap<number, LineResult> {
    const frames = this.#frames.slice(1, this.#cursor + 1);
    return new Map(frames.flatMap(({ results }) => [...results]));
  }

  /** The lines up to the cursor with their traces, in the form of a scenario file. */
  get trace(): string {
    const last = this.isAtEnd ? this.#lines.length - 1 : (this.step?.lines.at(-1) ?? -1);
    const { results } = this;
    const rows = this.#lines.slice(0, last + 1).flatMap(({ text }, at) => {
      const trace = results.get(at)?.trace ?? [];
      return [text, ...trace.map((row) => `  ${row}`)];
    });
    return `${rows.join('\n')}\n`;
  }

  /** Plays or takes back steps until so many are played, or one cannot be carried out. */
  moveTo(cursor: number): void {
    this.#fault = null;
    const goal = Math.max(0, Math.min(cursor, this.#steps.length));
    const start = performance.now();
    while (this.#frames.length <= goal && this.#playNext()) {
      if (performance.now() - start > patienceMs) break;
    }
    this.#cursor = Math.min(goal, this.#frames.length - 1);
  }

  /**
   * Does something of one's own at the cursor; what came after it in the script is dropped. When
   * it cannot be carried out nothing changes, and `fault` says why.
   */
  act(...texts: readonly string[]): void {
    const before = { lines: this.#lines, steps: this.#steps, frames: [...this.#frames] };
    const cursor = this.#cursor;
    this.#fault = null;
    this.#cutAtCursor();
    this.#lines = [...this.#lines, ...texts.map((text, at) => this.#lineOf(text, at))];
    this.#steps = stepsOf(this.#lines);
    const fault = this.#playAdded();
    if (fault === null) return;
    this.#lines = before.lines;
    this.#steps = before.steps;
    this.#frames = before.frames;
    this.#cursor = cursor;
    this.#run = null;
    this.#fault = fault;
  }

  /** Lets time pass for all nodes until one of them does something; false when none does. */
  waitForSomething(): boolean {
    if (this.frame.picture.nodes.length === 0) {
      this.act('tick');
      return true;
    }
    const run = this.#runAfter(this.#cursor);
    this.#run = null;
    const tick = parseLine('tick', 1).step;
    for (let count = 1; tick !== null && count <= patienceTicks; count++) {
      const { events, breach } = run.play(tick);
      if (events.length === 0 && breach === null) continue;
      this.act(count === 1 ? 'tick' : `tick ${count}`);
      return true;
    }
    return false;
  }

  /** What a node says of an index of its log: nothing while it is down. */
  explain(id: string, index: number): readonly string[] {
    const { world } = this.#runAfter(this.#cursor);
    const node = world.isNode(id) ? world.node(id) : null;
    const account = node?.isUp ? node.raft.explain(asLogIndex(index)).split('\n') : [];
    if (!this.#isAtFront) this.#run = null;
    return account;
  }

  /** Nothing has been played beyond the cursor. */
  get #isAtFront(): boolean {
    return this.#cursor === this.#frames.length - 1;
  }

  #lineOf(text: string, at: number): ScriptLine {
    return parseLine(text, this.#lines.length + at + 1);
  }

  #playAdded(): Fault | null {
    try {
      this.#demandRoom();
    } catch (error) {
      return { line: this.#lines.length, text: '', reason: reasonOf(error) };
    }
    while (this.#frames.length <= this.#steps.length && this.#playNext());
    this.#cursor = this.#frames.length - 1;
    return this.#fault;
  }

  #cutAtCursor(): void {
    if (this.isAtEnd && this.#isAtFront) return;
    const last = this.step?.lines.at(-1) ?? -1;
    this.#lines = this.#lines.slice(0, last + 1);
    this.#frames = this.#frames.slice(0, this.#cursor + 1);
    this.#run = null;
  }

  /** False when the next step could not be played. */
  #playNext(): boolean {
    const played = this.#frames.length - 1;
    const step = this.#steps[played];
    if (step === undefined) return false;
    let at = step.lines[0] ?? 0;
    try {
      demand(this.#frames.at(-1)?.breach === null, 'nothing can follow where a rule is broken');
      const run = this.#runAfter(played);
      const results = new Map<number, LineResult>();
      const events: Event[] = [];
      let breach: Breach | null = null;
      for (at of step.lines) {
        const command = this.#lines[at]?.step ?? null;
        if (command === null || (breach !== null && command.command !== 'expect')) continue;
        const result = run.play(command);
        results.set(at, result);
        events.push(...result.events);
        breach = result.breach;
      }
      const { numberOf } = this.#numbers;
      this.#numbers.add(run.world.network.sent);
      const picture = pictureOf(run.world, numberOf);
      this.#frames.push({ picture, events, numberOf, results, breach });
      return true;
    } catch (error) {
      this.#run = null;
      const { text = '', step: failed } = this.#lines[at] ?? {};
      this.#fault = { line: failed?.line ?? at + 1, text, reason: reasonOf(error) };
      return false;
    }
  }

  /** The world after so many steps. */
  #runAfter(played: number): ScenarioRun {
    if (this.#run !== null && played === this.#frames.length - 1) return this.#run;
    this.#run = new ScenarioRun();
    this.#numbers = new Numbers();
    for (const step of this.#steps.slice(0, played)) {
      for (const at of step.lines) {
        const command = this.#lines[at]?.step;
        if (command) this.#run.play(command);
      }
      this.#numbers.add(this.#run.world.network.sent);
    }
    return this.#run;
  }

  #demandRoom(): void {
    const count = this.#steps.length;
    demand(count <= stepsMax, `the script has ${count} steps, and ${stepsMax} at most`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ScriptFault) return error.message;
  return error instanceof Error ? error.message : String(error);
}

/** Numbers messages in the order in which they left. */
class Numbers {
  readonly #numbers = new WeakMap<object, number>();
  #count = 0;
  #seen: readonly object[] = [];
  #seenCount = 0;

  /** @param sent all that ever left; the list grows, and a new cluster begins a new one */
  add(sent: readonly object[]): void {
    if (sent !== this.#seen) this.#seenCount = 0;
    this.#seen = sent;
    for (const message of sent.slice(this.#seenCount)) {
      this.#numbers.set(message, ++this.#count);
    }
    this.#seenCount = sent.length;
  }

  readonly numberOf = (message: object): number => this.#numbers.get(message) ?? 0;
}
