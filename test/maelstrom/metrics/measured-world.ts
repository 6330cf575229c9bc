/** Replicas on virtual time whose raft families can be read: no key-value store is needed. */

import { type RaftMetrics, registerRaftMetrics } from '../../../src/instruments/raft.ts';
import { Registry } from '../../../src/metrics/registry.ts';
import type { Clock } from '../../../src/replica/index.ts';
import { type Member, start, type World, type WorldOptions } from '../../replica/world.ts';
import { Scrape } from './scrape.ts';

export interface MeasuredWorld extends World {
  /** What a member shows now. */
  scrape(member: Member): Scrape;
}

/** A cluster that has a leader. */
export async function measured(
  size: number,
  options: Omit<WorldOptions, 'observer'> = {},
): Promise<MeasuredWorld> {
  const nodes = new Map<string, { readonly registry: Registry; readonly metrics: RaftMetrics }>();
  let world: World | null = null;
  // The world makes its clock itself; nothing is timed before it is there but the beginning, at 0.
  const clock: Pick<Clock, 'now'> = { now: () => world?.clock.now() ?? 0 };
  world = await start(size, {
    ...options,
    observer: (id) => {
      const registry = new Registry();
      const metrics = registerRaftMetrics(registry, { version: '1.2.3', clock: clock as Clock });
      nodes.set(id, { registry, metrics });
      return metrics.observer;
    },
  });
  for (const { id, replica } of world.members) nodes.get(id)?.metrics.attach(replica);
  await world.clock.advance(1500);
  const scrape = ({ id }: Member): Scrape => new Scrape(nodes.get(id)?.registry ?? new Registry());
  return Object.assign(world, { scrape });
}
