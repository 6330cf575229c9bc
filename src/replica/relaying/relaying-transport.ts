/**
 * A transport that goes round broken links: as long as a path of working links leads from one node
 * to another, over whomever, what the one sends reaches the other, and the protocol above behaves
 * as if there were a link between them. It would be correct without.
 *
 * In good times a message goes straight to its receiver, and nothing else is sent. When a peer does
 * not answer for much longer than usual, this node begins a survey of all links (survey.ts), and
 * within a few delays everybody knows which work. From then on a message travels the shortest path:
 * its sender writes the path into it, so that nothing goes in circles, there is one copy of it, and
 * it passes each node at most once. While a link is missing, surveys are repeated now and then, to
 * see it come back.
 */

import type { NodeId } from '../../raft/index.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { PeerMessageKind } from '../parse-peer-message.ts';
import { Conversation } from './conversation.ts';
import type { Packet, RelayedPacket } from './packet.ts';
import { RecentNumbers } from './recent-numbers.ts';
import { Survey, type SurveyWord } from './survey.ts';

/** What this needs to know of a message. */
export interface Addressed {
  readonly kind: PeerMessageKind;
  readonly from: NodeId;
  readonly to: NodeId;
}

/**
 * What a relaying transport goes by: the cluster, the links, and how messages travel over them.
 */
export interface RelayingTransportOptions<Message extends Addressed, Payload> {
  /** This node. */
  readonly id: NodeId;
  /** All of the cluster, this node included; `add` adds others. */
  readonly nodes: readonly NodeId[];
  readonly clock: Clock;
  /** Tells this life of the node from others: a number below 2 ** 29. */
  readonly life: number;
  /** Sends to a node, over the link to it. */
  readonly sendOver: (to: NodeId, packet: Packet<Payload>) => void;
  /** A message as the links carry it. */
  readonly encode: (message: Message) => Payload;
  /** A message that has arrived; null when it makes no sense. */
  readonly decode: (from: NodeId, payload: Payload) => Message | null;
  /** Takes a message that has arrived for this node, from whomever. */
  readonly deliver: (message: Message) => void;
  /** What was sent to a peer lately may be lost. What is sent to it again may well arrive. */
  readonly onLost: (peer: NodeId) => void;
}

/** How long a node gathers what it hears in a survey before it says so, in milliseconds. */
const gatheringMs = 4;

/** While links are missing, a survey is repeated after so long, in milliseconds. */
const surveyIntervalMs = 1000;

/** On the quickest network, and before anything was measured. */
const minSettlingMs = 100;
const firstSettlingMs = 500;

/** How long after a survey that found no fault a node begins the next at the earliest. */
const pauseAfterNoneMs = 500;

/** Numbers of a life count from a multiple of this. */
const numbersPerLife = 2 ** 20;

interface Peer {
  readonly id: NodeId;
  readonly conversation: Conversation;
  /** The nodes that a message to it passes, itself last. */
  path: readonly NodeId[];
  /** It owed an answer for too long, and has not been found or heard to answer since. */
  isDoubted: boolean;
  readonly seen: RecentNumbers;
}

/**
 * Carries messages between the nodes of a cluster, round links that are broken: over whichever nodes a
 * path of working links leads. A message that no path leads for is tried on the direct link.
 * docs/relaying.md tells how.
 */
