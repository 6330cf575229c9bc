/**
 * The links from one node to the others: what goes to the same node at the same time goes in one
 * message, and under load so does what comes within a few milliseconds.
 *
 * A link has so many messages in hand and gets a new one every spacing. As long as it has some,
 * nothing waits; when it has spent them, the next leaves a spacing after the last with all that has
 * gathered until then, or as soon as that is enough to make a message worth while. When wait after
 * wait gathers nothing more, the spacing is halved each time, and grows back message by message. So
 * a cluster that has little to do delays nothing, one in which each message waits for the answer to
 * the last delays little, and one that has much to do sends few for each operation.
 */

import type { Cancel, Clock } from '../replica/index.ts';
import type { Body } from './message.ts';
import { bundleBody } from './peer-packets.ts';

export interface PeerLinksOptions {
  readonly clock: Clock;
  /** How many nodes there are, this one included. */
  readonly nodeCount: number;
  readonly send: (to: string, body: Body) => void;
}

/** About how many messages a second a cluster sends at most, between its leader and the others. */
const maxMessagesPerSecond = 800;

/** How many messages may leave a link at once before the rest waits. */
const burst = 8;

/** So many waits in a row may be for nothing. */
const maxVainWaits = 4;

/** After about so many messages a shorter spacing is forgotten. */
const messagesOfGrowth = 32;

/** So many parts do not wait for more. */
const enoughParts = 16;

/** What a message of several parts may weigh, in bytes, about. */
const maxBundleBytes = 1024 * 1024;

interface Link {
  readonly to: string;
  waiting: Body[];
  waitingBytes: number;
  /** It sends what waits at the end of this turn. */
  isFlushDue: boolean;
  /** Or when its time has come. */
  cancelTimer: Cancel | null;
  /** How many messages it may send at once, as of then. */
  inHand: number;
  countedAtMs: number;
  spacingMs: number;
  /** How many waits in a row have gathered nothing more. */
  vainWaits: number;
}

export class PeerLinks {
  readonly #options: PeerLinksOptions;
  readonly #maxSpacingMs: number;
  readonly #links = new Map<string, Link>();

  constructor(options: PeerLinksOptions) {
    this.#options = options;
    // The leader's links have the most to carry: one in each direction for each other node.
    this.#maxSpacingMs = (1000 * 2 * (options.nodeCount - 1)) / maxMessagesPerSecond;
  }

  /** Sends, together with whatever else is to be sent there. */
  send(to: string, body: Body): void {
    const link = this.#linkTo(to);
    const bytes = weigh(body, maxBundleBytes);
    if (link.waitingBytes + bytes > maxBundleBytes) this.#flush(link);
    link.waiting.push(body);
    link.waitingBytes += bytes;
    if (link.isFlushDue) return;
    if (link.waiting.length >= enoughParts) return this.#flushSoon(link);
    if (link.cancelTimer !== null) return;
    this.#count(link);
    const waitMs = (1 - link.inHand) * link.spacingMs;
    if (waitMs <= 0) this.#flushSoon(link);
    else link.cancelTimer = this.#options.clock.after(waitMs, () => this.#waited(link));
  }

  #waited(link: Link): void {
    link.vainWaits = link.waiting.length === 1 ? link.vainWaits + 1 : 0;
    if (link.vainWaits >= maxVainWaits) link.spacingMs /= 2;
    this.#flush(link);
  }

  #flushSoon(link: Link): void {
    link.isFlushDue = true;
    this.#options.clock.defer(() => this.#flush(link));
  }

  #linkTo(to: string): Link {
    const known = this.#links.get(to);
    if (known !== undefined) return known;
    const countedAtMs = this.#options.clock.now();
    const link = {
      to,
      waiting: [],
      waitingBytes: 0,
      isFlushDue: false,
      cancelTimer: null,
      inHand: burst,
      countedAtMs,
      spacingMs: this.#maxSpacingMs,
      vainWaits: 0,
    };
    this.#links.set(to, link);
    return link;
  }

  /** Brings up to date how many messages the link may send. */
  #count(link: Link): void {
    const nowMs = this.#options.clock.now();
    const gained = (nowMs - link.countedAtMs) / link.spacingMs;
    link.inHand = Math.min(burst, link.inHand + gained);
    link.countedAtMs = nowMs;
  }

  #flush(link: Link): void {
    link.isFlushDue = false;
    link.cancelTimer?.();
    link.cancelTimer = null;
    const bodies = link.waiting;
    if (bodies.length === 0) return;
    link.waiting = [];
    link.waitingBytes = 0;
    this.#count(link);
    // What is too much for one message goes at once, in several.
    link.inHand = Math.max(0, link.inHand - 1);
    link.spacingMs += (this.#maxSpacingMs - link.spacingMs) / messagesOfGrowth;
    this.#options.send(link.to, bundleBody(bodies));
  }
}

/** About how many bytes this will be, as text; not counted further than the limit. */
function weigh(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  // An entry says what its command weighs.
  if ('bytes' in value && typeof value.bytes === 'number') return 100 + value.bytes;
  let bytes = 2;
  for (const name in value) {
    bytes += name.length + 4 + weigh((value as { readonly [name: string]: unknown })[name], limit);
    if (bytes > limit) break;
  }
  return bytes;
}
