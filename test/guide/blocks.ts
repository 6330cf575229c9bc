/**
 * Generated blocks of a chapter: a comment that says what is to stand there, and below it a fenced
 * block of code.
 *
 *     <!-- scenario: guided/figure-8-d.txt from "crash n1" to "restart n1" -->
 *     ```text
 *     ...
 *     ```
 */

import type { Part } from './part.ts';
import type { Bug } from './scripts.ts';

export interface Block {
  /** Of the comment, in its file, from 1 on. */
  readonly line: number;
  /** `scenario`, `play`, ... */
  readonly kind: string;
  /** What follows the kind: `guided/figure-8-d.txt`; empty for none. */
  readonly subject: string;
  readonly bug: Bug | null;
  /** What of it is shown, or null for all. */
  readonly part: Part | null;
  /** What stands between the fences now. */
  readonly lines: readonly string[];
}

/** What is written in a chapter cannot be carried out. */
export class GuideFault extends Error {}

/** The text of a chapter: as it stands, or a block of it. */
type Piece =
  | { readonly kind: 'text'; readonly lines: readonly string[] }
  | {
      readonly kind: 'block';
      readonly comment: string;
      readonly fence: string;
      readonly block: Block;
    };

const form =
  /^<!-- ([a-z]+)(?:: (.*?))?(?: with exhibit (\d+)( unjudged)?)?(?: from "([^"]+)")?(?: to "([^"]+)")? -->$/;

/**
 * The chapter with each block made anew.
 *
 * @param make gives the lines of a block; blocks are made in their order
 * @throws GuideFault naming file and line.
 */
export async function renewBlocks(
  path: string,
  text: string,
  make: (block: Block) => Promise<readonly string[]>,
): Promise<string> {
  const lines: string[] = [];
  for (const piece of pieces(path, text)) {
    if (piece.kind === 'text') {
      lines.push(...piece.lines);
      continue;
    }
    const { comment, fence, block } = piece;
    try {
      lines.push(comment, fence, ...(await make(block)), '```');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new GuideFault(`${path}:${block.line}: ${comment}\n  ${reason}`, { cause: error });
    }
  }
  return lines.join('\n');
}

/** @throws GuideFault when a comment is no instruction, or nothing stands below it. */
export function blocksOf(path: string, text: string): readonly Block[] {
  return pieces(path, text).flatMap((piece) => (piece.kind === 'block' ? [piece.block] : []));
}

function pieces(path: string, text: string): readonly Piece[] {
  const rows = text.split('\n');
  const found: Piece[] = [];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? '';
    if (!row.startsWith('<!--')) {
      found.push({ kind: 'text', lines: [row] });
      continue;
    }
    const place = `${path}:${at + 1}`;
    const end = rows.indexOf('```', at + 2);
    const fence = rows[at + 1] ?? '';
    if (!/^```[a-z]+$/.test(fence) || end < 0) {
      throw new GuideFault(`${place}: a block of code, with its language, has to follow:\n${row}`);
    }
    const block = { ...parseComment(place, row), line: at + 1, lines: rows.slice(at + 2, end) };
    found.push({ kind: 'block', comment: row, fence, block });
    at = end;
  }
  return found;
}

function parseComment(place: string, row: string): Omit<Block, 'line' | 'lines'> {
  const [, kind, subject = '', exhibit, unjudged, from, to] = form.exec(row) ?? [];
  if (kind === undefined) throw new GuideFault(`${place}: no instruction of the guide: ${row}`);
  return {
    kind,
    subject,
    bug:
      exhibit === undefined ? null : { exhibit: Number(exhibit), isJudged: unjudged === undefined },
    part: from === undefined && to === undefined ? null : { from: from ?? null, to: to ?? null },
  };
}
