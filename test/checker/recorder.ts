/** Writes down the history of clients that each do one operation. */

import { type History, readJsonlHistory } from '../../src/checker/index.ts';

/** Ends an operation ok; a read is told what it returned. */
type End = (value?: unknown) => void;

export class Recorder {
  private readonly lines: string[] = [];
  private processes = 0;

  /** Invokes an operation, which stays open unless it is ended. */
  readonly start = (f: 'read' | 'write' | 'cas', value: unknown): End => {
    const process = this.processes;
    this.processes += 1;
    this.lines.push(JSON.stringify({ process, type: 'invoke', f, key: 0, value }));
    return (returned = value) => {
      this.lines.push(JSON.stringify({ process, type: 'ok', f, value: returned }));
    };
  };

  /** Does an operation from beginning to end. */
  readonly run = (f: 'read' | 'write' | 'cas', value: unknown): void => {
    this.start(f, f === 'read' ? null : value)(value);
  };

  readonly history = (): History => readJsonlHistory(this.lines);
}
