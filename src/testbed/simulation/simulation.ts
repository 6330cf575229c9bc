/**
 * One run: a cluster with its clients, on virtual time, in this process. Faults go on for a while,
 * and everything is checked after every step. Then the faults end, and the cluster must come to
 * rest: a leader emerges, everybody serves, every request is decided, all states are equal.
 */

import { createRandom } from '../../raft/index.ts';
import type { Observer } from '../../replica/index.ts';
import { Load } from '../load.ts';
import { type AnyBody, Network, type NetworkMessage } from '../network.ts';
import { settled, VirtualClock } from '../virtual-clock.ts';
import type { Ending } from '../workload.ts';
import { ClusterInvariants } from './cluster-invariants.ts';
import { createNodeStore } from './create-node-store.ts';
import { FaultInjector } from './fault-injector.ts';
import { disturbanceOf, noFaults } from './faults.ts';
import { MachineComparison } from './machine-comparison.ts';
import { latencyOf, nodesOf, type Plan } from './plan.ts';
import { PromiseClock } from './promise-clock.ts';
import { Recovery } from './recovery.ts';
import { SecondOpinion } from './second-opinion.ts';
import { SimulatedNode } from './simulated-node.ts';
import { writeFailure } from './simulated-store.ts';
import type { Clients, System } from './system.ts';
import { Timeliness } from './timeliness.ts';
import { type OnEvent, RunTrace } from './trace.ts';
import { hashStep, TraceHash } from './trace-hash.ts';
import { allNets, type Net, type Violation } from './violation.ts';

/** Who watches a run, and what ends it. */
export interface SimulationOptions {
  /** Is told everything that happens; costs nothing when it is missing. */
  readonly onEvent?: OnEvent | null;
  /** Whether each transition is held against the specification, too. Default: true. */
  readonly hasSpecification?: boolean;
  /** Only what these nets notice ends the run. Default: all. */
  readonly nets?: readonly Net[];
}

/** How a run ended. */
export interface SimulationResult {
  /** What was run. */
  readonly plan: Plan;
  /** `unknown` when nothing went wrong, but the checker could not decide in reasonable time. */
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  /** The first rule that was broken; null when none was. */
  readonly violation: Violation | null;
  /** The same for every run of the same plan. */
  readonly traceHash: string;
  /** How long it took, on virtual time. */
  readonly simulatedMs: number;
  readonly counts: SimulationCounts;
}

/**
 * How much happened in a run: inputs that cores took in, messages sent, those of clients too, leaders
 * that were seen, crashes, entries committed, and how clients' operations ended.
 */
export interface SimulationCounts {
  readonly steps: number;
  readonly messages: number;
  readonly elections: number;
  readonly crashes: number;
  readonly committed: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
}

/**
 * How many turns of the microtask queue a promise's reactions get before the next thing happens:
 * more than any chain from a settled promise to what it leads to has links.
 */
const reactionTurns = 8;

/** A node that hands over effects so often while no time passes will do so for ever. */
const maxDrainsAtOnce = 10_000;

/** How long the cluster may take to come to rest, in longest election timeouts. */
const restTimeouts = 20;

