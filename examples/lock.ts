/**
 * A lock that is held for a time, and tokens that make it safe.
 *
 * A machine has no clock: two nodes that looked at theirs would come to different states. So time is
 * in the commands, as whoever asks reads it from the clock, and the machine's time is the latest that
 * any command has said. It never goes back, and is the same on every node.
 *
 * No lock that ends by itself keeps a holder from going on that was paused, and does not know that
 * its time is over. Each holder therefore has a token, higher than all before it, and shows it to
 * the resource, which refuses whoever comes with a lower one than it has seen. (M. Kleppmann, "How to
 * do distributed locking", 2016)
 */

import { LocalNetwork, type RaftNode, type StateMachine, startNode } from 'raftwright';

type Command =
  | {
      readonly kind: 'acquire';
      readonly client: string;
      readonly nowMs: number;
      readonly forMs: number;
    }
  | { readonly kind: 'release'; readonly token: number };

type Answer =
  | { readonly kind: 'acquired'; readonly token: number }
  | { readonly kind: 'heldBy'; readonly client: string; readonly untilMs: number }
  | { readonly kind: 'free' };

interface Hold {
  readonly client: string;
  readonly token: number;
  readonly untilMs: number;
}

interface State {
  readonly nowMs: number;
  readonly lastToken: number;
  readonly hold: Hold | null;
}

class LockMachine implements StateMachine<Command, void, Answer, State> {
  /** Replaced, never changed: so a snapshot shares nothing that changes. */
  #state: State = { nowMs: 0, lastToken: 0, hold: null };

  apply(command: Command): Answer {
    if (command.kind === 'release') {
      const isHolder = this.#state.hold?.token === command.token;
      if (isHolder) this.#state = { ...this.#state, hold: null };
      return this.query();
    }
    const nowMs = Math.max(this.#state.nowMs, command.nowMs);
    this.#state = { ...this.#state, nowMs };
    const { hold, lastToken } = this.#state;
    if (hold !== null && nowMs < hold.untilMs) return this.query();
    const token = lastToken + 1;
    const next = { client: command.client, token, untilMs: nowMs + command.forMs };
    this.#state = { nowMs, lastToken: token, hold: next };
    return { kind: 'acquired', token };
  }

  query(): Answer {
    const { hold } = this.#state;
    if (hold === null) return { kind: 'free' };
    return { kind: 'heldBy', client: hold.client, untilMs: hold.untilMs };
  }

  snapshot(): State {
    return this.#state;
  }

  restore(state: State): void {
    this.#state = state;
  }
}

/** What the lock protects. It knows nothing of the cluster, and remembers one number. */
class Resource {
  #highestToken = 0;
  #content = '';

  write(content: string, token: number): string {
    if (token < this.#highestToken)
      return `refused: token ${token} is older than ${this.#highestToken}`;
    this.#highestToken = token;
    this.#content = content;
    return `written: "${this.#content}"`;
  }
}

/** What all clients' clocks say. Outside of an example, Date.now(). */
let nowMs = 1000;

async function acquire(
  node: RaftNode<Command, void, Answer>,
  client: string,
): Promise<number | null> {
  const answer = await node.command({ kind: 'acquire', client, nowMs, forMs: 500 });
  if (answer.kind !== 'acquired') {
    console.log(`${client} must wait: ${JSON.stringify(answer)}`);
    return null;
  }
  console.log(`${client} has the lock, with token ${answer.token}`);
  return answer.token;
}

const nodes = ['a', 'b', 'c'];
const network = new LocalNetwork();
const start = (id: string) =>
  startNode({ id, nodes, machine: () => new LockMachine(), storage: 'memory', network });
const [a, b, c] = await Promise.all([start('a'), start('b'), start('c')]);
const resource = new Resource();

const annas = await acquire(a, 'anna');
await acquire(b, 'ben');

console.log('anna is paused');
nowMs += 800;
const bens = await acquire(b, 'ben');
if (bens !== null) console.log(`ben: ${resource.write('by ben', bens)}`);
// Anna goes on where she was, and believes that she has the lock.
if (annas !== null) console.log(`anna: ${resource.write('by anna', annas)}`);

if (bens !== null) await b.command({ kind: 'release', token: bens });
console.log(`the lock is ${(await c.query()).kind}`);
await Promise.all([a.stop(), b.stop(), c.stop()]);
