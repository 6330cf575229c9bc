/**
 * Whether a peer answers, as far as one node can tell from what it asks and hears: a question that
 * is not answered for much longer than others were is a reason to look whether the link works.
 */

import type { PeerMessageKind } from '../parse-peer-message.ts';

type Part =
  /** Whoever gets it answers before long. */
  | 'question'
  | 'answer'
  /** Neither. */
  | 'word';

/** What each message is in a conversation; the compiler sees to it that none is missing. */
const parts: { readonly [K in PeerMessageKind]: Part } = {
  preVoteRequest: 'question',
  preVoteResponse: 'answer',
  // Who hears a leader does not answer it.
  voteRequest: 'word',
  voteResponse: 'answer',
  newerTerm: 'answer',
  appendRequest: 'question',
  appendResponse: 'answer',
  heartbeatRequest: 'question',
  heartbeatResponse: 'answer',
  commitHint: 'word',
  snapshotRequest: 'question',
  snapshotResponse: 'answer',
  readIndexRequest: 'question',
  readIndexResponse: 'answer',
  timeoutNow: 'word',
  forwardRequest: 'question',
  forwardResponse: 'answer',
};

/** Nobody is doubted sooner than after this, in milliseconds; a process may be busy for so long. */
const minPatienceMs = 40;

const maxPatienceMs = 2000;

const maxForbearance = 8;

/** After about so many answers a vain doubt is forgotten. */
const answersOfForbearance = 500;

/** Before anything was answered. */
const firstPatienceMs = 250;

export class Conversation {
  /** When the first question was asked that no answer has come after. */
  #askedAtMs: number | null = null;
  #lastAskedAtMs = 0;
  /** Of the times that answers took; smoothed as TCP does it (RFC 6298, section 2). */
  #meanMs: number | null = null;
  #deviationMs = 0;
  /** How many times longer than it should take an answer may take: the peer was doubted in vain. */
  #forbearance = 1;

  /** When the peer is to be doubted, unless it answers before; null when it owes no answer. */
  get doubtAtMs(): number | null {
    return this.#askedAtMs === null ? null : this.#askedAtMs + this.#patienceMs;
  }

  get #patienceMs(): number {
    return this.#meanMs === null ? firstPatienceMs : this.usualPatienceMs;
  }

  /** How long an answer may take, as far as any was measured. */
  get usualPatienceMs(): number {
    if (this.#meanMs === null) return minPatienceMs;
    const expectedMs = this.#forbearance * (2 * this.#meanMs + 4 * this.#deviationMs);
    const leastMs = this.#forbearance * minPatienceMs;
    return Math.max(leastMs, Math.min(expectedMs, maxPatienceMs));
  }

  /** A message is sent to the peer. True when it begins to owe an answer. */
  noteSent(kind: PeerMessageKind, nowMs: number): boolean {
    if (parts[kind] !== 'question') return false;
    this.#lastAskedAtMs = nowMs;
    if (this.#askedAtMs !== null) return false;
    this.#askedAtMs = nowMs;
    return true;
  }

  /** A message of the peer has arrived, by whatever path. True when it answers something. */
  noteHeard(kind: PeerMessageKind, nowMs: number): boolean {
    if (parts[kind] !== 'answer') return false;
    const askedAtMs = this.#askedAtMs;
    if (askedAtMs === null) return true;
    this.#measure(nowMs - askedAtMs);
    // It may be the answer to the first question only: what was asked later is still open.
    this.#askedAtMs = this.#lastAskedAtMs > askedAtMs ? this.#lastAskedAtMs : null;
    return true;
  }

  /** The peer was doubted, and the links to it and from it are as they were: it is busy. */
  noteVainDoubt(): void {
    this.#forbearance = Math.min(maxForbearance, 2 * this.#forbearance);
  }

  /** What was asked may be lost, or was for nobody: it is not waited for any more. */
  forgetQuestions(): void {
    this.#askedAtMs = null;
  }

  #measure(tookMs: number): void {
    this.#forbearance += (1 - this.#forbearance) / answersOfForbearance;
    if (this.#meanMs === null) {
      this.#meanMs = tookMs;
      this.#deviationMs = tookMs / 2;
      return;
    }
    this.#deviationMs += (Math.abs(tookMs - this.#meanMs) - this.#deviationMs) / 4;
    this.#meanMs += (tookMs - this.#meanMs) / 8;
  }
}
