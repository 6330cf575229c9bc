/**
 * One life of a node of the bench: a child process behind stdin and stdout, as Maelstrom runs it.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { isJsonObject, type Json, parseJson } from '../machine/json.ts';
import { type Line, LineReader } from '../maelstrom/lines.ts';
import type { MaelstromMessage } from '../maelstrom/message.ts';
import { textOf } from './envelope-text.ts';
import type { Envelope } from './network.ts';

export interface NodeProcessOptions {
  readonly name: string;
  /** A path, not looked up in PATH. */
  readonly bin: string;
  readonly args: readonly string[];
  /** Beside the environment of this process. */
  readonly env: { readonly [name: string]: string };
  /** What the process writes to stderr is added to it. */
  readonly logFile: string;
  /** `text` are its members as they were printed, or empty. */
  readonly onMessage: (message: MaelstromMessage, text: string) => void;
  /** The node has printed a line that is no message. Nothing that it prints later is read. */
  readonly onBadLine: (fault: string, line: string) => void;
  /** The process has ended without being told to. */
  readonly onCrash: (how: string, lastStderr: readonly string[]) => void;
  readonly onStderrLine: (line: string) => void;
}

/** A line of output may be this long; nobody means to send more. */
const maxLineBytes = 64 * 1024 * 1024;

const keptStderrLines = 32;

/** So many bytes may wait for a process that stands still, beside what its pipe holds. */
const pausedBufferBytes = 1024 * 1024;

export class NodeProcess {
  readonly #options: NodeProcessOptions;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #log: WriteStream;
  readonly #lastStderr: string[] = [];
  /** What is still to be written to its stdin. */
  #lines = '';
  /** Resolves when the process is gone, and what it had printed has been read. */
  readonly ended: Promise<void>;
  #isSilenced = false;
  #isPaused = false;
  #isKilled = false;

  constructor(options: NodeProcessOptions) {
    this.#options = options;
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
    const env = { ...process.env, ...options.env };
    this.#child = spawn(options.bin, options.args, { cwd: tmpdir(), stdio: 'pipe', env });
    const { stdin, stdout, stderr } = this.#child;
    stdin.on('error', () => {}); // The process is gone; its end is reported by itself.
    // The end of stdout is not the end of a line: SIGKILL may have cut the last one short.
    const output = new LineReader(maxLineBytes, (line) => this.#takeLine(line));
    stdout.on('data', (chunk: Buffer) => output.push(chunk));
    const errors = new LineReader(maxLineBytes, (line) => this.#takeStderr(line));
    stderr.on('data', (chunk: Buffer) => {
      this.#log.write(chunk);
      errors.push(chunk);
    });
    stderr.on('end', () => errors.end());
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => this.#crashed(`could not be started: ${error.message}`));
      this.#child.on('close', (code, signal) => {
        this.#crashed(signal === null ? `exit status ${code}` : `signal ${signal}`);
        this.#log.end(resolve);
      });
    });
  }

  /** Hands the process one message, as a line on its stdin. */
  deliver(envelope: Envelope): void {
    // What is delivered in one turn of the event loop is written at once.
    if (this.#lines === '') setImmediate(() => this.#writeLines());
    this.#lines += `{"id":${envelope.id},${textOf(envelope)}\n`;
  }

  #writeLines(): void {
    const { stdin } = this.#child;
    if (stdin.writable) stdin.write(Buffer.from(this.#lines));
    this.#lines = '';
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it can be given another message: not when it stands still and much waits already. */
  get canTake(): boolean {
    const waiting = this.#lines.length + this.#child.stdin.writableLength;
    return !this.#isPaused || waiting < pausedBufferBytes;
  }

  /** SIGSTOP: it stands still, and knows nothing of it. */
  pause(): void {
    this.#isPaused = true;
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#isPaused = false;
    this.#child.kill('SIGCONT');
  }

  /** SIGKILL, which reaches a process that is paused, too. What it had printed still counts. */
  kill(): void {
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
  }

  /** SIGKILL at the end of the run: nobody listens any more. */
  stop(): Promise<void> {
    this.#isSilenced = true;
    this.kill();
    return this.ended;
  }

  #crashed(how: string): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    this.#options.onCrash(how, this.#lastStderr);
  }

  #takeLine(line: Line): void {
    if (this.#isSilenced) return;
    const fault = line.kind === 'faulty' ? line.fault : this.#tryDeliver(line);
    if (fault === null) return;
    this.#isSilenced = true;
    this.#options.onBadLine(fault, line.text);
  }

  /** What is wrong with a line, or null when it has been sent on. */
  #tryDeliver({ text, among }: Line & { readonly kind: 'text' }): string | null {
    let value: Json;
    try {
      value = parseJson(text, among);
    } catch (error) {
      return text.trim() === '' ? 'a blank line' : `not JSON: ${(error as Error).message}`;
    }
    const fault = messageFault(value);
    if (fault !== null) return fault;
    try {
      const message = value as unknown as MaelstromMessage;
      this.#options.onMessage(message, printedMembers(message, text));
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  #takeStderr({ text }: Line): void {
    this.#lastStderr.push(text);
    if (this.#lastStderr.length > keptStderrLines) this.#lastStderr.shift();
    this.#options.onStderrLine(text);
  }
}

/**
 * What `textOf` would say, cut from the line, when the line says the same in the same order; else
 * empty. A line that names a member twice is passed on as it is.
 */
function printedMembers(message: MaelstromMessage, line: string): string {
  const { src, dest } = message;
  const isSame =
    line.startsWith(`{"src":"${src}","dest":"${dest}","body":{`) &&
    line.endsWith('}}') &&
    Object.keys(message).length === 3;
  return isSame ? line.slice(1) : '';
}

const envelopeFields = new Set(['id', 'src', 'dest', 'body']);

/** What Maelstrom demands of a line: these fields, of these types, and no others. */
function messageFault(value: Json): string | null {
  if (!isJsonObject(value)) return 'not a JSON object';
  for (const name of Object.keys(value)) {
    if (!envelopeFields.has(name)) return `unknown top-level field "${name}"`;
  }
  if (value['id'] !== undefined && !Number.isInteger(value['id'])) return 'id is not an integer';
  if (typeof value['src'] !== 'string') return 'src is not a string';
  if (typeof value['dest'] !== 'string') return 'dest is not a string';
  if (!isJsonObject(value['body'])) return 'body is not an object';
  return null;
}
