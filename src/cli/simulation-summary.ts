/** Tells how a soak goes, and how it went. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SoakInput } from '../pages/soak/soak.ts';
import { realClock } from '../replica/index.ts';
import { makeDirectories } from '../storage/make-directories.ts';
import type { SeedResult } from '../testbed/simulation/run-seed.ts';
import { TraceHash } from '../testbed/simulation/trace-hash.ts';
import { exitStatus } from './exit-status.ts';

export interface SummaryOptions {
  readonly from: number;
  readonly to: number;
  readonly isJson: boolean;
  /** Where failures are written. */
  readonly store: string;
}

/** How often somebody who waits is told how far it has come. */
const progressMs = 2000;

export class SimulationSummary {
  readonly #options: SummaryOptions;
  readonly #startMs = realClock.now();
  readonly #startCpu = process.cpuUsage();
  #lastToldMs = this.#startMs;
  readonly #failures: SeedResult[] = [];
  readonly #undecided: number[] = [];
  #seeds = 0;
  #simulatedMs = 0;
  readonly #counts = new Map<string, number>();
  /** By seed. */
  readonly #traceHashes = new Map<number, string>();

  constructor(options: SummaryOptions) {
    this.#options = options;
  }

  add(result: SeedResult): void {
    this.#seeds++;
    this.#simulatedMs += result.simulatedMs;
    this.#traceHashes.set(result.seed, result.traceHash);
    for (const [name, count] of Object.entries(result.counts)) {
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
    }
    if (result.verdict === 'unknown') this.#undecided.push(result.seed);
    if (result.verdict === 'invalid') this.#fail(result);
    const nowMs = realClock.now();
    if (nowMs - this.#lastToldMs < progressMs) return;
    this.#lastToldMs = nowMs;
    const { from, to } = this.#options;
    this.#print(`${this.#seeds} of ${to - from + 1} seeds; ${this.#speed()}`);
  }

  /** Those that broke a rule, in the order of their seeds. */
  get failures(): readonly SeedResult[] {
    return [...this.#failures].sort((a, b) => a.seed - b.seed);
  }

  /** What a page tells of it; the pages of seeds are up to others. */
  forPage(): Omit<SoakInput, 'failures' | 'command'> {
    const { from, to } = this.#options;
    return {
      verdict: this.#verdict,
      from,
      to,
      seeds: this.#seeds,
      undecided: [...this.#undecided].sort((a, b) => a - b),
      counts: [...this.#counts],
      simulatedSeconds: this.#simulatedMs / 1000,
      seconds: (realClock.now() - this.#startMs) / 1000,
      cpuSeconds: this.#cpuSeconds(),
      traceHash: this.#traceHash(),
    };
  }

  get #verdict(): SoakInput['verdict'] {
    if (this.#failures.length > 0) return 'invalid';
    return this.#undecided.length > 0 ? 'unknown' : 'valid';
  }

  /** Says how it went; returns the exit status. */
  finish(): number {
    const { failures } = this;
    if (this.#options.isJson) this.#printJson(failures);
    const seeds = this.#seeds === 1 ? `seed ${this.#options.from}` : `${this.#seeds} seeds`;
    const counts = Array.from(this.#counts, ([name, count]) => `${count} ${name}`).join(', ');
    this.#print(`${seeds}: ${counts}`);
    this.#print(`trace hash ${this.#traceHash()}`);
    this.#print(this.#speed());
    if (this.#undecided.length > 0) {
      this.#print(`not decided: seeds ${this.#undecided.slice(0, 20).join(' ')}`);
    }
    this.#print('');
    if (failures.length > 0) {
      this.#print(`INVALID: ${failures.length} of ${this.#seeds} seeds broke a rule; see above.`);
      return exitStatus.invalid;
    }
    if (this.#undecided.length > 0) {
      this.#print('UNKNOWN: nothing is wrong as far as could be decided.');
      return exitStatus.unknown;
    }
    this.#print('VALID: every rule held, and every history is linearizable.');
    return exitStatus.valid;
  }

  #fail(result: SeedResult): void {
    this.#failures.push(result);
    const { seed, violation } = result;
    if (violation === null) return;
    const { net, rule, node, timeMs, detail } = violation;
    const where = `${node === null ? '' : `${node}, `}${(timeMs / 1000).toFixed(3)} s`;
    const [firstLine = ''] = detail.split('\n');
    this.#print(`seed ${seed} INVALID: ${net}: ${rule} (${where}) ${firstLine.slice(0, 300)}`);
    const directory = join(this.#options.store, 'simulation');
    makeDirectories(directory);
    const file = join(directory, `seed-${seed}.json`);
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    this.#print(`  raftwright simulate --seed ${seed}; ${file}`);
  }

  #printJson(failures: readonly SeedResult[]): void {
    const { from, to } = this.#options;
    const summary = {
      verdict: this.#verdict,
      from,
      to,
      seeds: this.#seeds,
      failures: failures.map(({ seed, violation }) => ({ seed, ...violation })),
      undecided: this.#undecided,
      counts: Object.fromEntries(this.#counts),
      simulatedSeconds: this.#simulatedMs / 1000,
      cpuSeconds: this.#cpuSeconds(),
      traceHash: this.#traceHash(),
    };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  }

  /** The same wherever these seeds are run: a seed's own, or one of those of all seeds. */
  #traceHash(): string {
    const hashes = [...this.#traceHashes].sort(([a], [b]) => a - b).map(([, hash]) => hash);
    const [only = ''] = hashes;
    if (hashes.length === 1) return only;
    const all = new TraceHash();
    for (const hash of hashes) all.addText(hash);
    return all.digest;
  }

  #speed(): string {
    const seconds = (realClock.now() - this.#startMs) / 1000;
    const perCpuSecond = this.#simulatedMs / 1000 / this.#cpuSeconds();
    return [
      `${seconds.toFixed(1)} s`,
      `${(this.#seeds / seconds).toFixed(1)} seeds a second`,
      `${perCpuSecond.toFixed(0)} simulated seconds a CPU second`,
      `${this.#failures.length} failures`,
    ].join('; ');
  }

  #cpuSeconds(): number {
    const { user, system } = process.cpuUsage(this.#startCpu);
    return (user + system) / 1e6;
  }

  #print(line: string): void {
    if (!this.#options.isJson) process.stdout.write(`${line}\n`);
  }
}
