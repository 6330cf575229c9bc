/** What a command is: an entry of a table, documented where it stands. */

import { demand } from './fault.ts';
import type { ScenarioNode } from './node.ts';
import type { Words } from './words.ts';
import type { World } from './world.ts';

/** What a scenario is run with: the world, and what is left out of the traces. */
export interface Stage {
  readonly world: World;
  readonly hidden: Set<string>;
}

export interface Command {
  /** How it is written: `tick [NODE...] [COUNT]`. */
  readonly usage: string;
  /** One sentence for people. */
  readonly does: string;
  /**
   * Takes its words and does it. May return lines of its own; what happens meanwhile is traced.
   *
   * @throws ScriptFault when the script asks for what cannot be.
   */
  run(stage: Stage, words: Words): readonly string[] | undefined;
}

export type Commands = { readonly [name: string]: Command };

/** Takes as many nodes as stand there; all that are running when there are none. */
export function takeNodes(world: World, words: Words): readonly ScenarioNode[] {
  const nodes: ScenarioNode[] = [];
  while (world.isNode(words.peek())) nodes.push(world.node(words.next('NODE')));
  return nodes.length > 0 ? nodes : world.running;
}

export function takeNode(world: World, words: Words): ScenarioNode {
  return world.node(words.next('NODE'));
}

/** Takes the rest as nodes, at least one. */
export function takeRestAsNodes(world: World, words: Words): readonly ScenarioNode[] {
  const ids = words.rest();
  demand(ids.length > 0, 'NODE is missing');
  return ids.map((id) => world.node(id));
}
