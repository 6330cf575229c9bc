/** Makes the generated blocks of a chapter anew. `Maker` has the kinds that there are. */

import { readFileSync } from 'node:fs';
import { scenarioFile } from '../scenarios/collection.ts';
import { type Block, renewBlocks } from './blocks.ts';
import type { Chapter } from './chapter.ts';
import { Shell } from './commands.ts';
import { compare } from './comparison.ts';
import { definitionOf } from './definition.ts';
import { catchesOf, diffOf, exhibitOf } from './exhibits.ts';
import { takePart } from './part.ts';
import { type Bug, playScript } from './scripts.ts';
import { fold } from './wrap.ts';

type Lines = readonly string[];

/** @throws GuideFault when a block cannot be made. */
export async function renew({ path, text }: Chapter): Promise<string> {
  const maker = new Maker();
  try {
    return await renewBlocks(path, text, async (block) => {
      const lines = takePart(await maker.make(block), partOf(block));
      return block.kind === 'exhibit' ? lines : withoutStars(lines).flatMap(fold);
    });
  } finally {
    maker.close();
  }
}

/** What was taken from the middle of a doc comment. */
function withoutStars(lines: Lines): Lines {
  const isInside = lines.every((line) => line.startsWith('*') && line !== '*/');
  return isInside ? lines.map((line) => line.slice(2)) : lines;
}

/** Everything a person writes in a script or a list of commands is shown. */
function partOf({ kind, part }: Block): Block['part'] {
  if (part !== null && (kind === 'play' || kind === 'commands')) {
    throw new Error('what is written here is shown as a whole; no part can be taken of it');
  }
  return part;
}

/** Blocks of a chapter may go on with what those before them began. */
class Maker {
  /** The script so far that is written in the chapter. */
  #script: Lines = [];
  #shell: Shell | null = null;

  async make(block: Block): Promise<Lines> {
    const { kind, subject, bug } = block;
    switch (kind) {
      case 'scenario':
        return scenario(subject, bug);
      case 'play':
        return this.#play(block);
      case 'replay':
        return playScript(this.#script, bug);
      case 'code': {
        const [file = '', name = ''] = subject.split(' ');
        return definitionOf(file, name);
      }
      case 'commands':
        this.#shell ??= new Shell();
        return this.#shell.run(block.lines);
      case 'exhibit':
        return diffOf(exhibitOf(Number(subject)));
      case 'caught':
        return catchesOf(exhibitOf(Number(subject)));
      case 'compare':
        return compare(block.lines);
      default:
        throw new Error(
          `no kind of block "${kind}"; known: scenario play replay code commands exhibit caught compare`,
        );
    }
  }

  /** `play` begins anew, `play: on` goes on. */
  async #play({ subject, bug, lines }: Block): Promise<Lines> {
    if (subject !== '' && subject !== 'on') throw new Error(`play: ${subject}? Only "play: on"`);
    const written = lines.filter((line) => !line.startsWith(' '));
    const before = subject === 'on' ? this.#script : [];
    this.#script = [...before, ...written];
    const played = await playScript(this.#script, bug);
    return played.slice(startOfLast(played, before.length));
  }

  close(): void {
    this.#shell?.close();
  }
}

/** Where the traces of the first lines of a script end. */
function startOfLast(played: Lines, count: number): number {
  let seen = 0;
  const start = played.findIndex((line) => !line.startsWith(' ') && seen++ === count);
  return start < 0 ? played.length : start;
}

/** As it is checked in, where another test holds it against the core; or played with a bug. */
function scenario(path: string, bug: Bug | null): Lines | Promise<Lines> {
  const lines = readFileSync(scenarioFile(path), 'utf8').trimEnd().split('\n');
  return bug === null ? lines : playScript(lines, bug);
}
