/**
 * Writes a script line by line, and carries out each line at once in a cluster of its own, so that
 * it knows what is on its way there when it has to say which message arrives.
 */

import type { Input, Message } from '../../raft/index.ts';
import type { Stage } from '../scenario/command.ts';
import { ScriptFault } from '../scenario/fault.ts';
import type { Breach } from '../scenario/judge.ts';
import type { ScenarioNode } from '../scenario/node.ts';
import type { Command } from '../scenario/notation.ts';
import { performStep } from '../scenario/run.ts';
import { parseLine } from '../scenario/script.ts';
import { scenarioSettings, World } from '../scenario/world.ts';
import type { Plan } from '../simulation/plan.ts';
import { isSameValue } from '../simulation/same-value.ts';
import { likenessOf, wordsThatMean } from './message-likeness.ts';

export class Narrator {
  readonly lines: string[] = [];
  readonly #stage: Stage = { world: new World(), hidden: new Set() };
  readonly #likenesses = new WeakMap<Message<Command>, string>();
  readonly #counts = new Map<string, number>();
  #difference: string | null = null;

  constructor(plan: Plan) {
    this.say(clusterLine(plan));
  }

  get breach(): Breach | null {
    return this.#stage.world.judge.breach;
  }

  /** What this cluster could not do as the run did it; the first such thing, or null. */
  get difference(): string | null {
    return this.#difference;
  }

  node(name: string): ScenarioNode {
    return this.#stage.world.node(name);
  }

  /** Carries out a line and keeps it; one that cannot be carried out is left out. */
  say(line: string): void {
    if (this.breach !== null) return;
    const { step } = parseLine(line, this.lines.length + 1);
    try {
      if (step !== null) performStep(this.#stage, step);
      this.lines.push(line);
    } catch (error) {
      if (!(error instanceof ScriptFault)) throw error;
      this.differs(`${line}: ${error.message.split('\n')[0]}`);
    }
    this.#stage.world.journal.take();
  }

  differs(what: string): void {
    this.#difference ??= what;
  }

  /** One input of a core. */
  sayInput(node: string, input: Input<unknown>, isDeliveredAgain: boolean): void {
    switch (input.kind) {
      case 'tick':
        return this.say(`tick ${node}`);
      case 'receive':
        return this.#sayDelivery(input.message, isDeliveredAgain);
      case 'propose': {
        const bytes = input.bytes === 1 ? '' : ` bytes=${input.bytes}`;
        return this.say(`propose ${node} ${this.#name('c')}${bytes}`);
      }
      case 'read': {
        const lease = input.consistency === 'linearizable' ? '' : ' lease';
        return this.say(`read ${node} ${this.#name('r')}${lease}`);
      }
      case 'changeMembership': {
        const { voters, learners } = input;
        const learning = learners.length === 0 ? '' : ` learners ${learners.join(' ')}`;
        return this.say(`change ${node} to ${voters.join(' ')}${learning}`);
      }
      case 'transferLeadership':
        return this.say(`transfer ${node} to ${input.target ?? 'best'}`);
      case 'persisted':
        return this.say(`sync ${node} 1`);
      case 'snapshotTaken':
        return this.say(`save ${node}`);
      case 'snapshotFailed':
        return this.say(`save ${node} fails`);
      case 'snapshotRead':
        return this.say(`load ${node} for ${input.peer}`);
      case 'snapshotLost':
        return this.say(`load ${node} for ${input.peer} lost`);
      case 'peerUnreachable':
        return this.say(`unreachable ${node} ${input.peer}`);
      case 'applied':
      case 'storageFailed':
        return;
    }
  }

  /** `c1`, `c2` and so on: the contents of commands do not matter to the cores. */
  #name(letter: string): string {
    const count = (this.#counts.get(letter) ?? 0) + 1;
    this.#counts.set(letter, count);
    return `${letter}${count}`;
  }

  #sayDelivery(message: Message<unknown>, isDeliveredAgain: boolean): void {
    const { kind, from, to } = message;
    const wanted = likenessOf(message);
    const similar = this.#stage.world.network.find({ kind, from, to, fields: [] });
    const meant = similar.filter((other) => this.#likenessOf(other) === wanted);
    const [first] = meant;
    if (first === undefined) return this.differs(`on its way is no ${wanted}`);
    const others = similar.filter((other) => !meant.includes(other));
    const what = [`${kind} from ${from} to ${to}`, ...wordsThatMean(first, others)].join(' ');
    if (isDeliveredAgain) this.say(`duplicate first ${what}`);
    this.say(`deliver ${meant.length > 1 || isDeliveredAgain ? 'first ' : ''}${what}`);
  }

  #likenessOf(message: Message<Command>): string {
    const known = this.#likenesses.get(message) ?? likenessOf(message);
    this.#likenesses.set(message, known);
    return known;
  }
}

/** Only the settings that are not a scenario's usual ones are named. */
function clusterLine({ seed, nodes, settings }: Plan): string {
  const names = Array.from({ length: nodes }, (_, position) => `n${position + 1}`);
  const unusual = Object.entries(settings).filter(
    ([name, value]) => !isSameValue(value, scenarioSettings[name as keyof typeof settings]),
  );
  const words = unusual.map(([name, value]) =>
    typeof value === 'object' ? `${name}=${value.min}..${value.max}` : `${name}=${value}`,
  );
  return ['cluster', ...names, `seed=${seed}`, ...words].join(' ');
}
