/** Starts a node: puts a machine, a store and a network together with a replica. */

import { randomInt } from 'node:crypto';
import { asNodeId, membershipOf } from '../raft/index.ts';
import { joinObservers, Replica, realClock } from '../replica/index.ts';
import { FileStore, MemoryStore, nodeDisk, type Store } from '../storage/index.ts';
import { type Connection, connect } from './connect.ts';
import { withDefaults } from './formats.ts';
import { createInstruments, type Instruments } from './instruments.ts';
import { inSessions, type LoggedCommand, loggedCommandFormat } from './logged-command.ts';
import { settingsWithin } from './message-sizes.ts';
import { newMachine } from './new-machine.ts';
import {
  checkOptions,
  clusterOf,
  clusterOnNetwork,
  defaultMaxCommandBytes,
  defaultTimeoutMs,
  type NodeOptions,
  type Storage,
} from './node-options.ts';
import { RaftNode } from './raft-node.ts';
import { bytesOf, type Text, textBytes } from './text.ts';
import { type Question, TextMachine } from './text-machine.ts';

/**
 * Starts a node of a cluster in which `machine` is replicated. It resolves when what was stored is
 * loaded and the node takes part; there need not be a leader yet.
 *
 * @throws TypeError when the options, or the machine, cannot work
 * @throws StoreRefusal when the directory is in use, another node's, or damaged
 * @throws Error when the network has no place for the node, or the directory cannot be used
 */
export async function startNode<Command, Query, Result, Snapshot>(
  options: NodeOptions<Command, Query, Result, Snapshot>,
): Promise<RaftNode<Command, Query, Result>> {
  checkOptions(options);
  const { id, clock = realClock, observer = {}, maxOpenRequests } = options;
  const { leaseReads = options.settings?.leaseReads ?? false } = options;
  const seed = options.seed ?? randomInt(2 ** 32);
  const cluster = clusterOf(options);
  const formats = withDefaults(options.formats);
  const machine = new TextMachine(newMachine(options.machine, formats), formats);
  const { storage } = options;
  const hasLog = typeof storage === 'object' && 'directory' in storage;
  const instruments = createInstruments(options.metrics, clock, hasLog);
  const store = createStore(options, cluster, instruments.wal);
  const ending = new Ending();
  let replica: Replica<Text, Question<Query>, Text> | null = null;
  let connection: Connection | null = null;
  const openNetwork = async (): Promise<void> => {
    connection = await connect({
      ...options,
      clock,
      seed,
      cluster: clusterOnNetwork(cluster, leaseReads),
      receive: (message) => replica?.receive(message),
      checkCommand: (text) => void formats.command.decode(bytesOf(text)),
      lost: (peer) => replica?.notePeerLost(peer),
      onMalformed(from, fault) {
        instruments.onMalformedMessage();
        observer.onMalformedMessage?.(from, fault);
      },
    });
  };
  const end = (): Promise<string | null> =>
    ending.end([async () => connection?.close(), () => store.close?.()]);
  try {
    replica = await Replica.start<Text, Question<Query>, Text>({
      id: asNodeId(id),
      membership: membershipOf(options.nodes.map(asNodeId)),
      seed,
      settings: { ...settingsWithin(options.network, options.settings), leaseReads },
      machine: inSessions(machine),
      sizeOf: textBytes,
      store: networkAfterLoading(store, storage, openNetwork),
      transport: {
        send: (message) => connection?.transport.send(message),
        reaches: (node) => connection?.transport.reaches(node) ?? false,
        stop: () => void end(),
      },
      clock,
      observer: joinObservers(instruments.observer, observer, {
        onHalted: (reason) => ending.note(reason),
      }),
      readConsistency: leaseReads ? 'linearizableByLease' : 'linearizable',
      ...(maxOpenRequests === undefined ? {} : { maxOpenRequests }),
    });
  } catch (error) {
    await end();
    throw error;
  }
  instruments.attach(replica);
  return new RaftNode<Command, Query, Result>(id, {
    replica,
    formats,
    answer: (query) => machine.answer(query),
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    maxCommandBytes: options.maxCommandBytes ?? defaultMaxCommandBytes,
    clock,
    knows: (node) => connection?.knows(node) ?? false,
    stopped: ending.ended,
    isStopped: () => ending.hasBegun,
    haltReason: () => ending.reason,
  });
}

/**
 * A node takes its place in the network when its store has let it in: until then it may be somebody
 * else, by mistake, and whoever has the name already would be taken for the one that is gone.
 */
function networkAfterLoading(
  store: ClosableStore,
  storage: Storage,
  openNetwork: () => Promise<void>,
): Store<LoggedCommand> {
  return {
    async load() {
      const stored = await store.load().catch((error: unknown) => {
        throw withDirectory(error, storage);
      });
      await openNetwork();
      return stored;
    },
    write: (write, done) => store.write(write, done),
    saveSnapshot: (meta, data, done) => store.saveSnapshot(meta, data, done),
    readSnapshot: (index, offset, maxBytes, done) =>
      store.readSnapshot(index, offset, maxBytes, done),
    compact: (index) => store.compact(index),
  };
}

/** What a file system says of a directory names a file and a call, and not what it is for. */
function withDirectory(error: unknown, storage: Storage): unknown {
  const isOfFiles = error instanceof Error && 'syscall' in error;
  if (!isOfFiles || storage === 'memory' || !('directory' in storage)) return error;
  const what = `storage.directory ${storage.directory} cannot be used: ${error.message}`;
  return new Error(what, { cause: error });
}

/** A store, and how it is closed, if that takes something. */
type ClosableStore = Store<LoggedCommand> & { close?(): Promise<void> };

function createStore<C, Q, R, S>(
  { id, storage, observer }: NodeOptions<C, Q, R, S>,
  cluster: string,
  wal: Instruments['wal'],
): ClosableStore {
  if (storage === 'memory') return new MemoryStore();
  if ('store' in storage) return storage.store;
  const { directory, segmentBytes } = storage;
  const store = new FileStore({
    disk: nodeDisk(directory, wal),
    node: id,
    cluster,
    format: loggedCommandFormat,
    onRepair(repair) {
      wal.onRepair?.(repair);
      observer?.onRepair?.(repair);
    },
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  });
  wal.onOpen?.(() => store.logUsage);
  return store;
}

/** How a node has come to its end, and when nothing of it is open any more. */
class Ending {
  reason: string | null = null;
  hasBegun = false;
  readonly ended: Promise<string | null>;
  #resolve: (reason: string | null) => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Why the replica stops by itself. */
  note(reason: string): void {
    this.reason ??= reason;
  }

  /** Closes what is open, one after the other; what fails to close is a reason, and no obstacle. */
  async end(closings: readonly (() => Promise<void> | undefined)[]): Promise<string | null> {
    this.hasBegun = true;
    for (const close of closings) {
      try {
        await close();
      } catch (error) {
        this.note(error instanceof Error ? error.message : String(error));
      }
    }
    this.#resolve(this.reason);
    return this.reason;
  }
}
