/** Reading the values of command-line flags, each with its limits. */

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './exit-status.ts';

type ParsedFlags<Config extends ParseArgsConfig> = ReturnType<typeof parseArgs<Config>>;

/** `parseArgs` of Node.js, with errors that name the flag. */
export function parseFlags<const Config extends ParseArgsConfig>(
  config: Config,
): ParsedFlags<Config> {
  try {
    return parseArgs(config);
  } catch (error) {
    // The first sentence says what is wrong; what follows is about parseArgs itself.
    throw new UsageError((error as Error).message.split('. ')[0] ?? 'bad flags');
  }
}

export function numberFlag(name: string, text: string, atLeast: number, atMost: number): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value) || value < atLeast || value > atMost) {
    throw new UsageError(`--${name} must be a number from ${atLeast} to ${atMost}: ${text}`);
  }
  return value;
}

export function integerFlag(name: string, text: string, atLeast: number, atMost: number): number {
  const value = numberFlag(name, text, atLeast, atMost);
  if (!Number.isInteger(value)) throw new UsageError(`--${name} must be a whole number: ${text}`);
  return value;
}

export function choiceFlag<const Choice extends string>(
  name: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) {
    throw new UsageError(`--${name} must be one of ${choices.join(', ')}: ${text}`);
  }
  return choice;
}
