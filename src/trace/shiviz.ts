/**
 * A trace as a log that ShiViz draws: events in the order of a vector clock, which says of each what
 * it may depend on.
 *
 * The form: a regular expression in the first line, what separates several runs in the second (here
 * nothing), and then for each event a line that tells it, and one with its host and its clock.
 * (https://bestchai.bitbucket.io/shiviz/)
 */

import type { TraceEvent } from './format.ts';
import { likenessOf, messagesSent, messageTakenIn } from './node-messages.ts';

/** What ShiViz takes when the line is empty. */
export const shivizPattern = '(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})';

export interface ShivizOptions {
  /** Where messages are told of: as events of a network, or by what cores hand over and take in. */
  readonly hasNetwork: boolean;
  /** Words for an event, of which the first line is taken. */
  readonly describe: (event: TraceEvent) => string;
}

type Clock = { readonly [host: string]: number };

/** So many messages are remembered: who takes one in later is not shown as depending on it. */
const maxRemembered = 200_000;

/** So many of those that are alike. */
const maxAlike = 100;

/** The lines of the log, each without its line break. */
export function* shivizLines(
  events: Iterable<TraceEvent>,
  options: ShivizOptions,
): Generator<string, void, undefined> {
  const clocks = new VectorClocks();
  const { hasNetwork, describe } = options;
  yield shivizPattern;
  yield '';
  for (const event of events) {
    const happened = hasNetwork ? ofNetwork(event, clocks) : ofCores(event, clocks);
    if (happened === null) continue;
    const { host, clock } = happened;
    const time = `${event.timeMs.toFixed(3)} ms`;
    yield `${time} ${describe(event).split('\n')[0]}`;
    yield `${hostName(host)} ${JSON.stringify(clock)}`;
  }
}

interface Happened {
  readonly host: string;
  readonly clock: Clock;
}

function ofNetwork(event: TraceEvent, clocks: VectorClocks): Happened | null {
  switch (event.kind) {
    case 'send':
      clocks.hosts.set(event.id, event.to);
      return clocks.send(event.from, [String(event.id)]);
    case 'receive': {
      const host = clocks.hosts.get(event.id);
      return host === undefined ? null : clocks.receive(host, String(event.id));
    }
    default:
      return isOwn(event) ? clocks.note(event.node) : null;
  }
}

function ofCores(event: TraceEvent, clocks: VectorClocks): Happened | null {
  const taken = messageTakenIn(event);
  if (event.kind === 'step' && taken !== null) return clocks.receive(event.node, likenessOf(taken));
  const sent = messagesSent(event).map(likenessOf);
  if (event.kind === 'drain' && sent.length > 0) return clocks.send(event.node, sent);
  return isOwn(event) ? clocks.note(event.node) : null;
}

type OwnEvent = Extract<TraceEvent, { kind: 'start' | 'role' | 'halt' | 'crash' | 'drain' }>;

/** What is worth showing of a node by itself: its beginnings and ends, and its roles. */
function isOwn(event: TraceEvent): event is OwnEvent {
  switch (event.kind) {
    case 'start':
    case 'role':
    case 'halt':
    case 'crash':
      return true;
    case 'drain':
      return event.effects.some(({ kind }) => kind === 'roleChange');
    default:
      return false;
  }
}

class VectorClocks {
  /** To whom each message is on its way. */
  readonly hosts = new Map<number, string>();
  readonly #clocks = new Map<string, Clock>();
  /**
   * With which clocks each message was sent. Of messages that are alike the first that has not
   * arrived is taken to be the one that arrives: it may be lost in truth, and a later one have come;
   * what was known at the first was known at that one, too.
   */
  readonly #sent = new Map<string, Clock[]>();

  note(host: string): Happened {
    return { host, clock: this.#advance(host, {}) };
  }

  send(host: string, messages: readonly string[]): Happened {
    const clock = this.#advance(host, {});
    for (const message of messages) remember(this.#sent, message, clock);
    for (const oldest of this.hosts.keys()) {
      if (this.hosts.size <= maxRemembered) break;
      this.hosts.delete(oldest);
    }
    return { host, clock };
  }

  receive(host: string, message: string): Happened {
    const alike = this.#sent.get(message) ?? [];
    // A message may arrive twice.
    const heard = alike.length > 1 ? alike.shift() : alike[0];
    return { host, clock: this.#advance(host, heard ?? {}) };
  }

  /** One more event of a host, which knows now what `heard` says. */
  #advance(host: string, heard: Clock): Clock {
    const known = this.#clocks.get(host) ?? {};
    const name = hostName(host);
    const clock: { [host: string]: number } = { ...known };
    for (const [other, count] of Object.entries(heard)) {
      clock[other] = Math.max(clock[other] ?? 0, count);
    }
    clock[name] = (known[name] ?? 0) + 1;
    this.#clocks.set(host, clock);
    return clock;
  }
}

function remember(sent: Map<string, Clock[]>, message: string, clock: Clock): void {
  const alike = sent.get(message) ?? [];
  sent.delete(message);
  sent.set(message, [...alike.slice(-maxAlike), clock]);
  for (const oldest of sent.keys()) {
    if (sent.size <= maxRemembered) return;
    sent.delete(oldest);
  }
}

/** A host's name ends at the first blank. */
function hostName(host: string): string {
  return host.replaceAll(/\s/g, '_');
}
