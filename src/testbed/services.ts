/**
 * The services that Maelstrom runs beside the nodes, for node programs that use them.
 *
 * `lin-kv` is one map. `seq-kv` may answer reads from an older state, never one older than the same
 * client has seen. `lww-kv` is a set of copies that exchange their newest writes now and then.
 * `lin-tso` counts. (Maelstrom's documentation, "Services")
 */

import { canonicalJson, type Json } from '../machine/json.ts';
import { KeyValueMachine, type KeyValueResult } from '../machine/key-value.ts';
import { errorCodes } from '../maelstrom/errors.ts';
import type { Body } from '../maelstrom/message.ts';
import { nextInteger, type Random } from '../raft/index.ts';
import type { Network } from './network.ts';

type Answer = (client: string, body: Body) => Body;

export function addServices(network: Network, random: Random): void {
  const services: { readonly [name: string]: Answer } = {
    'lin-kv': linearizable(),
    'seq-kv': sequential(random),
    'lww-kv': lastWriteWins(random),
    'lin-tso': timestamps(),
  };
  for (const [name, answer] of Object.entries(services)) {
    network.add(name, 'service', ({ message: { src, body } }) => {
      if (body.msg_id === undefined) return;
      network.send({
        src: name,
        dest: src,
        body: { ...answer(src, body), in_reply_to: body.msg_id },
      });
    });
  }
}

function linearizable(): Answer {
  const machine = new KeyValueMachine();
  return (_client, body) => perform(machine, body);
}

/** What a key has held, and since which change of the whole map. */
type Past = { readonly change: number; readonly value: Json }[];

/** Keeps every key's past, and how far each client has come in it. */
function sequential(random: Random): Answer {
  const newest = new KeyValueMachine();
  const pasts = new Map<string, Past>();
  const seen = new Map<string, number>();
  let changes = 0;
  return (client, body) => {
    const key = body['key'] ?? null;
    const past = getOrAdd(pasts, canonicalJson(key), (): Past => []);
    if (body.type === 'read') {
      const change = nextInteger(random, seen.get(client) ?? 0, changes + 1);
      seen.set(client, change);
      const state = past.findLast((item) => item.change <= change);
      return asAnswer(
        'read',
        state === undefined ? { kind: 'absent' } : { kind: 'value', value: state.value },
      );
    }
    const answer = perform(newest, body);
    const now = newest.query({ kind: 'read', key });
    if (answer.type !== 'error' && now.kind === 'value') {
      past.push({ change: ++changes, value: now.value });
    }
    seen.set(client, changes);
    return answer;
  };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}

interface Timestamped {
  readonly version: number;
  readonly key: Json;
  readonly value: Json;
}

function lastWriteWins(random: Random): Answer {
  const copies = Array.from({ length: 5 }, () => new Map<string, Timestamped>());
  let version = 0;
  const pick = (): Map<string, Timestamped> =>
    copies[nextInteger(random, 0, copies.length)] ?? new Map();
  return (_client, body) => {
    const copy = pick();
    const name = canonicalJson(body['key'] ?? null);
    const machine = new KeyValueMachine();
    const stored = copy.get(name);
    if (stored !== undefined) machine.restore([[stored.key, stored.value]]);
    const answer = perform(machine, body);
    const [item] = machine.snapshot();
    if (item !== undefined && body.type !== 'read' && answer.type !== 'error') {
      copy.set(name, { version: ++version, key: item[0], value: item[1] });
    }
    merge(pick(), pick());
    return answer;
  };
}

function merge(from: Map<string, Timestamped>, into: Map<string, Timestamped>): void {
  for (const [name, item] of from) {
    if (item.version > (into.get(name)?.version ?? -1)) into.set(name, item);
  }
}

function timestamps(): Answer {
  let last = 0;
  return (_client, body) =>
    body.type === 'ts' ? { type: 'ts_ok', ts: ++last } : notSupported(body.type);
}

function perform(machine: KeyValueMachine, body: Body): Body {
  const { type, key = null } = body;
  switch (type) {
    case 'read':
      return asAnswer(type, machine.query({ kind: 'read', key }));
    case 'write':
      return asAnswer(type, machine.apply({ kind: 'write', key, value: body['value'] ?? null }));
    case 'cas': {
      const { from = null, to = null } = body as { from?: Json; to?: Json };
      const createIfNotExists = body['create_if_not_exists'] === true;
      return asAnswer(type, machine.apply({ kind: 'cas', key, from, to, createIfNotExists }));
    }
    default:
      return notSupported(type);
  }
}

function asAnswer(type: string, result: KeyValueResult): Body {
  switch (result.kind) {
    case 'written':
      return { type: `${type}_ok` };
    case 'value':
      return { type: 'read_ok', value: result.value };
    case 'absent':
      return { type: 'error', code: errorCodes.keyDoesNotExist, text: 'key does not exist' };
    case 'mismatch':
      return { type: 'error', code: errorCodes.preconditionFailed, text: 'another value' };
  }
}

function notSupported(type: string): Body {
  return { type: 'error', code: errorCodes.notSupported, text: `unknown type: ${type}` };
}