export class Simulation<Command, Operation, Completion extends Ending, B extends AnyBody> {
  readonly #plan: Plan;
  readonly #system: System<Command, Operation, Completion, B>;
  readonly #clock = new VirtualClock();
  /** For clients and operators, who wait by promises. */
  readonly #peopleClock = new PromiseClock(this.#clock, () => {
    this.#isTurnDue = true;
  });
  readonly #network: Network<B>;
  readonly #nodes: SimulatedNode<Command, B>[];
  readonly #clients: Clients<Operation, Completion, B>;
  readonly #load: Load<Operation, Completion, B>;
  readonly #injector: FaultInjector<Command, B>;
  readonly #invariants: ClusterInvariants;
  readonly #timeliness: Timeliness;
  readonly #secondOpinion: SecondOpinion | null;
  readonly #machines: MachineComparison;
  readonly #hash = new TraceHash();
  readonly #trace: RunTrace | null;
  readonly #nets: readonly Net[];
  #violation: Violation | null = null;
  /** Promises may have been settled: their reactions run before anything else happens. */
  #isTurnDue = true;
  #steps = 0;
  #messages = 0;
  #crashes = 0;

  constructor(
    plan: Plan,
    system: System<Command, Operation, Completion, B>,
    { onEvent = null, hasSpecification = true, nets = allNets }: SimulationOptions = {},
  ) {
    this.#plan = plan;
    this.#system = system;
    this.#nets = nets;
    const names = nodesOf(plan);
    this.#trace = onEvent === null ? null : new RunTrace(onEvent, this.#clock, names);
    this.#invariants = new ClusterInvariants(names, (rule, node, detail) =>
      this.#broken('invariants', rule, node, detail),
    );
    this.#machines = new MachineComparison(
      (rule, node, detail) => this.#broken('machine', rule, node, detail),
      (command) => system.nameOf(command),
    );
    this.#timeliness = new Timeliness(plan.settings, (rule, node, detail) =>
      this.#broken('invariants', rule, node, detail),
    );
    this.#secondOpinion = hasSpecification
      ? new SecondOpinion(names, plan.settings, (rule, node, detail) =>
          this.#broken('specification', rule, node, detail),
        )
      : null;
    this.#network = new Network({
      clock: this.#clock,
      random: createRandom(plan.seed + 1),
      latency: latencyOf(plan),
      onEvent: (kind, envelope) => this.#trace?.message(kind, envelope),
      mayDuplicate: (body) => system.mayDuplicate(body),
    });
    this.#network.disturb(latencyOf(plan), disturbanceOf(plan.faults));
    this.#nodes = names.map((name, position) => this.#createNode(name, names, position));
    this.#clients = system.createClients(plan, names);
    this.#injector = new FaultInjector({
      clock: this.#clock,
      random: createRandom(plan.seed + 4),
      faults: plan.faults,
      network: this.#network,
      nodes: this.#nodes,
      onFault: (event) => {
        this.#hash.addText(event.fault);
        this.#trace?.fault(event);
      },
    });
    this.#load = this.#createLoad(names);
  }

  #createNode(name: string, nodes: readonly string[], position: number): SimulatedNode<Command, B> {
    const { faults, seed } = this.#plan;
    const store = createNodeStore<Command>({
      node: name,
      clock: this.#clock,
      random: createRandom(seed + 100 + position),
      faults,
      format: this.#system.commandFormat,
      witness: {
        onDurable: (write) => {
          this.#trace?.emit({ kind: 'durable', node: name, write });
          this.#invariants.durable(name, write);
        },
        onSnapshot: (index, bytes) =>
          this.#trace?.emit({ kind: 'snapshot', node: name, index, bytes }),
      },
      onBroken: (rule, detail) => this.#broken('node', rule, name, detail),
      onFailedStart: () => node.crash(),
      onTurn: () => {
        this.#isTurnDue = true;
      },
    });
    const node = new SimulatedNode<Command, B>({
      name,
      nodes,
      plan: this.#plan,
      clock: this.#clock,
      store,
      start: (context) => {
        this.#isTurnDue = true;
        return this.#system.start(context);
      },
      send: (message) => this.#send(message),
      listener: {
        observer: () => this.#observe(name, position),
        onApplied: (...applied) => this.#machines.note(...applied),
        onFault: (_node, rule, detail) => {
          // It is right to refuse a disk that cannot be trusted, and to say so.
          if (!node.isLost) this.#broken('node', rule, name, detail);
        },
        onCrashed: () => {
          this.#crashes++;
          this.#trace?.crash(name);
          this.#isTurnDue = true;
          this.#invariants.crashed(name);
          this.#secondOpinion?.crashed(name);
          this.#injector.startLater(node);
        },
      },
    });
    this.#network.add(name, 'server', ({ message }) => {
      if (this.#network.kindOf(message.src) === 'client') this.#isTurnDue = true;
      node.receive(message);
    });
    return node;
  }

  #createLoad(names: readonly string[]): Load<Operation, Completion, B> {
    const { rate, seed, clientTimeoutMs } = this.#plan;
    const { concurrency, workload, protocol, history } = this.#clients;
    const asked = this.#trace?.clients<Operation, Completion>(concurrency) ?? null;
    return new Load({
      clock: this.#peopleClock,
      network: this.#network,
      random: createRandom(seed + 2),
      nodes: names,
      concurrency,
      rate,
      clientTimeoutMs,
      workload,
      protocol,
      history: {
        invoke: (...event) => {
          asked?.invoke(...event);
          history.invoke(...event);
        },
        complete: (...event) => {
          this.#noteAnswer(event[3]);
          asked?.complete(...event);
          history.complete(...event);
        },
      },
      onMalformedReply: (node, fault) =>
        this.#broken('node', 'nodes answer what was asked', node, fault),
    });
  }

  #noteAnswer(completion: Completion): void {
    this.#hash.add(Math.round(this.#clock.now() * 1000));
    this.#hash.addValue(completion);
  }

  async run(): Promise<SimulationResult> {
    for (const node of this.#nodes) this.#injector.startNode(node);
    await settled();
    this.#injector.start();
    await this.#runUntil(this.#plan.faultyMs);
    if (this.#violation === null) await this.#rest();
    return this.#result();
  }

  /** The faults end, and the cluster must come to rest. */
  async #rest(): Promise<void> {
    const { settings, tickMs } = this.#plan;
    this.#trace?.faultsEnd();
    this.#network.disturb({ meanMs: 1, distribution: 'constant' }, null);
    for (const node of this.#nodes) node.disk = noFaults;
    this.#injector.end();
    const recovery = new Recovery({
      clock: this.#peopleClock,
      network: this.#network,
      nodes: this.#nodes,
      clients: this.#clients,
      clientTimeoutMs: this.#plan.clientTimeoutMs,
      onCompletion: (completion) => this.#noteAnswer(completion),
    });
    recovery.start(this.#load.finish());
    const limitMs = this.#clock.now() + restTimeouts * settings.electionTimeoutTicks.max * tickMs;
    await this.#runUntil(limitMs, () => recovery.isOver);
    if (this.#violation !== null) return;
    for (const { net, rule, detail } of recovery.complaints()) this.#broken(net, rule, '', detail);
  }

  async #runUntil(untilMs: number, isDone: () => boolean = () => false): Promise<void> {
    while (this.#violation === null) {
      if (this.#isTurnDue) {
        this.#isTurnDue = false;
        for (let turn = 0; turn < reactionTurns; turn++) await null;
      }
      if (!this.#clock.runNext(untilMs) || isDone()) return;
    }
  }

  #send(message: NetworkMessage<B>): void {
    this.#messages++;
    const { dest } = message;
    if (!this.#network.has(dest)) return;
    if (this.#network.kindOf(dest) === 'client') this.#isTurnDue = true;
    const isText = this.#plan.faults.textWire === 1;
    this.#network.send(isText ? { ...message, body: this.#system.copy(message.body) } : message);
  }

  /** Looks at a node after each of its steps. */
  #observe(name: string, position: number): Observer {
    const invariants = this.#invariants;
    const trace = this.#trace;
    const opinion = this.#secondOpinion;
    let drainedMs = 0;
    let drains = 0;
    return {
      onLoaded: (core, beginning) => {
        trace?.started(name, core, beginning);
        invariants.loaded(name, core);
        this.#timeliness.loaded(name, core);
        opinion?.started(name, core);
      },
      onStep: (input, core) => {
        this.#steps++;
        hashStep(this.#hash, this.#clock.now(), position, input, core);
        trace?.stepped(name, input, core);
        invariants.stepped(name, input, core);
        this.#timeliness.stepped(name, input, core);
        opinion?.stepped(name, input, core);
      },
      onDrain: (effects, core) => {
        const nowMs = this.#clock.now();
        drains = nowMs === drainedMs ? drains + 1 : 1;
        drainedMs = nowMs;
        if (drains > maxDrainsAtOnce) {
          this.#broken('liveness', 'a node comes to an end of what it does', name, '');
          // What does not end has to be ended: the replica halts.
          throw new Error(`${name} has handed over effects ${drains} times at once`);
        }
        trace?.emit({ kind: 'drain', node: name, effects });
        invariants.drained(name, effects, core);
        opinion?.drained(name, effects, core);
      },
      ...(trace === null ? {} : { onIdle: () => trace.idle(name) }),
      onSent: (message) => invariants.sent(message),
      onAnswered: () => {
        this.#isTurnDue = true;
      },
      onHalted: (reason, input) => {
        trace?.emit({ kind: 'halt', node: name, reason, input });
        this.#halted(name, reason);
      },
    };
  }

  /** A disk that fails stops its node, as it must; somebody repairs it and starts the node. */
  #halted(name: string, reason: string): void {
    const node = this.#nodes.find((it) => it.name === name);
    if (reason === writeFailure) return this.#clock.defer(() => node?.crash());
    // It is right to refuse a disk that cannot be trusted.
    if (node?.isLost) return;
    const [firstLine = ''] = reason.split('\n');
    this.#broken('node', 'no node stops by itself', name, firstLine);
  }

  #broken(net: Net, rule: string, node: string, detail: string): void {
    if (!this.#nets.includes(net)) return;
    if (this.#violation === null) this.#trace?.broken(rule, node, detail);
    this.#violation ??= {
      net,
      rule,
      detail,
      node: node === '' ? null : node,
      timeMs: this.#clock.now(),
    };
  }

  #result(): SimulationResult {
    let verdict: SimulationResult['verdict'] = 'valid';
    if (this.#violation === null) {
      const opinion = this.#clients.judge(this.#invariants.committed);
      if (this.#nets.includes('linearizability')) verdict = opinion.verdict;
      if (opinion.verdict === 'invalid') {
        this.#broken('linearizability', opinion.rule, '', opinion.detail);
      }
    }
    if (this.#violation !== null) verdict = 'invalid';
    const { ok, fail, info } = this.#load.counts;
    return {
      plan: this.#plan,
      verdict,
      violation: this.#violation,
      traceHash: this.#hash.digest,
      simulatedMs: Math.round(this.#clock.now()),
      counts: {
        steps: this.#steps,
        messages: this.#messages,
        elections: this.#invariants.leadersSeen,
        crashes: this.#crashes,
        committed: this.#invariants.committed.length,
        ok,
        fail,
        info,
      },
    };
  }
}
