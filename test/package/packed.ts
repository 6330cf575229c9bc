/** The package as npm packs it, and a project that has installed it. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { repositoryFile } from '../process.ts';

export interface PackedFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

export interface Tarball {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly files: readonly PackedFile[];
}

/** A directory that is gone after the tests. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'raftwright-package-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Runs npm, offline; what goes wrong is thrown with what npm has said. */
export function npm(directory: string, args: readonly string[]): string {
  return execFileSync('npm', ['--offline', '--no-audit', '--no-fund', ...args], {
    cwd: directory,
    encoding: 'utf8',
    stdio: 'pipe',
    maxBuffer: 64 * 1024 * 1024,
  });
}

export function pack(directory: string): Tarball {
  const root = repositoryFile('');
  const said: unknown = JSON.parse(
    npm(root, ['pack', '--json', '--ignore-scripts', '--pack-destination', directory]),
  );
  // An array, or, by newer versions of npm, an object by package.
  const [facts] = Object.values(said as object) as {
    readonly filename: string;
    readonly size: number;
    readonly files: readonly PackedFile[];
  }[];
  if (facts === undefined) throw new Error('npm pack has packed nothing');
  return { path: join(directory, facts.filename), size: facts.size, files: facts.files };
}

/** A new project that has installed the tarball, and, linked, the types of Node.js. */
export function installInto(directory: string, tarball: Tarball): void {
  mkdirSync(directory, { recursive: true });
  const manifest = { name: 'consumer', version: '1.0.0', private: true, type: 'module' };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  npm(directory, ['install', tarball.path]);
  const types = repositoryFile('node_modules/@types');
  symlinkSync(types, join(directory, 'node_modules/@types'));
}
