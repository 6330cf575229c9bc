/** The panel that tells all about what is selected. */

import { answerOf, causeOf, questionOf } from './causes.ts';
import { sayFault } from './draw-lanes.ts';
import { indexMoments } from './draw-marks.ts';
import { tellFate, tellProgress } from './hit.ts';
import { firstAbove, type Operation, type Span } from './model.ts';
import type { Scene, Selection } from './scene.ts';
import { duration, moment } from './times.ts';
import { outcomeWords, sayMessage, sayOperation, saySpan, sayValue } from './words.ts';

export class Detail {
  readonly #box: HTMLElement;
  readonly #scene: Scene;
  readonly #select: (selection: Selection) => void;

  constructor(box: HTMLElement, scene: Scene, select: (selection: Selection) => void) {
    this.#box = box;
    this.#scene = scene;
    this.#select = select;
  }

  show(selection: Selection | null): void {
    this.#box.replaceChildren();
    if (selection === null) {
      this.#text(
        'p',
        'Nothing is selected. Click an arrow, a lane, an operation or a fault.',
        'soft',
      );
      return;
    }
    switch (selection.kind) {
      case 'message':
        return this.#message(selection.message);
      case 'operation':
        return this.#operation(selection.operation);
      case 'span':
        return this.#span(selection.span);
      case 'mark': {
        const { mark } = selection;
        const where = mark.node < 0 ? '' : `${this.#scene.model.nameOf(mark.node)}: `;
        this.#text('h2', `${where}${mark.kind}`);
        this.#facts([
          ['when', moment(mark.atMs)],
          ['what', mark.text],
        ]);
        return;
      }
      case 'fault': {
        const { fault } = selection;
        const length = fault.toMs - fault.fromMs;
        this.#text('h2', sayFault(fault));
        this.#facts([
          ['from', moment(fault.fromMs)],
          ['for', length > 0 ? duration(length) : 'a moment'],
          ['hits', fault.nodes.map((node) => this.#scene.model.nameOf(node)).join(' ')],
        ]);
        return;
      }
      case 'index':
        return this.#index(selection.index);
      case 'moment':
        return this.#moment(selection.atMs);
    }
  }

  #message(message: number): void {
    const { model } = this.#scene;
    const { from, to, origin, sentMs, endMs, packet } = model.messages;
    const [sender, receiver] = [from[message] ?? 0, to[message] ?? 0];
    this.#text('h2', `${model.typeOf(message)}: ${sayMessage(model, message)}`);
    const by = origin[message] ?? sender;
    const relayed = by === sender ? '' : `, which passes it on for ${model.nameOf(by)}`;
    this.#facts([
      ['from', `${model.nameOf(sender)}${relayed}`],
      ['to', model.nameOf(receiver)],
      ['sent', moment(sentMs[message] ?? 0)],
      ['fate', tellFate(this.#scene, message)],
    ]);
    if (model.wasReceived(message)) this.#effect(message, receiver);
    this.#step('answers', questionOf(model, message));
    const cause = causeOf(model, message);
    if (questionOf(model, message) === null) this.#step('after', cause);
    if (cause === null)
      this.#text(
        'p',
        'Nothing was received just before it was sent: a timer, a client or a disk was its cause.',
        'soft',
      );
    const answer = answerOf(model, message);
    this.#step('answered by', answer);
    if (answer !== null && model.wasReceived(answer)) {
      const trip = (endMs[answer] ?? 0) - (sentMs[message] ?? 0);
      this.#facts([['round trip', duration(trip)]]);
    }
    for (const step of [-1, 1]) {
      for (let near = message + step; packet[near] === packet[message]; near += step) {
        this.#step('travelled with', near);
      }
    }
    const contents = document.createElement('pre');
    contents.textContent = JSON.stringify(model.contents(message), null, 1);
    this.#box.append(contents);
  }

  /** What the receiver was before and after. */
  #effect(message: number, receiver: number): void {
    const { model } = this.#scene;
    const atMs = model.messages.endMs[message] ?? 0;
    const before = model.spanAt(receiver, atMs - 0.0005);
    const after = model.spanAt(receiver, atMs + 0.0005);
    const name = model.nameOf(receiver);
    const facts: [string, string][] = [];
    if (after !== null && after !== before) facts.push([`then ${name} is`, saySpan(after)]);
    else if (after !== null) facts.push([`${name} was`, saySpan(after)]);
    const [was, is] = [
      tellProgress(this.#scene, receiver, atMs - 0.0005),
      tellProgress(this.#scene, receiver, atMs + 0.0005),
    ];
    if (is !== '') facts.push([was === is ? 'its log, as before' : 'its log now', is]);
    this.#facts(facts);
  }

  #operation(operation: Operation): void {
    const { id, invokedMs, completedMs, outcome, node, result, error } = operation;
    const { model } = this.#scene;
    this.#text('h2', `operation ${id}: ${sayOperation(operation)}`);
    this.#facts([
      ['asked of', model.nameOf(node)],
      ['invoked', moment(invokedMs)],
      [outcome === 'open' ? 'waited' : 'took', duration(completedMs - invokedMs)],
      ['outcome', `${outcome}: ${outcomeWords[outcome] ?? ''}`],
      ...(result === null || outcome !== 'ok' ? [] : [['result', sayValue(result)] as const]),
      ...(error === null ? [] : [['error', sayValue(error)] as const]),
    ]);
    const span = model.spanAt(node, invokedMs);
    if (span !== null) this.#facts([[`${model.nameOf(node)} was`, saySpan(span)]]);
  }

  #span(span: Span): void {
    const { model } = this.#scene;
    this.#text('h2', `${model.nameOf(span.node)}: ${saySpan(span)}`);
    this.#facts([
      ['from', moment(span.fromMs)],
      ['for', duration(span.toMs - span.fromMs)],
      ['log then', tellProgress(this.#scene, span.node, span.fromMs)],
      ['log at the end', tellProgress(this.#scene, span.node, span.toMs - 0.0005)],
    ]);
    const spans = model.spans[span.node] ?? [];
    const at = spans.indexOf(span);
    for (const [name, near] of [
      ['before', at - 1],
      ['then', at + 1],
    ] as const) {
      const other = spans[near];
      if (other !== undefined) this.#link(name, saySpan(other), { kind: 'span', span: other });
    }
  }

  /** When each node had an entry. */
  #index(index: number): void {
    const { model } = this.#scene;
    this.#text('h2', `entry ${index} of the log`);
    const lanes = indexMoments(this.#scene, index);
    if (lanes.every((its) => its.every(({ atMs }) => atMs === null))) {
      this.#text(
        'p',
        'No node tells that it had this entry: the log is shorter, or the trace has no steps of nodes (level full).',
        'soft',
      );
      return;
    }
    lanes.forEach((its, node) => {
      this.#text('h3', model.nameOf(node));
      for (const { name, atMs } of its) {
        if (atMs === null) this.#facts([[name, 'never']]);
        else this.#link(name, moment(atMs), { kind: 'moment', atMs, node });
      }
    });
  }

  #moment(atMs: number): void {
    const { model } = this.#scene;
    this.#text('h2', `at ${moment(atMs)}`);
    model.nodes.forEach((name, node) => {
      const span = model.spanAt(node, atMs);
      if (span !== null) this.#link(name, saySpan(span), { kind: 'span', span });
      const progress = tellProgress(this.#scene, node, atMs);
      if (progress !== '') this.#text('p', progress, 'soft');
    });
    const { messages } = model;
    const next = firstAbove(messages.count, (at) => (messages.sentMs[at] ?? 0) >= atMs);
    this.#step('next message', next < messages.count ? next : null);
  }

  #step(name: string, message: number | null): void {
    if (message === null) return;
    const { model } = this.#scene;
    const { from, to, sentMs } = model.messages;
    const ends = `${model.nameOf(from[message] ?? 0)} → ${model.nameOf(to[message] ?? 0)}`;
    const text = `${sayMessage(model, message)}, ${ends}, ${moment(sentMs[message] ?? 0)}`;
    this.#link(name, text, { kind: 'message', message });
  }

  #link(name: string, text: string, selection: Selection): void {
    const row = document.createElement('p');
    row.className = 'fact';
    const term = document.createElement('span');
    term.textContent = name;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', () => this.#select(selection));
    row.append(term, button);
    this.#box.append(row);
  }

  #facts(facts: readonly (readonly [string, string])[]): void {
    for (const [name, text] of facts) {
      if (text === '') continue;
      const row = document.createElement('p');
      row.className = 'fact';
      const term = document.createElement('span');
      term.textContent = name;
      row.append(term, text);
      this.#box.append(row);
    }
  }

  #text(tag: 'h2' | 'h3' | 'p', text: string, className = ''): void {
    const element = document.createElement(tag);
    element.textContent = text;
    element.className = className;
    this.#box.append(element);
  }
}
