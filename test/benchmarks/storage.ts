/**
 * What the file store makes of a disk: `make bench-storage`. Each figure stands beside what the disk
 * itself can do, measured in turns with it in the same run; what is printed are medians.
 */

import { fork } from 'node:child_process';
import { fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { asLogIndex, asNodeId, asTerm, type Entry, membershipOf } from '../../src/raft/index.ts';
import { FileStore } from '../../src/storage/file-store.ts';
import { nodeDisk } from '../../src/storage/node-disk.ts';
import { overheadBytes } from '../../src/storage/record.ts';
import { answerOf, median } from './benchmark.ts';
import type { HistoryFigures, RestartFigures } from './storage-child.ts';

const commandBytes = 100;
/** Of an entry on the disk: the record, and in it index, term, weight and the command. */
const recordBytes = overheadBytes + 24 + commandBytes;
const segmentBytes = 8 * 1024 * 1024;

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: tmpdir() },
    rounds: { type: 'string', default: '15' },
    'round-ms': { type: 'string', default: '500' },
  },
});
const rounds = Number(values.rounds);
const roundMs = Number(values['round-ms']);
const directory = mkdtempSync(join(values.dir, 'raftwright-bench-storage-'));

interface Round {
  readonly entriesPerSecond: number;
  readonly syncsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** A file like a segment, and nothing around it. */
class BareFile {
  readonly #fd: number;
  #position = 0;

