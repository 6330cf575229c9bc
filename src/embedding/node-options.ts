/** What a node is started with, and what stands in for what is left out. */

import { createHash } from 'node:crypto';
import type { StateMachine } from '../machine/machine.ts';
import type { RoleChange, Settings } from '../raft/index.ts';
import type { Clock, Outcome } from '../replica/index.ts';
import type { Store, StoreRepair } from '../storage/index.ts';
import type { Network } from '../transport/index.ts';
import type { Formats } from './formats.ts';
import type { NodeMetrics } from './instruments.ts';
import type { LoggedCommand } from './logged-command.ts';
import { checkCommandBytes, settingsWithin } from './message-sizes.ts';

/** Where a node keeps what it must not forget: its term, its vote, its log, its snapshots. */
export type Storage =
  /**
   * Nowhere: with the process all is gone. A node that was in memory **must not come back under its
   * name**; give the next one another, and add it by a change of membership.
   */
  | 'memory'
  /** In a directory of its own, which is created if need be. */
  | { readonly directory: string; readonly segmentBytes?: number }
  /** In a store of your own. `raftwright/storage` has rules to try it with. */
  | { readonly store: Store<LoggedCommand> };

/** What `startNode` is given. */
export interface NodeOptions<Command, Query, Result, Snapshot> {
  /** This node's name, which stays the same as long as it keeps its directory. */
  readonly id: string;
  /**
   * The names of the cluster's first nodes: the same list on every node, and at every start. Later
   * changes are in the log, and need no change here.
   */
  readonly nodes: readonly string[];
  /** A node that is not among `nodes`, and waits to be made a member, says so. Default: false. */
  readonly isJoining?: boolean;
  /** Makes a machine in its first state; a new one each time. */
  readonly machine: () => StateMachine<Command, Query, Result, Snapshot>;
  readonly storage: Storage;
  /** Carries messages to the other nodes. May be left out when there are none. */
  readonly network?: Network;
  /**
   * Clusters of different names have nothing to do with each other, nor have those of different
   * `nodes`. Default: none but the nodes'.
   */
  readonly cluster?: string;
  /** How values become bytes. Default: JSON, which refuses what it would change. */
  readonly formats?: Partial<Formats<Command, Result, Snapshot>>;
  /** How long an operation may take, in milliseconds, unless it says so itself. Default: 5000. */
  readonly timeoutMs?: number;
  /** How many operations may be open at once; more are refused. Default: 10,000. */
  readonly maxOpenRequests?: number;
  /** A longer command is refused, in bytes of its format. Default: 1 MiB. */
  readonly maxCommandBytes?: number;
  /**
   * Answers queries at the leader without a word to the others; on all nodes, or on none. They are
   * linearizable as long as all nodes' clocks run at the same speed within an eighth. Nodes that
   * differ in this do not hear each other. Default: false.
   */
  readonly leaseReads?: boolean;
  /** Of the core, such as `snapshotEntries`. */
  readonly settings?: Partial<Settings>;
  /** Registers the node's metrics. */
  readonly metrics?: NodeMetrics;
  /** What happens in this node, for logs and metrics of your own. */
  readonly observer?: NodeObserver;
  /** For tests: time, and chance. Default: the real clock, and another seed in each life. */
  readonly clock?: Clock;
  readonly seed?: number;
}

/**
 * Told of what happens in a node. Each is called after the fact, must not throw, and must not call the
 * node.
 */
export interface NodeObserver {
  /** Role, term, or whom this node takes for the leader has changed. */
  onRoleChange?(change: RoleChange): void;
  /** An operation that this node was asked for has ended, after so many milliseconds. */
  onAnswered?(kind: 'command' | 'query', outcome: Outcome<unknown>, durationMs: number): void;
  /** The machine has applied so many entries of the log at once, in so many milliseconds. */
  onApplied?(entries: number, durationMs: number): void;
  /** A snapshot of the machine is durable: that took so long, from the machine's first word. */
  onSnapshotTaken?(bytes: number, durationMs: number): void;
  /** The timer has called, so many milliseconds late: the process was busy. */
  onTimer?(lateMs: number): void;
  /** What a peer sent makes no sense, and was dropped. */
  onMalformedMessage?(from: string, fault: string): void;
  /** A crash had cut off a write in the directory's log, which was never acknowledged. */
  onRepair?(repair: StoreRepair): void;
  /** The node has stopped by itself; see `RaftNode.stopped`. */
  onHalted?(reason: string): void;
}

