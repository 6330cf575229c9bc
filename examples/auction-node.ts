/**
 * A Maelstrom node of a workload of your own, an auction, served by the library: it starts the
 * replica, carries its messages, and answers each request in time. What is left to say is the machine,
 * what a request asks of it, and what its answer means to a client.
 */

import { randomInt } from 'node:crypto';
import { jsonFormat, type StateMachine } from 'raftwright';
import {
  errorReply,
  integerField,
  MaelstromNode,
  serveWorkload,
  textField,
  type Workload,
} from 'raftwright/maelstrom';
import { MemoryStore } from 'raftwright/storage';

interface Bid {
  readonly bidder: string;
  readonly amount: number;
}

/** The highest bid; of equal ones the first. */
class Auction implements StateMachine<Bid, null, Bid, Bid> {
  #highest: Bid = { bidder: '', amount: 0 };

  apply(bid: Bid): Bid {
    if (bid.amount > this.#highest.amount) this.#highest = bid;
    return this.#highest;
  }

  query(): Bid {
    return this.#highest;
  }

  snapshot(): Bid {
    return this.#highest;
  }

  restore(bid: Bid): void {
    this.#highest = bid;
  }
}

/** What other nodes send, and files hold, is looked at. */
function parseBid(value: unknown): Bid {
  const { bidder, amount } = (value ?? {}) as Partial<Bid>;
  if (typeof bidder === 'string' && typeof amount === 'number') return { bidder, amount };
  throw new TypeError('this is no bid');
}

const auction: Workload<Bid, null, Bid, Bid, Auction> = {
  name: 'auction',
  machine: {
    create: () => new Auction(),
    parseCommand: parseBid,
    parseResult: parseBid,
    sizeOfResult: ({ bidder }) => bidder.length + 8,
    snapshots: jsonFormat(parseBid),
  },
  requests: {
    bid: {
      toOperation: (body) => {
        const bid = { bidder: textField(body, 'bidder'), amount: integerField(body, 'amount') };
        return { kind: 'command', command: bid };
      },
      toReply: ({ bidder, amount }, body) =>
        bidder === body['bidder'] && amount === body['amount']
          ? { type: 'bid_ok' }
          : errorReply(22, `${bidder} has bid ${amount}`),
      codes: [22],
    },
    highest: {
      toOperation: () => ({ kind: 'query', query: null }),
      toReply: ({ bidder, amount }) => ({ type: 'highest_ok', bidder, amount }),
    },
  },
};

const node = new MaelstromNode();
serveWorkload(node, auction, { createStore: () => new MemoryStore(), seed: randomInt(2 ** 32) });
await node.run();