  constructor(name: string) {
    this.#fd = openSync(join(directory, name), 'w');
    writeSync(this.#fd, Buffer.alloc(segmentBytes));
    fdatasyncSync(this.#fd);
  }

  /** Writes a record and syncs it, again and again: what one writer can get at best. */
  syncs(): Round {
    const record = Buffer.alloc(recordBytes, 1);
    const round = timed(() => {
      this.#write(record);
      fdatasyncSync(this.#fd);
    });
    return { ...round, syncsPerSecond: round.entriesPerSecond };
  }

  /** Writes a mebibyte at a time, and syncs every eighth: what the disk takes at most. */
  sequentialWrites(): Round {
    const block = Buffer.alloc(1024 * 1024, 1);
    const round = timed(() => {
      this.#write(block);
      if (this.#position === segmentBytes) fdatasyncSync(this.#fd);
    });
    fdatasyncSync(this.#fd);
    return { ...round, bytesPerSecond: round.entriesPerSecond * block.length };
  }

  #write(data: Buffer): void {
    if (this.#position + data.length > segmentBytes) this.#position = 0;
    writeSync(this.#fd, data, 0, data.length, this.#position);
    this.#position += data.length;
  }
}

function timed(step: () => void): Round {
  const startMs = performance.now();
  let count = 0;
  let nowMs = startMs;
  while (nowMs - startMs < roundMs) {
    step();
    count++;
    nowMs = performance.now();
  }
  const perSecond = (1000 * count) / (nowMs - startMs);
  return {
    entriesPerSecond: perSecond,
    syncsPerSecond: 0,
    bytesPerSecond: perSecond * recordBytes,
  };
}

/** So many writers, each of which writes its next entry when its last one is durable. */
class StoreWriters {
  readonly #store: FileStore<Buffer>;
  readonly #writers: number;
  readonly #command: Buffer;
  #index = 1;
  #syncs = 0;

  constructor(writers: number, bytes: number) {
    this.#writers = writers;
    this.#command = Buffer.alloc(bytes, 120);
    const disk = nodeDisk(mkdtempSync(join(directory, 'store-')), {
      onPersisted: () => this.#syncs++,
    });
    const format = { encode: (command: Buffer) => command, decode: Buffer.from };
    this.#store = new FileStore<Buffer>({ disk, node: 'n1', format, segmentBytes });
  }

  async open(): Promise<void> {
    await this.#store.load();
  }

  async run(): Promise<Round> {
    const firstIndex = this.#index;
    this.#syncs = 0;
    const startMs = performance.now();
    await new Promise<void>((resolve, reject) => {
      let running = this.#writers;
      const write = (): void => {
        this.#write((failure) => {
          if (failure !== null) reject(failure);
          else if (performance.now() - startMs < roundMs) write();
          else if (--running === 0) resolve();
        });
      };
      for (let writer = 0; writer < this.#writers; writer++) write();
    });
    const seconds = (performance.now() - startMs) / 1000;
    // As at a snapshot, or the log of a long run would fill the disk.
    await this.#snapshot();
    const entries = this.#index - firstIndex;
    const bytes = this.#command.length + recordBytes - commandBytes;
    return {
      entriesPerSecond: entries / seconds,
      syncsPerSecond: this.#syncs / seconds,
      bytesPerSecond: (entries * bytes) / seconds,
    };
  }

  #write(done: (failure: Error | null) => void): void {
    const entry: Entry<Buffer> = {
      kind: 'command',
      index: asLogIndex(this.#index++),
      term: asTerm(1),
      command: this.#command,
      bytes: this.#command.length,
    };
    const entries = [entry];
    this.#store.write({ hardState: null, snapshotChunk: null, truncateFrom: null, entries }, done);
  }

  async #snapshot(): Promise<void> {
    const index = asLogIndex(this.#index - 1);
    const membership = { index: asLogIndex(0), membership: membershipOf([asNodeId('n1')]) };
    const meta = { index, term: asTerm(1), membership };
    await new Promise((resolve) => this.#store.saveSnapshot(meta, Buffer.alloc(0), resolve));
    this.#store.compact(index);
  }
}

function show(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Runs a part in a process of its own, so that its memory is its own. */
function inChild<Figures>(part: string): Promise<Figures> {
  const file = fileURLToPath(new URL('storage-child.js', import.meta.url));
  return answerOf(fork(file, [part, mkdtempSync(join(directory, `${part}-`))]), part);
}

/** Each round has the order of the last, turned round. The first of all warms up. */
async function inTurns(turns: (() => Promise<void>)[]): Promise<void> {
  for (let round = 0; round <= rounds; round++) {
    for (const turn of turns) await turn();
    turns.reverse();
  }
}

async function main(): Promise<void> {
  const rows = new Map<string, Round[]>();
  const add = (name: string, round: Round): void => {
    rows.set(name, [...(rows.get(name) ?? []), round]);
  };
  const writerCounts = [1, 16, 256];
  const stores = new Map<string, StoreWriters>();
  for (const count of writerCounts) stores.set(`${count}`, new StoreWriters(count, commandBytes));
  for (const store of stores.values()) await store.open();
  const bareFile = new BareFile('bare');
  const smallTurns = [
    async () => add('bare syncs', bareFile.syncs()),
    ...Array.from(
      stores,
      ([name, store]) =>
        async () =>
          add(name, await store.run()),
    ),
  ];
  await inTurns(smallTurns);
  const large = new StoreWriters(16, 64 * 1024);
  await large.open();
  const largeFile = new BareFile('bare-large');
  await inTurns([
    async () => add('bare writes', largeFile.sequentialWrites()),
    async () => add('large', await large.run()),
  ]);

  const of = (name: string, figure: keyof Round): number =>
    median((rows.get(name) ?? []).slice(1).map((round) => round[figure]));
  const ratio = (name: string, figure: keyof Round, bound: string): number =>
    median(
      (rows.get(name) ?? []).map(
        (round, at) => round[figure] / (rows.get(bound)?.[at]?.[figure] ?? Number.NaN),
      ),
    );

  const cpu = cpus()[0]?.model ?? 'unknown';
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(`Node.js ${process.version}, ${cpus().length} × ${cpu}, ${memory} GiB; ${directory}`);
  console.log(`${rounds} rounds of ${roundMs} ms each, in turns; medians\n`);
  console.log(`write and fdatasync, ${recordBytes} bytes, nothing else`);
  console.log(`  ${show(of('bare syncs', 'syncsPerSecond'))} syncs a second\n`);
  console.log('file store, entries of 100 bytes, each writer waits for its own');
  for (const count of writerCounts) {
    const name = `${count}`;
    const entries = of(name, 'entriesPerSecond');
    const perSync = entries / of(name, 'syncsPerSecond');
    console.log(
      `  ${name.padStart(3)} writer${count === 1 ? ' ' : 's'} ${show(entries).padStart(9)} entries a second,` +
        ` ${perSync.toFixed(1).padStart(5)} a sync;` +
        ` ${ratio(name, 'syncsPerSecond', 'bare syncs').toFixed(2)} of the bare syncs`,
    );
  }
  const megabytes = (name: string): string => show(of(name, 'bytesPerSecond') / 1e6);
  console.log('\nsequential writes of 1 MiB, a sync for each 8 MiB, nothing else');
  console.log(`  ${megabytes('bare writes')} MB a second`);
  console.log('file store, entries of 64 KiB, 16 writers');
  console.log(
    `  ${megabytes('large')} MB a second, ${ratio('large', 'bytesPerSecond', 'bare writes').toFixed(2)} of that\n`,
  );

  const history = await inChild<HistoryFigures>('history');
  console.log(
    `a replica that writes ${show(history.historyBytes / 1e6)} MB of log, with a snapshot every ` +
      `${show(history.snapshotBytes / 1e6)} MB\n  at most ${show(history.maxResidentBytes / 1e6)} MB of memory; ` +
      `${show(history.diskBytes / 1e6)} MB on disk at the end; ${show(history.seconds)} s`,
  );
  const restart = await inChild<RestartFigures>('restart');
  console.log(
    `a start with ${show(restart.entries)} entries in the log\n  ${show(median(restart.milliseconds))} ms ` +
      'until the replica takes part',
  );
}

try {
  await main();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