export const defaultTimeoutMs = 5000;

export const defaultMaxCommandBytes: number = 1024 * 1024;

/** Each connection begins with it. */
const maxClusterLength = 8000;

/** Longer lists of names are no help to people. */
const maxShownNames = 1000;

/** No node has a longer name: it stands in each message, and in sessions. */
const maxNameLength = 200;

/** @throws TypeError naming what cannot be, and what to do */
export function checkOptions<C, Q, R, S>(options: NodeOptions<C, Q, R, S>): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('startNode needs options: { id, nodes, machine, storage, network }');
  }
  const { id, nodes, isJoining = false, network, timeoutMs = defaultTimeoutMs, storage } = options;
  if (!Array.isArray(nodes) || nodes.length === 0) {
    throw new TypeError('nodes must name the first nodes of the cluster, this one among them');
  }
  checkNames('nodes', nodes);
  checkNames('id', [id]);
  if (nodes.includes(id) === isJoining) {
    throw new TypeError(
      isJoining
        ? `${id} is among nodes, so it is a member from the beginning: leave out isJoining`
        : `nodes [${nodes.join(', ')}] does not name ${id}, which is this node. If it is to be ` +
            'added to a cluster that is running, say isJoining: true',
    );
  }
  if (network === undefined && (nodes.length > 1 || isJoining)) {
    throw new TypeError('a cluster of several nodes needs a network: TcpNetwork, or LocalNetwork');
  }
  checkTimeout(timeoutMs);
  const isStorage =
    storage === 'memory' ||
    (typeof storage === 'object' &&
      (('directory' in storage && typeof storage.directory === 'string') || 'store' in storage));
  if (!isStorage) {
    throw new TypeError("storage must be { directory: 'a path' }, { store } or 'memory'");
  }
  const clusterLength = (options.cluster ?? clusterOf(options)).length;
  if (clusterLength > maxClusterLength) {
    throw new TypeError(
      `the cluster's name, which is by default that of all its first nodes, has ${clusterLength} ` +
        `characters; give it a shorter one by the option cluster, of at most ${maxClusterLength}`,
    );
  }
  checkCommandBytes(network, options.maxCommandBytes ?? defaultMaxCommandBytes);
  settingsWithin(network, options.settings);
  const { maxOpenRequests = 1 } = options;
  if (!(maxOpenRequests > 0)) {
    throw new TypeError(`maxOpenRequests must be a number above 0: ${maxOpenRequests}`);
  }
}

/**
 * What the cluster is called on disks and between nodes. Its first nodes are part of that, whatever
 * name it was given: two that begin with different ones have majorities that do not meet.
 */
export function clusterOf({
  cluster,
  nodes,
}: {
  readonly cluster?: string;
  readonly nodes: readonly string[];
}): string {
  const names = [...nodes].sort().join(' ');
  if (cluster === undefined) return names;
  return `${cluster}, first nodes ${names.length <= maxShownNames ? names : digestOf(names)}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** What it is called between nodes. Leases hold only among nodes that all keep to them. */
export function clusterOnNetwork(cluster: string, leaseReads: boolean): string {
  return leaseReads ? `${cluster}, lease reads` : cluster;
}

/** @throws TypeError when these are not names of nodes, each once */
export function checkNames(what: string, names: readonly string[]): void {
  if (!Array.isArray(names)) throw new TypeError(`${what} must be an array of names: ${names}`);
  for (const [position, name] of names.entries()) {
    if (typeof name !== 'string' || name === '' || name.length > maxNameLength) {
      throw new TypeError(`a node's name is a text of 1 to ${maxNameLength} characters: ${name}`);
    }
    if (/\p{Surrogate}/u.test(name)) {
      throw new TypeError(`a node's name has half of a character, which no file can keep: ${name}`);
    }
    if (names.indexOf(name) !== position) throw new TypeError(`${what} names ${name} twice`);
  }
}

/** @throws TypeError */
export function checkTimeout(timeoutMs: number): void {
  if (typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs < Infinity) return;
  throw new TypeError(`timeoutMs must be a number of milliseconds above 0: ${timeoutMs}`);
}
