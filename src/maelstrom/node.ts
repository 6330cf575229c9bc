/** A node of any Maelstrom workload. */

import { randomInt } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { type Cancel, type Clock, realClock } from '../replica/index.ts';
import { errorCodes, malformed, RpcError } from './errors.ts';
import { beginning, FaultLog } from './fault-log.ts';
import { readChunks } from './input.ts';
import { type Body, checkNodeIds, type MaelstromMessage, type ReturnAddress } from './message.ts';
import { MessageReader, type Received } from './message-reader.ts';
import { lineWriterTo, type MessageSink } from './output.ts';

/** What a handler is told besides the body. */
export interface RequestContext {
  /** Who asks. */
  readonly src: string;
  /** Whether an answer is wanted. */
  readonly wantsReply: boolean;
}

/** A reply's body; the node adds what it answers. */
export type Reply = Omit<Body, 'msg_id' | 'in_reply_to'> & { readonly type: string };

/**
 * Answers one type of message. What it returns is the reply, which may be of type "error";
 * undefined is no reply. An RpcError that it throws becomes an error reply, and anything else error 13 ("crash"), which promises
 * nothing about what happened.
 */
export type Handler<RequestBody extends Body = Body> = (
  body: RequestBody,
  context: RequestContext,
) => Reply | undefined | Promise<Reply | undefined>;

/** Told of everything that passes; for metrics. */
export interface NodeObserver {
  /** `type` is null when no handler knows it. */
  onReceived?(type: string | null): void;
  /** A message was sent that is of this type. */
  onSent?(type: string): void;
  /** It was an error with this code. */
  onErrorSent?(code: number): void;
  /** A line, or a message, could not be understood. */
  onMalformedLine?(): void;
  /** A message was read, or written, as a line of so many bytes. */
  onLineRead?(src: string, bytes: number): void;
  /** See `onLineRead`. */
  onLineWritten?(dest: string, bytes: number): void;
}

/**
 * What a node is made of. Nothing need be given: it then speaks over the process's own streams.
 */
export interface NodeOptions {
  /** Default: the process's stdin and stdout. stdout is then guarded against other writers. */
  readonly input?: Readable;
  readonly output?: Writable;
  /** Takes messages instead of `output`; a node without lines is given them by `receive`. */
  readonly sink?: MessageSink;
  /** Where lines for people go. Default: stderr. */
  readonly log?: (line: string) => void;
  /** Default: the real one. */
  readonly clock?: Clock;
  /** Told of everything that passes. */
  readonly observer?: NodeObserver;
  /** A longer line is answered with error 12 instead of being handled. In bytes. */
  readonly maxLineBytes?: number;
  /** How long handlers may go on after the input has ended, and then their answers leave; in ms. */
  readonly maxDrainMs?: number;
  /** Default: by chance, so that a late answer to an earlier life of the node matches nothing. */
  readonly firstMsgId?: number;
}

/** How long to wait for an answer, and until when. */
export interface RpcOptions {
  /** Default: 1000. After it, the call rejects with code 0. */
  readonly timeoutMs?: number;
  /** Ends the wait; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

interface PendingRpc {
  readonly dest: string;
  readonly resolve: (body: Body) => void;
  readonly reject: (error: unknown) => void;
}

const defaultMaxLineBytes = 12 * 1024 * 1024;

/** How many messages may wait while the node is being initialized. */
const maxEarlyMessages = 10_000;

/**
 * A node of any Maelstrom workload: reads requests, calls handlers, writes replies.
 *
 * ```ts
 * const node = new MaelstromNode();
 * node.handle('echo', (body) => ({ type: 'echo_ok', echo: body['echo'] ?? null }));
 * await node.run();
 * ```
 */
export class MaelstromNode {
  readonly #options: NodeOptions;
  readonly #writer: MessageSink;
  readonly #log: (line: string) => void;
  readonly #faultLog: FaultLog;
  readonly #clock: Clock;
  readonly #observer: NodeObserver;
  readonly #maxLineBytes: number;
  readonly #maxDrainMs: number;
  readonly #handlers = new Map<string, Handler>();
  readonly #rpcs = new Map<number, PendingRpc>();
  readonly #initializers: (() => void | Promise<void>)[] = [];
  readonly #endings: (() => void)[] = [];
  #identity: { readonly id: string; readonly nodeIds: readonly string[] } | null = null;
  #isReady = false;
  /** What has arrived after `init` and before the initializers are done. */
  readonly #early: MaelstromMessage[] = [];
  #nextMsgId: number;
  #runningHandlers = 0;
  #onIdle: (() => void) | null = null;

  constructor(options: NodeOptions = {}) {
    this.#options = options;
    this.#log = options.log ?? ((line) => process.stderr.write(`${line}\n`));
    this.#faultLog = new FaultLog(this.#log);
    this.#clock = options.clock ?? realClock;
    this.#observer = options.observer ?? {};
    const onLine = this.#observer.onLineWritten?.bind(this.#observer) ?? null;
    this.#writer = options.sink ?? lineWriterTo(options.output, onLine);
    this.#maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
    this.#maxDrainMs = options.maxDrainMs ?? 1000;
    this.#nextMsgId = options.firstMsgId ?? randomInt(2 ** 47);
  }

