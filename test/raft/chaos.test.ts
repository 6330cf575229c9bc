/**
 * Random runs of a few cores on a bad network with slow disks, judged by somebody who sees all.
 *
 * Each seed draws how hard each kind of fault is, how often snapshots are taken, and how often
 * somebody changes the membership or hands over leadership. Whatever happens: one leader a term,
 * committed entries never change and are in the log of every later leader, machines that restore a
 * snapshot have what was committed, a refused proposal never takes effect, and a read index covers
 * all that was committed when the read was asked for, by lease too where clocks run at the same
 * speed. When the faults end, the cluster decides everything.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asRequestId,
  createRandom,
  type Message,
  nextFraction,
  nextInteger,
  type Random,
} from '../../src/raft/index.ts';
import { type Command, TestNode, testSettings } from './cluster.ts';

interface Faults {
  readonly loss: number;
  readonly duplication: number;
  readonly crash: number;
  readonly partition: number;
  readonly slowDisk: number;
  readonly delivery: number;
  readonly membership: number;
  readonly transfer: number;
}

class World {
  readonly random: Random;
  readonly nodes: TestNode[];
  readonly faults: Faults;
  /** Clocks run at the same speed, so reads by lease must hold. */
  readonly isLockstep: boolean;
  readonly inFlight: Message<Command>[] = [];
  /** Links that deliver nothing, as "from>to". */
  readonly cut = new Set<string>();

  // What the judge has seen.
  readonly leaderOfTerm = new Map<number, string>();
  readonly committed: { term: number; command: Command | null }[] = [];
  readonly proposed = new Map<string, Command>();
  readonly refused = new Set<Command>();
  readonly acknowledged = new Set<Command>();
  readonly readsAsked = new Map<string, number>();
  readsAnswered = 0;
  restores = 0;
  membershipChanges = 0;
  transfers = 0;
  /** The last index that any node ever had. */
  highestIndex = 0;
  #requests = 0;

  constructor(seed: number) {
    this.random = createRandom(seed);
    const ids = Array.from({ length: nextInteger(this.random, 2, 6) }, (_, i) => `n${i + 1}`);
    const isCompacting = this.chance(0.5);
    this.isLockstep = this.chance(0.3);
    const settings = {
      ...testSettings,
      leaseReads: this.isLockstep,
      snapshotEntries: isCompacting ? nextInteger(this.random, 2, 10) : 100_000,
      trailingEntries: nextInteger(this.random, 0, 3),
      maxSnapshotChunkBytes: nextInteger(this.random, 50, 400),
    };
    const voters = this.chance(0.7) ? ids : ids.slice(0, nextInteger(this.random, 1, ids.length));
    this.nodes = ids.map((id, i) => {
      const priority = this.chance(0.8) ? 0 : 1;
      return new TestNode(id, voters, {
        seed: seed * 10 + i,
        settings: { ...settings, priority },
      });
    });
    const draw = (most: number) =>
      nextFraction(this.random) < 0.5 ? 0 : nextFraction(this.random) * most;
    this.faults = {
      loss: draw(0.3),
      duplication: draw(0.3),
      crash: draw(0.02),
      partition: draw(0.02),
      slowDisk: draw(1),
      delivery: 0.2 + nextFraction(this.random) * 0.8,
      membership: draw(0.03),
      transfer: draw(0.03),
    };
    for (const node of this.nodes) node.instantDisk = !this.chance(this.faults.slowDisk);
  }

  chance(probability: number): boolean {
    return nextFraction(this.random) < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[nextInteger(this.random, 0, items.length)];
    assert.ok(item !== undefined);
    return item;
  }

  step(): void {
    for (const node of this.nodes) {
      if (this.isLockstep || this.chance(0.5)) node.tick();
      if (this.chance(0.5)) node.sync(1);
      if (this.chance(0.3)) node.saveSnapshots();
      if (this.chance(this.faults.crash)) this.crash(node);
    }
    if (this.chance(this.faults.partition)) this.partition();
    if (this.chance(0.3)) this.ask(this.pick(this.nodes));
    if (this.chance(this.faults.membership)) this.changeMembership();
    if (this.chance(this.faults.transfer)) {
      for (const node of this.nodes)
        if (node.role === 'leader') node.transfer(this.pick(this.nodes).id);
    }
    this.collect();
    const deliveries = this.inFlight.length;
    assert.ok(deliveries < 5_000, 'an answer does not lead to ever more messages');
    for (let i = 0; i < deliveries; i++) if (this.chance(this.faults.delivery)) this.deliver();
    this.collect();
  }

  crash(node: TestNode): void {
    this.collect();
    node.crash();
  }

  partition(): void {
    const wasCut = this.cut.size > 0;
    this.cut.clear();
    if (wasCut && this.chance(0.5)) return;
    for (const from of this.nodes) {
      for (const to of this.nodes) if (this.chance(0.4)) this.cut.add(`${from.id}>${to.id}`);
    }
  }

  changeMembership(): void {
    const groups = this.nodes.map(({ id }) => ({ id, draw: nextFraction(this.random) }));
    const voters = groups.filter(({ draw }) => draw < 0.6).map(({ id }) => id);
    const learners = groups.filter(({ draw }) => draw > 0.8).map(({ id }) => id);
    if (voters.length === 0) return;
    for (const node of this.nodes) {
      if (node.role === 'leader') node.changeMembership(voters, learners);
    }
  }

  ask(node: TestNode): void {
    const id = asRequestId(++this.#requests + 1_000_000);
    if (this.chance(0.5)) {
      const command = `c${id}`;
      this.proposed.set(`${node.id}/${id}`, command);
      node.step({ kind: 'propose', requestId: id, command, bytes: 1 });
    } else {
      this.readsAsked.set(`${node.id}/${id}`, this.committed.length);
      const consistency = this.chance(0.5) ? 'linearizable' : 'linearizableByLease';
      node.step({ kind: 'read', requestId: id, consistency });
    }
    this.collect();
  }

  /** Delivers some message, in no particular order. */
  deliver(): void {
    if (this.inFlight.length === 0) return;
    const at = nextInteger(this.random, 0, this.inFlight.length);
    const [message] = this.chance(this.faults.duplication)
      ? this.inFlight.slice(at, at + 1)
      : this.inFlight.splice(at, 1);
    assert.ok(message !== undefined);
    if (this.cut.has(`${message.from}>${message.to}`) || this.chance(this.faults.loss)) return;
    const node = this.nodes.find(({ id }) => id === message.to);
    // What is delivered is a copy, as on a wire.
    node?.receive(structuredClone(message));
  }

  /** Takes in what the nodes have said and done, and judges it. */
  collect(): void {
    for (const node of this.nodes) {
      this.inFlight.push(...node.outgoing.splice(0));
      this.highestIndex = Math.max(this.highestIndex, node.raft.status().lastIndex);
      for (const effect of node.effects.splice(0)) {
        switch (effect.kind) {
          case 'roleChange':
            if (effect.role === 'leader') this.judgeLeader(node, effect.term);
            break;
          case 'apply':
            effect.entries.forEach((entry, i) => {
              const command = entry.kind === 'command' ? entry.command : null;
              this.judgeCommitted(entry.index, entry.term, command);
              const requestId = effect.requestIds[i] ?? null;
              if (entry.kind === 'membership') this.membershipChanges++;
              if (requestId === null || entry.kind === 'membership') return;
              if (command?.startsWith('filler')) return;
              assert.equal(this.proposed.get(`${node.id}/${requestId}`), command);
              assert.ok(command !== null && !this.acknowledged.has(command), 'answered twice');
              this.acknowledged.add(command);
            });
            break;
          case 'refuse': {
            const command = this.proposed.get(`${node.id}/${effect.requestId}`);
            if (command !== undefined && effect.refusal.definite) this.refused.add(command);
            break;
          }
          case 'restore':
            this.judgeRestored(node, effect.snapshot.index, effect.snapshot.term);
            break;
          case 'transferred':
            this.transfers++;
            break;
          case 'readReady': {
            const floor = this.readsAsked.get(`${node.id}/${effect.requestId}`);
            assert.ok(floor !== undefined, 'a read that was asked for');
            assert.ok(effect.index >= floor, `read index ${effect.index}, committed ${floor}`);
            assert.ok(node.raft.status().appliedIndex >= effect.index, 'applied before answered');
            this.readsAnswered++;
            break;
          }
          case 'drop':
            assert.notEqual(effect.reason, 'impossible', `${effect.message} from ${effect.from}`);
            break;
          default:
            break;
        }
      }
    }
  }

  judgeLeader(node: TestNode, term: number): void {
    const other = this.leaderOfTerm.get(term);
    assert.ok(other === undefined || other === node.id, `two leaders in term ${term}`);
    this.leaderOfTerm.set(term, node.id);
    const { entries, baseIndex } = node.raft.save().log;
    this.committed.slice(baseIndex).forEach((entry, i) => {
      const index = baseIndex + i + 1;
      assert.equal(entries[i]?.term, entry.term, `the leader of term ${term} lacks entry ${index}`);
    });
  }

  judgeRestored(node: TestNode, index: number, term: number): void {
    this.restores++;
    assert.equal(this.committed[index - 1]?.term, term, 'a snapshot ends with what is committed');
    assert.deepEqual(
      node.applied.slice(0, index).map(({ command }) => command),
      this.committed.slice(0, index).map(({ command }) => command),
      'a snapshot contains what was committed',
    );
  }

  judgeCommitted(index: number, term: number, command: Command | null): void {
    assert.ok(index <= this.committed.length + 1, 'nothing is applied out of order');
    const known = this.committed[index - 1];
    if (known === undefined) this.committed.push({ term, command });
    else assert.deepEqual({ term, command }, known, `entry ${index} has changed`);
  }

  judgeLogs(): void {
    const logs = this.nodes.map((node) => node.raft.save().log.entries);
    for (const a of logs) {
      const byIndex = new Map(a.map((entry) => [entry.index, entry]));
      for (const b of logs) {
        const last = b.findLastIndex((entry) => byIndex.get(entry.index)?.term === entry.term);
        for (const entry of b.slice(0, last + 1)) {
          const other = byIndex.get(entry.index);
          if (other !== undefined) assert.deepEqual(entry, other, 'log matching');
        }
      }
    }
  }

  /** The faults end; everything must come to rest within a bounded time. */
  heal(): void {
    this.cut.clear();
    this.inFlight.length = 0;
    for (const node of this.nodes) {
      node.instantDisk = true;
      node.sync();
      node.saveSnapshots();
    }
    this.run(10 * testSettings.electionTimeoutTicks.max);
    // A proposal is decided when its index is: fill the log beyond all that were ever used.
    const [leader] = this.nodes.filter(({ role }) => role === 'leader');
    assert.ok(leader !== undefined, 'a leader when the faults are over');
    const lastIndex = () => leader.raft.status().lastIndex;
    while (lastIndex() <= this.highestIndex) {
      const before = lastIndex();
      leader.propose(`filler ${before}`);
      assert.ok(lastIndex() > before, 'the leader takes what is proposed');
    }
    this.run(2 * testSettings.electionTimeoutTicks.max);
  }

  /** Time passes on a good network. */
  run(ticks: number): void {
    for (let tick = 0; tick < ticks; tick++) {
      for (const node of this.nodes) node.tick();
      for (let round = 0; round < 4; round++) {
        this.collect();
        for (const message of this.inFlight.splice(0)) {
          this.nodes.find(({ id }) => id === message.to)?.receive(message);
        }
      }
    }
    this.collect();
  }
}

