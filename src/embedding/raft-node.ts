/** A node that is running: what one asks of it. */

import { asNodeId, type RaftStatus } from '../raft/index.ts';
import type {
  Clock,
  ControlOutcome,
  Operation,
  Outcome,
  RefusedReason,
  Replica,
} from '../replica/index.ts';
import { doubts, OperationError, refusals } from './errors.ts';
import type { Formats } from './formats.ts';
import { checkNames, checkTimeout } from './node-options.ts';
import { asText, bytesOf, faultOf, type Text, textBytes } from './text.ts';
import type { Question } from './text-machine.ts';

/** What may be said of one operation. */
export interface OperationOptions {
  /** In milliseconds. Default: the node's. */
  readonly timeoutMs?: number;
}

/** What is asked, and how. A machine that can be asked one thing only needs no word for it. */
export type Asking<Query> = undefined extends Query
  ? [query?: Query, options?: OperationOptions]
  : [query: Query, options?: OperationOptions];

/** How often a change of membership that is nearly over is looked at. */
const pollMs = 10;

/** What a node is made of. */
export interface NodeParts<Command, Query, Result> {
  readonly replica: Replica<Text, Question<Query>, Text>;
  /** Asks this node's copy of the machine. */
  readonly answer: (query: Query) => Text;
  readonly formats: Pick<Formats<Command, Result, unknown>, 'command' | 'result'>;
  readonly timeoutMs: number;
  readonly maxCommandBytes: number;
  /** Resolves when the replica has stopped, by itself or not, and nothing is left open. */
  readonly stopped: Promise<string | null>;
  readonly clock: Clock;
  /** Whether the network can carry a message to a node, be it there or not. */
  readonly knows: (node: string) => boolean;
  readonly isStopped: () => boolean;
  /** Why the replica has stopped by itself; null when it has not. */
  readonly haltReason: () => string | null;
}

/** Made by `startNode`. It keeps the process alive until it has stopped. */
export class RaftNode<Command, Query, Result> {
  readonly #parts: NodeParts<Command, Query, Result>;
  /** This node's name. */
  readonly id: string;
  /**
   * Resolves when the node has stopped and holds nothing open any more: with null when it was asked
   * to, and otherwise with the reason, such as a disk that fails or a machine that threw.
   */
  readonly stopped: Promise<string | null>;

  /** @internal `startNode` makes it. */
  constructor(id: string, parts: NodeParts<Command, Query, Result>) {
    this.id = id;
    this.#parts = parts;
    this.stopped = parts.stopped;
  }

  /**
   * Has a command carried out, once, on every node, and resolves with what came of it. Any node may
   * be asked, and waits for a leader if need be.
   *
   * @throws OperationError which says whether it may have happened
   * @throws TypeError when it is no command that can be carried, and then nothing was done; or when
   *     the machine's result cannot be carried, and then the message says that it was
   */
  async command(command: Command, options: OperationOptions = {}): Promise<Result> {
    return this.#resultOf(await this.submit({ kind: 'command', command }, options));
  }

  /**
   * Asks the machine, and resolves with its answer, which is no older than the call: whatever was
   * done before it anywhere is in it. Any node may be asked.
   *
   * @throws OperationError
   * @throws whatever the machine throws
   */
  async query(...[query, options]: Asking<Query>): Promise<Result> {
    return this.#resultOf(await this.submit({ kind: 'query', query: query as Query }, options));
  }

  /**
   * Asks this node's copy of the machine as it is now. It may be as far behind the others as this
   * node is cut off from them.
   *
   * @throws whatever the machine throws
   */
  queryStale(...[query]: Asking<Query>): Result {
    const { answer, formats } = this.#parts;
    return formats.result.decode(bytesOf(answer(query as Query)));
  }

  /**
   * The same as `command` and `query`, for whoever wants to look at how it ended instead of catching
   * it, and at the index in the log at which it holds.
   *
   * @throws TypeError, or what the machine throws at a query; not OperationError
   */
  async submit(
    operation: Operation<Command, Query>,
    options: OperationOptions = {},
  ): Promise<Outcome<Result>> {
    const { replica, timeoutMs: usualMs } = this.#parts;
    if (typeof options !== 'object') throw new TypeError('options are an object: { timeoutMs }');
    const { timeoutMs = usualMs } = options;
    checkTimeout(timeoutMs);
    let question: Question<Query> | null = null;
    let asked: Operation<Text, Question<Query>>;
    if (operation.kind === 'command') {
      asked = { kind: 'command', command: this.#written(operation.command) };
    } else {
      question = { query: operation.query, failure: null };
      asked = { kind: 'query', query: question };
    }
    const outcome = await replica.submit(asked, timeoutMs);
    if (question?.failure) throw question.failure.error;
    if (outcome.kind !== 'done') return outcome;
    return { ...outcome, result: this.#read(outcome.result, operation.kind) };
  }

  /** @throws TypeError which says, of a command, that it has taken effect: it is too late for no */
  #read(text: Text, kind: Operation<Command, Query>['kind']): Result {
    const fault = faultOf(text);
    if (fault !== null) throw new TypeError(`the command has taken effect, but ${fault}`);
    try {
      return this.#parts.formats.result.decode(bytesOf(text));
    } catch (error) {
      if (kind === 'query') throw error;
      const { message } = error instanceof Error ? error : { message: String(error) };
      throw new TypeError(`the command has taken effect, but ${message}`, { cause: error });
    }
  }

  /** @throws TypeError when it is too long, or not what its own format reads again */
  #written(command: Command): Text {
    const { formats, maxCommandBytes } = this.#parts;
    const text = asText(formats.command.encode(command));
    const bytes = textBytes(text) - 1;
    if (bytes > maxCommandBytes) {
      throw new TypeError(`a command of ${bytes} bytes; maxCommandBytes is ${maxCommandBytes}`);
    }
    formats.command.decode(bytesOf(text));
    return text;
  }