export class RelayingTransport<Message extends Addressed, Payload> {
  readonly #options: RelayingTransportOptions<Message, Payload>;
  readonly #nodes: NodeId[];
  readonly #peers = new Map<NodeId, Peer>();
  readonly #survey: Survey;
  #nextNumber: number;
  /** Links are missing, or are being looked at. */
  #isSurveying = false;
  #surveyStartMs = Number.NEGATIVE_INFINITY;
  #isWordDue = false;
  /** How long after the own word the first one comes that says that somebody has heard it. */
  readonly #wordTrip: { meanMs: number | null; isMeasured: boolean } = {
    meanMs: null,
    isMeasured: false,
  };
  #cancelWatch: Cancel | null = null;
  #cancelNextSurvey: Cancel = () => {};
  #isStopped = false;

  constructor(options: RelayingTransportOptions<Message, Payload>) {
    this.#options = options;
    const { id, nodes, life } = options;
    this.#nodes = [...nodes];
    this.#survey = new Survey(id, this.#nodes);
    this.#nextNumber = life * numbersPerLife;
    for (const node of nodes) if (node !== id) this.#meet(node);
  }

  /** There is another node in the cluster. */
  add(node: NodeId): void {
    if (this.#nodes.includes(node)) return;
    this.#nodes.push(node);
    this.#meet(node);
  }

  #meet(peer: NodeId): void {
    this.#peers.set(peer, {
      id: peer,
      conversation: new Conversation(),
      path: [peer],
      isDoubted: false,
      seen: new RecentNumbers(),
    });
  }

  /** Whether what is sent to a node may reach it, and its answer this node, as far as is known. */
  reaches(node: NodeId): boolean {
    return this.#peers.get(node)?.isDoubted !== true;
  }

  /** Sends a message; one to nobody of the cluster goes nowhere. */
  send(message: Message): void {
    const peer = this.#peers.get(message.to);
    if (peer === undefined || this.#isStopped) return;
    const { clock, encode } = this.#options;
    if (peer.conversation.noteSent(message.kind, clock.now())) this.#watch();
    this.#sendAlong(peer.path, encode(message));
  }

  #sendAlong([next, ...path]: readonly NodeId[], payload: Payload): void {
    const { id, sendOver } = this.#options;
    if (next === undefined) return;
    if (path.length === 0) return sendOver(next, { kind: 'direct', payload });
    sendOver(next, { kind: 'relayed', origin: id, number: this.#nextNumber++, path, payload });
  }

  /** Takes in what has arrived over the link from a peer. */
  receive(from: NodeId, packet: Packet<Payload>): void {
    if (this.#isStopped || !this.#peers.has(from)) return;
    if (this.#isSurveying && packet.kind !== 'survey') this.#noteDirect(from);
    switch (packet.kind) {
      case 'direct':
        return this.#arrived(from, packet.payload);
      case 'relayed':
        return this.#takeRelayed(packet);
      case 'survey':
        return this.#takeWord(from, packet.word);
    }
  }

  #takeRelayed(packet: RelayedPacket<Payload>): void {
    const { origin, number, payload } = packet;
    const [next, ...path] = packet.path;
    if (next === undefined) {
      if (this.#peers.get(origin)?.seen.add(number) === true) this.#arrived(origin, payload);
      return;
    }
    // The path is the sender's. One that passes each node once is no longer than this.
    if (next !== origin && this.#peers.has(next) && path.length < this.#peers.size - 1) {
      this.#options.sendOver(next, { ...packet, path });
    }
  }

  #arrived(from: NodeId, payload: Payload): void {
    const { clock, decode, deliver } = this.#options;
    const peer = this.#peers.get(from);
    const message = decode(from, payload);
    if (peer === undefined || message === null) return;
    const isAnswer = peer.conversation.noteHeard(message.kind, clock.now());
    deliver(message);
    // It was busy. The next survey, which would say so, may be half a second away.
    if (!isAnswer || !peer.isDoubted || !this.#isReachable(peer)) return;
    this.#trust(peer);
    this.#noteLost(peer);
  }

  /** Ends what is timed. Nothing is looked for or reported any more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelWatch?.();
    this.#cancelNextSurvey();
  }

  /** Looks again when the first answer that is owed is overdue. */
  #watch(): void {
    if (this.#cancelWatch !== null || this.#isStopped) return;
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const { conversation } of this.#peers.values()) {
      earliestMs = Math.min(earliestMs, conversation.doubtAtMs ?? Number.POSITIVE_INFINITY);
    }
    if (earliestMs === Number.POSITIVE_INFINITY) return;
    const { clock } = this.#options;
    this.#cancelWatch = clock.after(earliestMs - clock.now(), () => {
      this.#cancelWatch = null;
      this.#doubt(clock.now());
      this.#watch();
    });
  }

  #doubt(nowMs: number): void {
    let isNew = false;
    for (const peer of this.#peers.values()) {
      const { doubtAtMs } = peer.conversation;
      if (doubtAtMs === null || doubtAtMs > nowMs) continue;
      peer.conversation.forgetQuestions();
      // Of whom there is no path to, or from, the surveys tell.
      if (peer.isDoubted && !this.#isReachable(peer)) continue;
      peer.isDoubted = true;
      isNew = true;
    }
    if (isNew) this.#beginSurvey();
  }

  /** A link that was missing works again. */
  #noteDirect(from: NodeId): void {
    if (this.#survey.works(from, this.#options.id)) return;
    const sinceMs = this.#options.clock.now() - this.#surveyStartMs;
    if (sinceMs >= this.#settlingMs) this.#beginSurvey();
  }

  #isReachable({ id: peer }: Peer): boolean {
    const { id } = this.#options;
    return this.#survey.path(id, peer) !== null && this.#survey.path(peer, id) !== null;
  }

  /** Begins a survey, now or when the last one is long enough ago. */
  #beginSurvey(): void {
    const { clock } = this.#options;
    const pauseMs = this.#hasFoundFault ? this.#settlingMs : pauseAfterNoneMs;
    const waitMs = this.#surveyStartMs + pauseMs - clock.now();
    if (waitMs > 0) return this.#scheduleSurvey(waitMs);
    this.#survey.begin();
    this.#takePart();
  }

  /** Whether the last survey has had time to tell of every link, and has not. */
  get #hasFoundFault(): boolean {
    return this.#isSurveying && !this.#survey.isComplete;
  }

  /** How long after its beginning a survey can be expected to tell what there is to tell. */
  get #settlingMs(): number {
    const { meanMs } = this.#wordTrip;
    return meanMs === null ? firstSettlingMs : Math.max(minSettlingMs, 3 * meanMs);
  }

  #takePart(): void {
    const { id, clock } = this.#options;
    const nodes = this.#nodes;
    this.#isSurveying = true;
    this.#surveyStartMs = clock.now();
    this.#wordTrip.isMeasured = false;
    // Not all at once: whoever is first spares the others theirs.
    this.#scheduleSurvey(surveyIntervalMs * (1 + nodes.indexOf(id) / (4 * nodes.length)));
    this.#sayWord();
  }

  #scheduleSurvey(waitMs: number): void {
    this.#cancelNextSurvey();
    this.#cancelNextSurvey = this.#options.clock.after(waitMs, () => {
      if (this.#survey.isComplete && this.#areAllTrusted()) this.#isSurveying = false;
      else this.#beginSurvey();
    });
  }

  #areAllTrusted(): boolean {
    return [...this.#peers.values()].every(({ isDoubted }) => !isDoubted);
  }

  #sayWord(): void {
    const word = this.#survey.word();
    for (const peer of this.#peers.keys()) {
      this.#options.sendOver(peer, { kind: 'survey', word });
    }
  }

  #takeWord(from: NodeId, word: SurveyWord): void {
    const news = this.#survey.take(from, word);
    switch (news) {
      case 'nothing':
        return;
      case 'old':
        // It is told the present number, and takes part.
        return this.#options.sendOver(from, { kind: 'survey', word: this.#survey.word() });
      case 'joined':
        this.#takePart();
        break;
      case 'more':
        break;
    }
    this.#measureWordTrip();
    this.#followSurvey();
    if (this.#isWordDue) return;
    this.#isWordDue = true;
    this.#options.clock.after(gatheringMs, () => {
      this.#isWordDue = false;
      if (!this.#isStopped) this.#sayWord();
    });
  }

  /** Whether the links to a peer and from it work. */
  #hasLink(peer: NodeId): boolean {
    const { id } = this.#options;
    return this.#survey.works(id, peer) && this.#survey.works(peer, id);
  }

  #measureWordTrip(): void {
    const { id, clock } = this.#options;
    const trip = this.#wordTrip;
    // In a ring of one-way links whoever has heard this node says so to others, and they say it here.
    const isHeard = this.#nodes.some((hearer) => this.#survey.works(id, hearer));
    if (trip.isMeasured || !isHeard) return;
    trip.isMeasured = true;
    const tookMs = clock.now() - this.#surveyStartMs;
    trip.meanMs = trip.meanMs === null ? tookMs : trip.meanMs + (tookMs - trip.meanMs) / 4;
  }

  /** Messages take the paths that have been found; a path that was good is kept until then. */
  #followSurvey(): void {
    const lost: Peer[] = [];
    for (const peer of this.#peers.values()) {
      const path = this.#survey.path(this.#options.id, peer.id);
      const isAnother = path !== null && path.join() !== peer.path.join();
      if (isAnother) peer.path = path;
      const isFound = peer.isDoubted && this.#isReachable(peer);
      if (isFound) this.#trust(peer);
      if (isAnother || isFound) lost.push(peer);
    }
    for (const peer of lost) this.#noteLost(peer);
  }

  /** A peer that was doubted can be reached. */
  #trust(peer: Peer): void {
    peer.isDoubted = false;
    if (this.#hasLink(peer.id)) peer.conversation.noteVainDoubt();
  }

  #noteLost({ id, conversation }: Peer): void {
    conversation.forgetQuestions();
    this.#options.onLost(id);
  }
}