  /** This node's name. Throws before `init` has arrived. */
  get id(): string {
    return this.#requireIdentity().id;
  }

  /** All nodes of the cluster, this one included. Throws before `init` has arrived. */
  get nodeIds(): readonly string[] {
    return this.#requireIdentity().nodeIds;
  }

  /** How much has been said and not yet taken by whoever reads the output, in bytes. */
  get bufferedBytes(): number {
    return this.#writer.bufferedBytes;
  }

  /** Calls `initializer` when `init` has arrived, before it is answered. */
  onInit(initializer: () => void | Promise<void>): void {
    this.#initializers.push(initializer);
  }

  /** Calls `action` when the node has read and answered its last. */
  onEnd(action: () => void): void {
    this.#endings.push(action);
  }

  /** Answers messages of one type. Throws when the type has a handler, or is "init". */
  handle<RequestBody extends Body>(type: string, handler: Handler<RequestBody>): void {
    if (type === 'init') throw new Error('init is answered by the node itself; use onInit');
    if (this.#handlers.has(type)) throw new Error(`there is a handler for ${type} already`);
    this.#handlers.set(type, handler as unknown as Handler);
  }

  /** Sends a message and expects nothing. */
  send(dest: string, body: Body): void {
    this.#observer.onSent?.(body.type);
    this.#writer.push({ src: this.id, dest, body });
  }

  /**
   * Sends a request and waits for its answer.
   *
   * Rejects with an RpcError: what the other node says, or code 0 when the time is up; and with
   * the signal's reason when it is aborted. After the last two, the request may yet take effect.
   */
  rpc(dest: string, body: Reply, options: RpcOptions = {}): Promise<Body> {
    const { timeoutMs = 1000, signal } = options;
    const msgId = this.#nextMsgId++;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cleanUps: Cancel[] = [];
      const end = (action: () => void): void => {
        this.#rpcs.delete(msgId);
        for (const cleanUp of cleanUps) cleanUp();
        action();
      };
      this.#rpcs.set(msgId, {
        dest,
        resolve: (answer) => end(() => resolve(answer)),
        reject: (error) => end(() => reject(error)),
      });
      cleanUps.push(
        this.#clock.after(timeoutMs, () =>
          end(() =>
            reject(new RpcError(errorCodes.timeout, `no answer from ${dest} in ${timeoutMs} ms`)),
          ),
        ),
      );
      if (signal !== undefined) {
        const onAbort = (): void => end(() => reject(signal.reason));
        signal.addEventListener('abort', onAbort, { once: true });
        cleanUps.push(() => signal.removeEventListener('abort', onAbort));
      }
      this.send(dest, { ...body, msg_id: msgId });
    });
  }

  /**
   * Reads and answers until the input ends or nobody reads the output any more. Requests that are
   * being handled when the input ends are still answered. On the process's own streams, the process
   * then ends, with status 0.
   */
  async run(): Promise<void> {
    const { input, output = process.stdout } = this.#options;
    const reader = new MessageReader(this.#maxLineBytes, (received) => this.#take(received));
    await new Promise<void>((resolve) => {
      const stream = readChunks(input, (chunk) => reader.push(chunk));
      stream.on('end', () => {
        reader.end();
        // What the last lines have set going shows only after this turn.
        setImmediate(() => void this.#inTime((idle) => this.#whenIdle(idle)).then(resolve));
      });
      stream.on('error', () => resolve());
      // EPIPE: whoever read our lines is gone.
      output.on('error', () => resolve());
    });
    await this.#inTime((taken) => this.#writer.flush(taken));
    for (const action of this.#endings) action();
    if (input === undefined || input === process.stdin) process.exit(0);
  }

  /** Resolves when what is begun is done, or has taken too long. */
  #inTime(begin: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(this.#maxDrainMs, resolve);
      begin(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Calls back when no handler runs any more. */
  #whenIdle(done: () => void): void {
    if (this.#runningHandlers === 0 && this.#early.length === 0) done();
    else this.#onIdle = done;
  }

  #take(received: Received): void {
    if (!received.ok) return this.#refuseLine(received);
    this.#observer.onLineRead?.(received.message.src, received.bytes);
    this.receive(received.message);
  }

  /** Counts and logs what cannot be handled, and tells the sender if it can be made out. */
  #refuseLine({ fault, text, replyTo }: Received & { readonly ok: false }): void {
    this.#observer.onMalformedLine?.();
    this.#faultLog.note(fault, text);
    if (replyTo !== null) this.#replyError(replyTo, malformed(fault));
  }

  /** Takes in a message. `run` does it with each line. */
  receive(message: MaelstromMessage): void {
    const { src, dest, body } = message;
    if (body.in_reply_to !== undefined) return this.#takeReply(message, body.in_reply_to);
    const handler = body.type === 'init' ? this.#initialize : this.#handlers.get(body.type);
    this.#observer.onReceived?.(handler === undefined ? null : body.type);
    const replyTo = body.msg_id === undefined ? null : { to: src, from: dest, msgId: body.msg_id };
    if (handler === undefined) {
      const text = `unknown type: ${beginning(body.type)}`;
      return this.#refuse(replyTo, new RpcError(errorCodes.notSupported, text));
    }
    if (!this.#isReady && body.type !== 'init') {
      const mayWait = this.#identity !== null && this.#early.length < maxEarlyMessages;
      if (mayWait) return void this.#early.push(message);
      const text = 'not initialized yet';
      return this.#refuse(replyTo, new RpcError(errorCodes.temporarilyUnavailable, text));
    }
    this.#call(handler, message, replyTo);
  }

  #refuse(replyTo: ReturnAddress | null, error: RpcError): void {
    if (replyTo !== null) this.#replyError(replyTo, error);
  }

  #call(handler: Handler, { src, body }: MaelstromMessage, replyTo: ReturnAddress | null): void {
    let result: ReturnType<Handler>;
    try {
      result = handler(body, { src, wantsReply: replyTo !== null });
    } catch (error) {
      return this.#fail(replyTo, error);
    }
    // Most messages between servers are answered at once, or not at all.
    if (!(result instanceof Promise)) return this.#finish(replyTo, result);
    this.#runningHandlers++;
    void result.then(
      (reply) => {
        this.#finish(replyTo, reply);
        this.#handlerEnded();
      },
      (error) => {
        this.#fail(replyTo, error);
        this.#handlerEnded();
      },
    );
  }

  #handlerEnded(): void {
    this.#runningHandlers--;
    if (this.#runningHandlers === 0) this.#onIdle?.();
  }

  #finish(replyTo: ReturnAddress | null, reply: Reply | undefined): void {
    if (reply !== undefined && replyTo !== null) this.#reply(replyTo, reply);
  }

  #fail(replyTo: ReturnAddress | null, error: unknown): void {
    if (replyTo !== null) this.#replyError(replyTo, this.#asRpcError(error));
    else this.#asRpcError(error);
  }

  #asRpcError(error: unknown): RpcError {
    if (error instanceof RpcError) return error;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#log(`a handler failed: ${text}`);
    return new RpcError(errorCodes.crash, error instanceof Error ? error.message : text);
  }

  #takeReply({ src, body }: MaelstromMessage, inReplyTo: number): void {
    this.#observer.onReceived?.('reply');
    const rpc = this.#rpcs.get(inReplyTo);
    if (rpc === undefined || rpc.dest !== src) return; // late, or somebody else's
    if (body.type !== 'error') return rpc.resolve(body);
    const { code, text } = body;
    rpc.reject(
      new RpcError(
        typeof code === 'number' ? code : errorCodes.crash,
        typeof text === 'string' ? text : 'error without a text',
      ),
    );
  }

  #reply(replyTo: ReturnAddress, reply: Reply): void {
    const { type, code } = reply;
    if (type === 'error' && typeof code === 'number') this.#observer.onErrorSent?.(code);
    this.#observer.onSent?.(type);
    // A literal that begins with what is spread is many times as slow when shapes differ.
    const body = { in_reply_to: replyTo.msgId, ...reply };
    // Before init, a node knows its name only from what others call it.
    this.#writer.push({ src: this.#identity?.id ?? replyTo.from, dest: replyTo.to, body });
  }

  #replyError(replyTo: ReturnAddress, error: RpcError): void {
    this.#reply(replyTo, { type: 'error', code: error.code, text: error.message });
  }

  readonly #initialize: Handler = async ({ node_id, node_ids }) => {
    if (this.#identity !== null) {
      const text = `already initialized as ${this.#identity.id}`;
      throw new RpcError(errorCodes.preconditionFailed, text);
    }
    if (typeof node_id !== 'string' || node_id === '') throw malformed('node_id is not a name');
    const nodeIds = checkNodeIds(node_ids);
    if (!nodeIds.includes(node_id)) throw malformed(`node_ids does not contain ${node_id}`);
    this.#identity = { id: node_id, nodeIds };
    try {
      for (const initializer of this.#initializers) await initializer();
    } catch (error) {
      this.#identity = null;
      throw error;
    }
    // After the answer to `init`, which leaves first: what came together with it waits, too.
    await null;
    this.#isReady = true;
    this.#clock.after(0, () => {
      for (const message of this.#early.splice(0)) this.receive(message);
    });
    return { type: 'init_ok' };
  };

  #requireIdentity(): { readonly id: string; readonly nodeIds: readonly string[] } {
    if (this.#identity === null) throw new Error('the node has not been initialized yet');
    return this.#identity;
  }
}