  /** Whom this node takes for the leader. */
  get leader(): string | null {
    return this.#parts.replica.leader;
  }

  /** Role, term, membership, how far the log is; for people and metrics. */
  status(): RaftStatus {
    return this.#parts.replica.status();
  }

  /** What this node waits for, and why, in sentences. */
  explain(): string {
    return this.#parts.replica.explain();
  }

  /**
   * Makes these the members, whoever was before. Voters decide; learners only follow. The leader can
   * do this, and nobody else; it takes as long as new voters take to catch up. When it resolves, the
   * old voters are not needed any more.
   *
   * @throws OperationError, with the reason `invalid` when the network does not know a new member
   */
  async changeMembership(
    voters: readonly string[],
    learners: readonly string[] = [],
  ): Promise<void> {
    checkNames('voters', voters);
    checkNames('learners', learners);
    this.#checkKnown([...voters, ...learners]);
    const { replica } = this.#parts;
    const change = replica.changeMembership(voters.map(asNodeId), learners.map(asNodeId));
    this.#checkDone(await change);
    await this.#untilCommitted(this.status().lastIndex);
  }

  /** A name that nobody has would be waited for, and stay a learner. */
  #checkKnown(names: readonly string[]): void {
    if (this.leader !== this.id) return;
    const { voters, outgoing, learners } = this.status().membership;
    const members: readonly string[] = [this.id, ...voters, ...outgoing, ...learners];
    const unknown = names.find((name) => !members.includes(name) && !this.#parts.knows(name));
    if (unknown === undefined) return;
    const what =
      `the network of ${this.id} does not know ${unknown}: start it first, and over TCP ` +
      'tell every node where it is by addNode';
    throw this.#error('invalid', false, what);
  }

  /**
   * What decides a change is committed by old and new voters together; the entry after it, which
   * lets the old ones go, is in the log, and not committed yet.
   */
  async #untilCommitted(index: number): Promise<void> {
    const { clock, isStopped } = this.#parts;
    while (this.status().commitIndex < index) {
      if (isStopped()) throw this.#error('stopped', true, doubts.stopped);
      if (this.leader !== this.id) {
        throw this.#error('leadershipLost', true, 'the leader was lost before the change was over');
      }
      await new Promise<void>((resolve) => {
        clock.after(pollMs, resolve);
      });
    }
  }

  /**
   * Hands leadership over to a voter, or to the one that is best prepared. For the leader.
   *
   * @throws OperationError
   */
  async transferLeadership(target: string | null = null): Promise<void> {
    const { replica } = this.#parts;
    const transfer = replica.transferLeadership(target === null ? null : asNodeId(target));
    this.#checkDone(await transfer);
  }

  /** Stops, but hands over first if this node leads, so that nobody has to wait for an election. */
  async leave(): Promise<void> {
    await this.#parts.replica.leave();
    await this.stopped;
  }

  /**
   * Stops, and resolves when nothing is open any more. Operations that are open end as refused or
   * unknown.
   */
  async stop(): Promise<void> {
    this.#parts.replica.stop();
    await this.stopped;
  }

  #resultOf(outcome: Outcome<Result>): Result {
    switch (outcome.kind) {
      case 'done':
        return outcome.result;
      case 'refused':
        throw this.#error(outcome.reason, false, this.#whyRefused(outcome.reason));
      case 'unknown':
        throw this.#error(outcome.reason, true, doubts[outcome.reason]);
    }
  }

  #whyRefused(reason: RefusedReason): string {
    const { voters, learners }: { voters: readonly string[]; learners: readonly string[] } =
      this.status().membership;
    if (reason !== 'noLeader' || voters.includes(this.id) || learners.includes(this.id)) {
      return refusals[reason];
    }
    return (
      `no leader was found in time: as far as this node knows, it is no member of [${voters.join(', ')}]; ` +
      'changeMembership at the leader makes it one'
    );
  }

  #checkDone(outcome: ControlOutcome): void {
    switch (outcome.kind) {
      case 'done':
        return;
      case 'stopped':
        throw this.#error('stopped', true, doubts.stopped);
      case 'refused': {
        const { refusal } = outcome;
        const { kind } = refusal;
        throw this.#error(kind, !refusal.definite, describeRefusal(refusal));
      }
    }
  }

  #error(reason: OperationError['reason'], mayHaveHappened: boolean, what: string): OperationError {
    const halt = reason === 'stopped' ? this.#parts.haltReason() : null;
    const because = halt === null ? '' : ` (${halt.split('\n')[0]})`;
    return new OperationError(reason, mayHaveHappened, `node ${this.id}: ${what}${because}`);
  }
}

function describeRefusal(refusal: Extract<ControlOutcome, { kind: 'refused' }>['refusal']): string {
  switch (refusal.kind) {
    case 'notLeader': {
      const { leader } = refusal;
      return `only the leader can do this, ${leader === null ? 'and none is known' : `which is ${leader}`}`;
    }
    case 'invalid':
      return refusal.problem;
    case 'membershipChangeInProgress':
      return 'another change of membership is not finished yet';
    case 'termNotCommitted':
      return 'the leader has only just been elected; try again soon';
    case 'learnerTooSlow':
      return `${refusal.learner} is not reached, or does not catch up with the log; it stays a learner`;
    case 'transferTimedOut':
      return 'nobody has taken over in time';
    default:
      return `the leader has refused this: ${refusal.kind}`;
  }
}
