/** Histories of clients, their spelling in both formats, and the operations that they tell of. */

import { nextInteger, type Random } from '../../src/raft/index.ts';
import { happens, oddNames, pick, several } from './generators.ts';

export interface Event {
  readonly process: number | 'nemesis';
  readonly type: string;
  readonly f: string;
  readonly key: unknown;
  readonly value: unknown;
  readonly error?: number;
}

/** A value that both formats can spell, and of which they agree what it equals. */
function someValue(random: Random, depth = 1): unknown {
  const kind = nextInteger(random, 0, depth > 0 ? 12 : 10);
  if (kind < 6) return nextInteger(random, -1, 3);
  if (kind === 6) return pick(random, 2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 31);
  if (kind === 7) return pick(random, true, false);
  if (kind < 10) return pick(random, 'a', '1', ' "\\\n;,\u2028é😀', '', ...oddNames);
  const parts = several(random, 3, () => someValue(random, depth - 1));
  if (kind === 10) return parts;
  return Object.fromEntries(parts.map((part, at) => [oddNames[at] ?? '', part]));
}

interface Running {
  readonly f: 'read' | 'write' | 'cas';
  readonly key: unknown;
  readonly value: unknown;
}

/** Events of clients on registers, of which some lie. Each register does everything at its answer. */
export function someEvents(random: Random): Event[] {
  const events: Event[] = [];
  const keys = [someValue(random), ...several(random, 2, () => someValue(random))];
  const values = [null, someValue(random), someValue(random), 1];
  const registers = new Map<string, unknown>();
  const running = new Map<number, Running>();
  const value = (): unknown => pick(random, ...values);
  let fresh = 4;
  for (let at = 0; at < nextInteger(random, 1, 40); at++) {
    if (happens(random, 0.04)) {
      events.push({ process: 'nemesis', type: 'info', f: 'stop', key: null, value: value() });
    }
    const process = nextInteger(random, fresh - 4, fresh);
    const it = running.get(process);
    if (it === undefined) {
      const f = pick<Running['f']>(random, 'read', 'write', 'cas');
      const argument = f === 'read' ? null : f === 'cas' ? [value(), value()] : value();
      const invoked = { f, key: pick(random, ...keys), value: argument };
      running.set(process, invoked);
      events.push({ process, type: 'invoke', ...invoked });
      continue;
    }
    running.delete(process);
    if (happens(random, 0.1)) {
      events.push({ process, type: 'info', ...it });
      fresh += 1;
      continue;
    }
    events.push(answer(random, process, it, registers));
  }
  return events;
}

function answer(
  random: Random,
  process: number,
  it: Running,
  registers: Map<string, unknown>,
): Event {
  const name = JSON.stringify(it.key);
  const held = registers.get(name);
  const isLie = happens(random, 0.03);
  if (it.f === 'read') {
    if (held === undefined) return { process, type: 'fail', ...it, error: 20 };
    return { process, type: 'ok', ...it, value: isLie ? 1 : held };
  }
  if (it.f === 'write') {
    if (!isLie) registers.set(name, it.value);
    return { process, type: 'ok', ...it };
  }
  const [from, to] = it.value as readonly unknown[];
  const isHeld = JSON.stringify(held) === JSON.stringify(from);
  if (!isHeld && !isLie)
    return { process, type: 'fail', ...it, error: held === undefined ? 20 : 22 };
  registers.set(name, to);
  return { process, type: 'ok', ...it };
}

export function asJsonl(events: readonly Event[]): string {
  return events.map((event, at) => `${JSON.stringify({ ...event, time: at })}\n`).join('');
}

/** As Jepsen prints it. */
export function asEdn(events: readonly Event[]): string {
  return events
    .map(({ process, type, f, key, value, error }, at) => {
      const who = process === 'nemesis' ? ':nemesis' : process;
      const more = error === undefined ? '' : `, :error ${error}`;
      const tuple = `[${ednOf(key)} ${ednOf(value)}]`;
      return `{:process ${who}, :type :${type}, :f :${f}, :value ${tuple}, :time ${at}${more}}\n`;
    })
    .join('');
}

function ednOf(value: unknown): string {
  if (value === null) return 'nil';
  if (typeof value === 'string') {
    return `"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
  }
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(ednOf).join(' ')}]`;
  const members = Object.entries(value).map(([name, part]) => `${ednOf(name)} ${ednOf(part)}`);
  return `{${members.join(', ')}}`;
}
