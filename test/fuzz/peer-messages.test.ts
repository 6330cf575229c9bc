/** Messages between replicas, as they come out of a parser that believes nothing. */

import assert from 'node:assert/strict';
import { parseJson, stringifyJson } from '../../src/machine/json.ts';
import { linKvWireFormat } from '../../src/maelstrom/lin-kv.ts';
import { FieldFault, type Fields } from '../../src/raft/fields.ts';
import { asNodeId, parseMessage } from '../../src/raft/index.ts';
import {
  type PeerMessage,
  type PeerMessageKind,
  parsePeerMessage,
  peerMessageFields,
} from '../../src/replica/index.ts';
import { happens } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateAnywhere } from './mutators.ts';
import { type Peer, somePeer } from './peer-grammar.ts';

type Message = PeerMessage<unknown, unknown>;

function parse(kind: PeerMessageKind, fields: Fields): Message {
  return parsePeerMessage<unknown, unknown>(kind, 'n2', 'n1', fields, linKvWireFormat);
}

/** The fields as they arrive. */
function carried(message: Message): Fields {
  return parseJson(stringifyJson(peerMessageFields(message))) as Fields;
}

function messageOf({ kind, fields }: Peer): Message {
  return { kind, from: asNodeId('n2'), to: asNodeId('n1'), ...revived(fields) } as Message;
}

/** Bytes are buffers again, which they are not in a copy of an input. */
function revived(fields: Peer['fields']): object {
  const { data } = fields;
  return data instanceof Uint8Array ? { ...fields, data: Buffer.from(data) } : fields;
}

fuzz<Peer>({
  name: 'what one replica says, another understands',
  file: import.meta.url,
  seeds: 2000,
  generate: (random) => somePeer(random, 3),
  check(peer) {
    const message = messageOf(peer);
    assert.deepEqual(parse(peer.kind, carried(message)), message, 'understood as something else');
  },
});

interface Spoilt {
  readonly kind: PeerMessageKind;
  readonly fields: unknown;
}

fuzz<Spoilt>({
  name: 'a spoilt message is refused, or is a message',
  file: import.meta.url,
  seeds: 6000,
  generate(random) {
    const peer = somePeer(random, 3);
    let fields: unknown = carried(messageOf(peer));
    do fields = mutateAnywhere(random, fields);
    while (happens(random, 0.3));
    return { kind: peer.kind, fields };
  },
  check({ kind, fields }) {
    if (typeof fields !== 'object' || fields === null) return;
    // What JSON cannot say never arrives; it must not break the core's parser either.
    const said = JSON.parse(JSON.stringify(fields)) as Fields;
    let message: Message;
    try {
      message = parse(kind, said);
    } catch (error) {
      // A command that is none is a TypeError of the machine's, outside of an entry.
      const isDocumented = error instanceof FieldFault || kind === 'forwardRequest';
      const isOfMachine = kind === 'forwardResponse' && error instanceof TypeError;
      assert.ok(isDocumented || isOfMachine, `refused by ${String(error)}`);
      return;
    } finally {
      neverThrows(kind, fields as Fields);
    }
    judge(message);
    checkSaid(carried(message), said, message.kind);
    assert.deepEqual(parse(kind, carried(message)), message, 'accepted, but is no message');
  },
});

/** The core's parser tells a fault by its answer, never by throwing. */
function neverThrows(kind: PeerMessageKind, fields: Fields): void {
  if (kind === 'forwardRequest' || kind === 'forwardResponse') return;
  parseMessage(kind, asNodeId('n2'), asNodeId('n1'), fields, {
    parseCommand: linKvWireFormat.parseCommand,
    parseSnapshotData: () => new Uint8Array(),
  });
}

/** Nothing is understood that was not said; what was said beyond it does no harm. */
function checkSaid(understood: unknown, said: unknown, place: string): void {
  if (typeof understood !== 'object' || understood === null) {
    return assert.deepEqual(understood, said, `understood though it was not said: ${place}`);
  }
  const isCommand = 'command' in understood;
  for (const [name, part] of Object.entries(understood)) {
    // Of entries that carry no command, the size is known.
    if (name === 'bytes' && !isCommand) continue;
    checkSaid(part, (said as { readonly [name: string]: unknown })[name], name);
  }
}

/** What must hold of every message, said once more, apart from the parser. */
function judge(message: Message): void {
  walk(message, (name, value) => {
    if (typeof value === 'number' && name !== 'timeoutMs') {
      assert.ok(Number.isSafeInteger(value) && value >= 0, `accepted: ${name} is no count`);
    }
    if (['voters', 'outgoing', 'learners'].includes(name)) {
      const list = value as readonly unknown[];
      assert.ok(Array.isArray(list) && list.every((node) => typeof node === 'string' && node));
      assert.equal(new Set(list).size, list.length, 'accepted: a node is named twice');
      assert.ok(name !== 'voters' || list.length > 0, 'accepted: a cluster without voters');
    }
  });
  if (message.kind === 'appendRequest') {
    const terms = [message.prevTerm, ...message.entries.map(({ term }) => term), message.term];
    assert.deepEqual(
      terms.toSorted((a, b) => a - b),
      terms,
      'accepted: terms decrease',
    );
    for (const [at, { index }] of message.entries.entries()) {
      assert.equal(index, message.prevIndex + 1 + at, 'accepted: indices leave a gap');
    }
  }
  if (message.kind === 'voteRequest' || message.kind === 'preVoteRequest') {
    assert.ok(message.lastLogTerm < message.term, 'accepted: a log of its own campaign');
  }
}

/** Visits what the core understands; what a command contains is not its affair. */
function walk(value: unknown, visit: (name: string, value: unknown) => void): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const [name, part] of Object.entries(value)) {
    const isOfMachine = 'kind' in value && value.kind === 'done' && name === 'result';
    if (['command', 'query'].includes(name) || isOfMachine) continue;
    visit(name, part);
    walk(part, visit);
  }
}
