/** Runs a process whose system calls fail, and looks at what it leaves behind. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from '../../../src/storage/conformance/ledger.ts';
import { command } from '../../../src/storage/conformance/samples.ts';
import { FileStore } from '../../../src/storage/file-store.ts';
import { nodeDisk } from '../../../src/storage/node-disk.ts';
import { StoreRefusal } from '../../../src/storage/refusal.ts';
import type { StoredState } from '../../../src/storage/store.ts';
import { type Ended, repositoryFile, run } from '../../process.ts';
import { textFormat } from '../text-commands.ts';
import { type Account, decodeEvent, enter } from './events.ts';

/** A library that makes system calls fail, or why there is none. */
export type Library =
  | { readonly kind: 'built'; readonly path: string }
  | { readonly kind: 'none'; readonly reason: string };

export function buildLibrary(folder: string): Library {
  const path = join(folder, 'system-calls.so');
  const source = repositoryFile('test/storage/torture/system-calls.c');
  if (process.platform !== 'linux') return { kind: 'none', reason: 'LD_PRELOAD is for Linux' };
  const built = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-o', path, source, '-ldl']);
  if (built.status === 0) return { kind: 'built', path };
  return { kind: 'none', reason: built.error ? 'there is no gcc' : `gcc: ${built.stderr}` };
}

export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), 'raftwright-torture-'));
}

export interface Ordeal {
  readonly ended: Ended;
  readonly account: Account;
  /** The system calls on the directory, in their order. */
  readonly calls: readonly string[];
  /** Of the store that was opened after it. */
  readonly aftermath:
    | { readonly kind: 'opened'; readonly fault: string | null; readonly isBeginning: boolean }
    | { readonly kind: 'refused'; readonly refusal: StoreRefusal };
}

/** The process writes under a fault; then its directory is opened without one, and judged. */
export async function ordeal(library: string, fault: string, seed = 1): Promise<Ordeal> {
  const folder = scratchFolder();
  const directory = join(folder, 'data');
  const log = join(folder, 'calls');
  try {
    const program = repositoryFile('dist/test/storage/torture/writing-node.js');
    const ended = await run(process.execPath, [program, directory, `${seed}`, '6'], {
      LD_PRELOAD: library,
      FAULT_DIRECTORY: directory,
      FAULT: fault,
      FAULT_LOG: log,
    });
    const lines = ended.stdout.split('\n').slice(0, -1);
    const ledger = new Ledger();
    const account = enter(ledger, lines);
    const calls = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
    return { ended, account, calls, aftermath: await aftermath(directory, ledger, lines) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function aftermath(
  directory: string,
  ledger: Ledger,
  lines: readonly string[],
): Promise<Ordeal['aftermath']> {
  try {
    const state = await lifeIn(directory, async (store, loaded) => {
      const fault = ledger.judge(loaded);
      if (fault !== null) return { fault, isBeginning: isBeginning(lines, loaded) };
      // It can be written to, and what is written is there in the next life.
      const entry = command(ledger.reported.lastIndex + 1, 2 ** 40);
      const nothing = { hardState: null, snapshotChunk: null, truncateFrom: null };
      const write = { ...nothing, entries: [entry] };
      const pending = ledger.handIn(write);
      const failure = await new Promise<Error | null>((done) => store.write(write, done));
      if (failure !== null) return { fault: failure.message, isBeginning: true };
      ledger.report(pending);
      return null;
    });
    if (state !== null) return { kind: 'opened', ...state };
    const fault = await lifeIn(directory, async (_, loaded) => ledger.judge(loaded));
    return { kind: 'opened', fault, isBeginning: fault === null };
  } catch (error) {
    if (error instanceof StoreRefusal) return { kind: 'refused', refusal: error };
    throw error;
  }
}

async function lifeIn<Result>(
  directory: string,
  live: (store: FileStore<string>, loaded: StoredState<string>) => Promise<Result>,
): Promise<Result> {
  const store = new FileStore<string>({
    disk: nodeDisk(directory),
    node: 'n1',
    format: textFormat,
    segmentBytes: 2048,
  });
  const loaded = await store.load();
  try {
    return await live(store, loaded);
  } finally {
    await store.close();
  }
}

/** Whether the state is what a beginning of the writes leads to, whatever was reported of them. */
function isBeginning(lines: readonly string[], loaded: StoredState<string>): boolean {
  const ledger = new Ledger();
  for (const event of lines.map(decodeEvent)) {
    if (event.kind === 'write') ledger.handIn(event.write);
    if (event.kind === 'save') ledger.handInSnapshot(event.meta, event.data);
  }
  return ledger.judge(loaded) === null;
}
