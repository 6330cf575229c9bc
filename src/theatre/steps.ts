/**
 * How a script is divided into steps: what "next" plays at once, and what is told meanwhile.
 *
 * A step is a command with the comments above it. Commands that set up a cluster are one step, with
 * an election right behind them; whatever is `quiet` or only looks (`expect`, `logs`, ...) belongs
 * to the step before it. Where a comment stands above there is something to tell: a step begins.
 */

import type { ScriptLine } from '../testbed/scenario/script.ts';

export interface PlayStep {
  /** The comments above it, a paragraph each; without the header of a scenario. */
  readonly story: readonly string[];
  /** The places of its commands among the lines. */
  readonly lines: readonly number[];
}

const settingUp: readonly string[] = ['cluster', 'setting', 'log', 'term', 'disk', 'elect'];

const looking: readonly string[] = [
  'expect',
  'explain',
  'hide',
  'hold',
  'logs',
  'mark',
  'messages',
  'show',
  'status',
  'timers',
];

export function stepsOf(lines: readonly ScriptLine[]): readonly PlayStep[] {
  const steps: { story: readonly string[]; lines: number[] }[] = [];
  let comments: string[] = [];
  let isSettingUp = false;
  for (const [at, { text, step }] of lines.entries()) {
    if (step === null) {
      comments.push(text);
      continue;
    }
    const { command, isQuiet } = step;
    const story = storyOf(comments);
    const isSetUp = isSettingUp && command !== 'cluster' && settingUp.includes(command);
    const isAside = isQuiet || looking.includes(command);
    const goesOn = story.length === 0 && (isSetUp || isAside);
    const last = steps.at(-1);
    if (goesOn && last !== undefined) last.lines.push(at);
    else steps.push({ story, lines: [at] });
    isSettingUp = settingUp.includes(command) || (isSettingUp && isAside);
    comments = [];
  }
  return steps;
}

/** Paragraphs: comment lines that follow each other are one, an empty line or `#` ends it. */
function storyOf(comments: readonly string[]): readonly string[] {
  const paragraphs: string[] = [];
  let isOpen = false;
  let isHeader = false;
  for (const line of comments) {
    const text = line.replace(/^#\s?/, '').trim();
    isHeader = /^# (rule|source|code): /.test(line) || (isHeader && line.startsWith('#   '));
    if (text === '' || isHeader) {
      isOpen = false;
    } else if (isOpen) {
      paragraphs.push(`${paragraphs.pop()} ${text}`);
    } else {
      paragraphs.push(text);
      isOpen = true;
    }
  }
  return paragraphs;
}

/** What is told behind the last command. */
export function epilogueOf(lines: readonly ScriptLine[]): readonly string[] {
  const last = lines.findLastIndex(({ step }) => step !== null);
  return storyOf(lines.slice(last + 1).map(({ text }) => text));
}
