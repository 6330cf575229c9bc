/**
 * What led to a message, and what came of it. That a node has sent something because of what it had
 * received is read from the contents where they say so (an answer repeats what it answers), and
 * otherwise assumed of what it received last, at the same time or a moment before.
 */

import { firstAbove, type Model } from './model.ts';

/** How long after a message a node may do something because of it, where nothing says so. */
const reactionMs = 1;

/** How far answers are looked for. */
const maxLooked = 50_000;
const maxChain = 24;

/** Which kind of answer a message gets, and the fields by which it is known. */
const answers: {
  readonly [type: string]: { readonly type: string; readonly echo: readonly string[] };
} = {
  preVoteRequest: { type: 'preVoteResponse', echo: ['round'] },
  voteRequest: { type: 'voteResponse', echo: ['term'] },
  appendRequest: { type: 'appendResponse', echo: ['round'] },
  heartbeatRequest: { type: 'heartbeatResponse', echo: ['round'] },
  snapshotRequest: { type: 'snapshotResponse', echo: ['round', 'offset'] },
  readIndexRequest: { type: 'readIndexResponse', echo: ['sequence'] },
  forwardRequest: { type: 'forwardResponse', echo: ['id', 'attempt'] },
};

const questions = new Map(
  Object.entries(answers).map(([type, { type: answer, echo }]) => [answer, { type, echo }]),
);

/** The first answer to a message that was received; null when there is none. */
export function answerOf(model: Model, message: number): number | null {
  const { messages } = model;
  const answer = answers[model.typeOf(message)];
  if (answer === undefined || !model.wasReceived(message)) return null;
  const receivedMs = messages.endMs[message] ?? 0;
  const begin = firstAbove(messages.count, (at) => (messages.sentMs[at] ?? 0) >= receivedMs);
  const end = Math.min(messages.count, begin + maxLooked);
  for (let later = begin; later < end; later++) {
    const isBack =
      messages.from[later] === messages.to[message] &&
      messages.to[later] === messages.from[message] &&
      model.typeOf(later) === answer.type;
    if (isBack && repeats(model, later, message, answer.echo)) return later;
  }
  return null;
}

/** What a message answers; null when it answers nothing that is seen here. */
export function questionOf(model: Model, message: number): number | null {
  const { messages } = model;
  const question = questions.get(model.typeOf(message));
  if (question === undefined) return null;
  const sentMs = messages.sentMs[message] ?? 0;
  const end = Math.max(0, message - maxLooked);
  for (let earlier = message - 1; earlier >= end; earlier--) {
    const isBack =
      messages.from[earlier] === messages.to[message] &&
      messages.to[earlier] === messages.from[message] &&
      (messages.endMs[earlier] ?? 0) <= sentMs &&
      model.typeOf(earlier) === question.type;
    const isIt = isBack && model.wasReceived(earlier);
    if (isIt && repeats(model, message, earlier, question.echo)) return earlier;
  }
  return null;
}

function repeats(model: Model, answer: number, asked: number, echo: readonly string[]): boolean {
  return echo.every((field) => model.field(answer, field) === model.field(asked, field));
}

/** What made a node send a message: what it answers, or what the node received just before. */
export function causeOf(model: Model, message: number): number | null {
  const question = questionOf(model, message);
  if (question !== null) return question;
  const { messages } = model;
  const sender = messages.from[message];
  const sentMs = messages.sentMs[message] ?? 0;
  const isRelayed = messages.origin[message] !== sender;
  let cause: number | null = null;
  let latestMs = sentMs - reactionMs;
  const end = Math.max(0, message - maxLooked);
  for (let earlier = message - 1; earlier >= end; earlier--) {
    const endMs = messages.endMs[earlier] ?? 0;
    if (messages.to[earlier] !== sender || endMs > sentMs || endMs < latestMs) continue;
    if (!model.wasReceived(earlier)) continue;
    const isSame = isRelayed && messages.origin[earlier] === messages.origin[message];
    if (isSame && model.typeOf(earlier) === model.typeOf(message)) return earlier;
    if (cause === null || endMs > latestMs) cause = earlier;
    latestMs = endMs;
  }
  return cause;
}

/** A message, what led to it step by step, and what was answered. */
export function chainOf(model: Model, message: number): ReadonlySet<number> {
  const chain = new Set([message]);
  let cause = causeOf(model, message);
  while (cause !== null && chain.size < maxChain && !chain.has(cause)) {
    chain.add(cause);
    cause = causeOf(model, cause);
  }
  const answer = answerOf(model, message);
  if (answer !== null) chain.add(answer);
  const { packet } = model.messages;
  for (const step of [-1, 1]) {
    for (let near = message + step; packet[near] === packet[message]; near += step) chain.add(near);
  }
  return chain;
}

/**
 * All that may have led to a moment of a node, and all that it may have led to: of each node what it
 * did up to `pastMs`, and what it does from `futureMs`. (Lamport 1978: happened before)
 */
export interface Cone {
  readonly pastMs: Float64Array;
  readonly futureMs: Float64Array;
}

export function coneOf(
  model: Model,
  past: { readonly node: number; readonly atMs: number },
  future: { readonly node: number; readonly atMs: number } | null,
): Cone {
  const { messages, nodes } = model;
  const pastMs = new Float64Array(nodes.length).fill(Number.NEGATIVE_INFINITY);
  const futureMs = new Float64Array(nodes.length).fill(Number.POSITIVE_INFINITY);
  pastMs[past.node] = past.atMs;
  const isSentFrom = (atMs: number) =>
    firstAbove(messages.count, (at) => (messages.sentMs[at] ?? 0) >= atMs);
  for (let at = isSentFrom(past.atMs) - 1; at >= 0; at--) {
    const from = messages.from[at] ?? 0;
    const known = pastMs[messages.to[at] ?? 0] ?? Number.NEGATIVE_INFINITY;
    const sentMs = messages.sentMs[at] ?? 0;
    const isNews = (messages.endMs[at] ?? 0) <= known && sentMs > (pastMs[from] ?? 0);
    if (isNews && model.wasReceived(at)) pastMs[from] = sentMs;
  }
  if (future === null) return { pastMs, futureMs };
  futureMs[future.node] = future.atMs;
  for (let at = isSentFrom(future.atMs); at < messages.count; at++) {
    const to = messages.to[at] ?? 0;
    const reachedMs = futureMs[messages.from[at] ?? 0] ?? Number.POSITIVE_INFINITY;
    const endMs = messages.endMs[at] ?? 0;
    const isNews = (messages.sentMs[at] ?? 0) >= reachedMs && endMs < (futureMs[to] ?? 0);
    if (isNews && model.wasReceived(at)) futureMs[to] = endMs;
  }
  return { pastMs, futureMs };
}
