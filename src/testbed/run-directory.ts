/** Where a run leaves its results: `store/<workload>/<time>/`, with links to the latest. */

import {
  closeSync,
  createWriteStream,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  type WriteStream,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { makeDirectories } from '../storage/make-directories.ts';

export class RunDirectory {
  readonly path: string;
  readonly nodeLogs: string;

  /** Creates `store/<workload>/<time>` and points `latest` at it. */
  constructor(store: string, workload: string, startedAt: Date) {
    const parent = join(store, workload);
    makeDirectories(parent);
    this.path = createUnique(join(parent, startedAt.toISOString().replaceAll(':', '')));
    this.nodeLogs = join(this.path, 'node-logs');
    mkdirSync(this.nodeLogs);
    for (const link of [join(store, 'latest'), join(parent, 'latest')]) pointAt(link, this.path);
  }

  /** Names this run and no other on this machine; can be the name of a file. */
  get runName(): string {
    return `${basename(this.path)}-${process.pid}`;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.file(name), text);
  }

  /** Lines in pieces: all together they may be longer than a text can be. */
  writeLines(name: string, lines: Iterable<string>): void {
    const file = openSync(this.file(name), 'w');
    try {
      let piece = '';
      for (const line of lines) {
        piece += `${line}\n`;
        if (piece.length < 1024 * 1024) continue;
        writeSync(file, piece);
        piece = '';
      }
      writeSync(file, piece);
    } finally {
      closeSync(file);
    }
  }

  /** A file to which lines of JSON are added as the run goes on. */
  openJsonLines(name: string): JsonLinesFile {
    return new JsonLinesFile(createWriteStream(this.file(name)));
  }
}

/** Another run may begin at this moment: so the link is made elsewhere, and takes its place at once. */
function pointAt(link: string, path: string): void {
  const made = `${link}.${process.pid}`;
  rmSync(made, { force: true });
  symlinkSync(relative(dirname(link), path), made);
  renameSync(made, link);
}

function createUnique(path: string): string {
  for (let suffix = 1; ; suffix++) {
    const candidate = suffix === 1 ? path : `${path}-${suffix}`;
    try {
      mkdirSync(candidate);
      return candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Collects lines and writes them in large pieces. */
export class JsonLinesFile {
  readonly #stream: WriteStream;
  #pending = '';

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** `json` is one JSON value, without a line break. */
  push(json: string): void {
    this.#pending += `${json}\n`;
    if (this.#pending.length < 64 * 1024) return;
    this.#stream.write(this.#pending);
    this.#pending = '';
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(this.#pending, resolve));
  }
}