const seeds = Number(process.env['CHAOS_SEEDS'] ?? 400);
const firstSeed = Number(process.env['CHAOS_SEED'] ?? 1);

test(`${seeds} random worlds keep every promise`, () => {
  let commits = 0;
  let reads = 0;
  let elections = 0;
  let restores = 0;
  let changes = 0;
  let transfers = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const world = new World(seed);
    try {
      for (let i = 0; i < 400; i++) world.step();
      world.judgeLogs();
      world.heal();
      world.judgeLogs();
      const leaders = world.nodes.filter(({ role }) => role === 'leader');
      assert.equal(leaders.length, 1, 'one leader');
      const [leader] = leaders;
      assert.ok(leader !== undefined);
      const { membership, lastIndex } = leader.raft.status();
      assert.deepEqual(membership.outgoing, [], 'no change is left half done');
      for (const node of world.nodes) {
        if (![...membership.voters, ...membership.learners].includes(node.id)) continue;
        assert.equal(node.commitIndex, lastIndex, `${node.id} has caught up`);
        assert.equal(node.raft.status().pendingProposals, 0, `${node.id} has decided everything`);
      }
      const commands = world.committed.map(({ command }) => command);
      for (const command of world.refused) assert.ok(!commands.includes(command), command);
      assert.equal(
        new Set(commands.filter((c) => c !== null)).size,
        commands.filter((c) => c !== null).length,
      );
      commits += commands.length;
      reads += world.readsAnswered;
      elections += world.leaderOfTerm.size;
      restores += world.restores;
      changes += world.membershipChanges;
      transfers += world.transfers;
    } catch (error) {
      throw new Error(`seed ${seed} (CHAOS_SEED=${seed} CHAOS_SEEDS=1)`, { cause: error });
    }
  }
  // The worlds were worth looking at.
  assert.ok(commits > seeds * 10, `${commits} commits`);
  assert.ok(reads > seeds * 3, `${reads} reads`);
  assert.ok(elections > seeds * 2, `${elections} elections`);
  assert.ok(restores > seeds / 4, `${restores} snapshots restored`);
  assert.ok(changes > seeds, `${changes} membership entries`);
  assert.ok(transfers > seeds / 20, `${transfers} transfers`);
});
