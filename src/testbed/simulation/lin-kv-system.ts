/** `bin/lin-kv`, simulated: the node, its Maelstrom glue included, and Maelstrom's workload. */

import { checkHistory, describeResult } from '../../checker/index.ts';
import { parseJson, stringifyJson } from '../../machine/json.ts';
import type { KeyValueMachine } from '../../machine/key-value.ts';
import {
  type KeyValueReplica,
  type KeyValueSessions,
  type LoggedCommand,
  loggedCommandFormat,
  serveLinKv,
} from '../../maelstrom/lin-kv.ts';
import type { Body } from '../../maelstrom/message.ts';
import { MaelstromNode } from '../../maelstrom/node.ts';
import { mayArriveTwice } from '../../maelstrom/peer-transport.ts';
import { createRandom } from '../../raft/index.ts';
import { asCheckerHistory } from '../checker-history.ts';
import type { Completion } from '../client-operation.ts';
import { History } from '../history.ts';
import { LinKvWorkload, linKvProtocol, type Operation } from '../workloads/lin-kv.ts';
import type { Plan } from './plan.ts';
import type { Clients, NodeContext, NodeProcess, Opinion, System } from './system.ts';
import { WitnessedMachine } from './witness.ts';

/** Who initializes the nodes; nobody hears the answer. */
const initializer = 'c0';

export const linKvSystem: System<LoggedCommand, Operation, Completion, Body> = {
  start: (context) => new LinKvProcess(context),
  commandFormat: loggedCommandFormat,
  createClients,
  // Clients often ask for the same.
  nameOf: () => null,
  copy: (body) => parseJson(stringifyJson(body)) as unknown as Body,
  // See Transport: one copy could be refused while the other takes effect.
  mayDuplicate: mayArriveTwice,
};

class LinKvProcess implements NodeProcess<Body> {
  readonly #node: MaelstromNode;
  #replica: KeyValueReplica | null = null;
  #machine: KeyValueMachine | null = null;
  #sessions: KeyValueSessions | null = null;

  constructor(context: NodeContext<LoggedCommand, Body>) {
    const { name, nodes, plan, clock, onFault } = context;
    this.#node = new MaelstromNode({
      sink: {
        bufferedBytes: 0,
        push: (message) => {
          if (message.dest !== initializer) context.send(message);
        },
        flush: (taken) => taken?.(),
      },
      clock,
      log: (line) => onFault('no handler fails', line),
    });
    serveLinKv(this.#node, {
      createStore: () => context.store,
      seed: context.seed,
      requestTimeoutMs: plan.requestTimeoutMs,
      clock,
      settings: plan.settings,
      tickMs: plan.tickMs,
      wrapMachine: (machine) => new WitnessedMachine(machine, context.onApplied),
      observer: {
        ...context.observer,
        onStart: (replica, machine, sessions) => {
          this.#replica = replica;
          this.#machine = machine;
          this.#sessions = sessions;
        },
        onMalformedPeerMessage: (_from, fault) => onFault('nodes understand each other', fault),
      },
    });
    const body = { type: 'init', msg_id: 1, node_id: name, node_ids: nodes };
    this.#node.receive({ src: initializer, dest: name, body });
  }

  get replica(): KeyValueReplica | null {
    return this.#replica;
  }

  machineState(): string {
    const items = this.#machine?.snapshot() ?? [];
    const whole = Buffer.from(this.#sessions?.snapshot() ?? []).toString('latin1');
    return [...items.map((item) => stringifyJson(item)), whole].join('\n');
  }

  receive(message: { readonly src: string; readonly dest: string; readonly body: Body }): void {
    this.#node.receive(message);
  }
}

function createClients(
  { seed, clientsPerNode }: Plan,
  nodes: readonly string[],
): Clients<Operation, Completion, Body> {
  const concurrency = 2 * nodes.length * clientsPerNode;
  const history = new History();
  let probes = 0;
  return {
    concurrency,
    workload: new LinKvWorkload(nodes.length, concurrency, createRandom(seed + 3)),
    protocol: linKvProtocol,
    history,
    probe: () => ({ f: 'write', key: 1_000_000, value: probes++ }),
    judge: () => judge(history),
  };
}

function judge({ events }: History): Opinion {
  if (events.length === 0) return { verdict: 'valid' };
  const result = checkHistory(asCheckerHistory(events), { strict: true });
  if (result.verdict === 'valid') return { verdict: 'valid' };
  const rule = 'what clients saw is linearizable';
  return { verdict: result.verdict, rule, detail: describeResult(result) };
}
