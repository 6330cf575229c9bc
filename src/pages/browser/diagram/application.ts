/** What the reader does, and what the page shows because of it. */

import { element } from '../parts/data.ts';
import { Tip } from '../parts/tip.ts';
import { chainOf, coneOf } from './causes.ts';
import { Controls, makeJumps } from './controls.ts';
import { Detail } from './detail.ts';
import { EventsTable } from './events-table.ts';
import { type Place, readFragment, writeFragment } from './fragment.ts';
import { listenToCanvas, listenToOverview } from './gestures.ts';
import { hitAt } from './hit.ts';
import { type Jump, jumpsOf, nextStop } from './jumps.ts';
import { listenToKeys } from './keys.ts';
import { firstAbove, type Model } from './model.ts';
import { msAt, type Related, type Scene, type Selection } from './scene.ts';
import { Stage } from './stage.ts';
import { moment, stretch } from './times.ts';

/** How much time is seen when one comes to a moment from far away, in milliseconds. */
const closeMs = 400;

export class Application {
  readonly stage: Stage;
  readonly #scene: Scene;
  readonly #controls: Controls;
  readonly #detail: Detail;
  readonly #table: EventsTable;
  readonly #tip = new Tip();
  readonly #jumps: readonly Jump[];
  #settling = 0;
  #fragment = '';

  constructor(model: Model) {
    this.stage = new Stage(model);
    this.#scene = this.stage.scene;
    this.#controls = new Controls(model, (filter) => this.stage.filter(filter));
    const show = (selection: Selection): void => this.show(selection);
    this.#detail = new Detail(element('#detail'), this.#scene, show);
    this.#table = new EventsTable(element('#events'), this.#scene, show);
    this.#jumps = jumpsOf(model);
    makeJumps(this.#jumps);
    foldTools();
    this.#listen();
    this.#detail.show(null);
    this.#follow(readFragment(location.hash));
    this.#scene.view.arrive();
    this.stage.onChange = () => this.#settle();
    this.#settle();
  }

  /** Selects something; null for nothing. What is seen stays. */
  select(selection: Selection | null): void {
    this.#scene.selection = selection;
    this.#scene.related = this.#relatedTo(selection);
    this.#detail.show(selection);
    const said = element('#detail').querySelector('h2')?.textContent ?? 'nothing selected';
    element('#status').textContent = said;
    this.#writeFragment();
    this.stage.change();
  }

  /** Selects something and brings it into the middle, close enough to be seen. */
  show(selection: Selection, spanMs: number | null = null): void {
    if (selection.kind === 'message' && !this.#passes(selection.message)) this.#controls.reveal();
    this.select(selection);
    const { view } = this.#scene;
    const atMs = momentOf(selection, this.#scene);
    if (atMs === null) return;
    const lengthMs = lengthOf(selection, this.#scene);
    const closeEnoughMs = Math.min(view.goalSpanMs, closeMs);
    const seenMs = spanMs ?? Math.max(closeEnoughMs, lengthMs * 1.5);
    view.centre(lengthMs < seenMs ? atMs + lengthMs / 2 : atMs, seenMs);
  }

  #passes(message: number): boolean {
    const { shown, model } = this.#scene;
    const index = shown[model.messages.group[message] ?? 0];
    const members = index?.members ?? new Int32Array();
    return members[firstAbove(members.length, (at) => (members[at] ?? 0) >= message)] === message;
  }

  #relatedTo(selection: Selection | null): Related | null {
    const { model } = this.#scene;
    if (selection === null) return null;
    if (selection.kind === 'message') {
      const { message } = selection;
      const { from, to, sentMs, endMs } = model.messages;
      const isReceived = model.wasReceived(message);
      const cone = coneOf(
        model,
        { node: from[message] ?? 0, atMs: sentMs[message] ?? 0 },
        isReceived ? { node: to[message] ?? 0, atMs: endMs[message] ?? 0 } : null,
      );
      return { chain: chainOf(model, message), cone };
    }
    if (selection.kind === 'operation') {
      const { node, invokedMs, completedMs } = selection.operation;
      const cone = coneOf(model, { node, atMs: completedMs }, { node, atMs: invokedMs });
      return { chain: new Set(), cone };
    }
    if (selection.kind !== 'span' && selection.kind !== 'mark') return null;
    const { node } = selection.kind === 'span' ? selection.span : selection.mark;
    const atMs = selection.kind === 'span' ? selection.span.fromMs : selection.mark.atMs;
    return node < 0
      ? null
      : { chain: new Set(), cone: coneOf(model, { node, atMs }, { node, atMs }) };
  }

  #listen(): void {
    const { canvas, overview } = this.stage;
    listenToCanvas(canvas, this.#scene, {
      onHover: (at) => this.#hover(at),
      onClick: (x, y) => {
        const hit = hitAt(this.#scene, x, y);
        if (hit?.selection != null) this.select(hit.selection);
        else if (this.#scene.selection !== null) this.select(null);
      },
    });
    listenToOverview(overview, this.#scene);
    listenToKeys(canvas, this.#scene, {
      select: (selection) => this.select(selection),
      show: (selection) => this.show(selection),
      step: (by) => this.step(by),
    });
    const { view } = this.#scene;
    const onClick = (selector: string, action: () => void): void =>
      element(selector).addEventListener('click', action);
    onClick('#closer', () => view.zoom(0.5, view.centreMs));
    onClick('#farther', () => view.zoom(2, view.centreMs));
    onClick('#all', () => view.all());
    onClick('#next', () => this.step(1));
    onClick('#previous', () => this.step(-1));
    onClick('#first', () => this.step('first'));
    const cone = element<HTMLInputElement>('#cone');
    cone.addEventListener('change', () => {
      this.#scene.isConeShown = cone.checked;
      this.stage.change();
    });
    element('#go').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#go();
    });
    addEventListener('hashchange', () => {
      if (location.hash !== this.#fragment) this.#follow(readFragment(location.hash));
    });
  }

  #hover(at: { readonly x: number; readonly y: number } | null): void {
    const { canvas } = this.stage;
    const hit = at === null ? null : hitAt(this.#scene, at.x, at.y);
    canvas.classList.toggle('on', hit?.selection != null);
    if (at === null || hit === null) return this.#tip.hide();
    const { left, top } = canvas.getBoundingClientRect();
    this.#tip.show(hit.text, left + at.x, top + at.y);
  }

  /** Goes to the next event of the chosen kind, the one before, or the first. */
  step(by: 1 | -1 | 'first'): void {
    const name = element<HTMLSelectElement>('#jump').value;
    const jump = this.#jumps.find((one) => one.name === name);
    if (jump === undefined) return;
    const { selection, view } = this.#scene;
    const nowMs = (selection === null ? null : momentOf(selection, this.#scene)) ?? view.centreMs;
    const stop = by === 'first' ? (jump.stops[0] ?? null) : nextStop(jump, nowMs, by);
    if (stop === null) {
      const where = by === 1 ? 'after' : 'before';
      this.#say(`no ${jump.label} ${where} ${moment(nowMs)}`);
      return;
    }
    this.show(stop.selection);
  }

  #go(): void {
    const input = element<HTMLInputElement>('#go-value');
    const kind = element<HTMLSelectElement>('#go-kind').value;
    const value = Number(input.value.replace(',', '.'));
    if (input.value.trim() === '' || !Number.isFinite(value)) {
      this.#say(`not a number: ${input.value}`);
      return;
    }
    if (kind === 'index' && (value < 1 || !Number.isInteger(value))) {
      this.#say(`the first entry of a log is 1: ${input.value}`);
      return;
    }
    if (kind === 'ms') this.show({ kind: 'moment', atMs: value, node: null });
    else if (kind === 'index') this.show({ kind: 'index', index: value });
    else if (kind === 'operation') this.#showOperation(value, null);
    else this.#showTerm(value);
  }

  #showOperation(id: number, spanMs: number | null): void {
    const operation = this.#scene.model.operations.find((one) => one.id === id);
    if (operation === undefined) this.#say(`operation ${id} is not in this page`);
    else this.show({ kind: 'operation', operation }, spanMs);
  }

  /** Where the first node came to a term. */
  #showTerm(term: number): void {
    const spans = this.#scene.model.spans.flat().filter((span) => span.term >= term);
    const first = spans.sort((a, b) => a.fromMs - b.fromMs)[0];
    if (first === undefined) this.#say(`no node has come to term ${term}`);
    else this.show({ kind: 'span', span: first });
  }

  #say(text: string): void {
    element('#found').textContent = text;
    element('#status').textContent = text;
  }

  /** Goes where an address says. */
  #follow(place: Place): void {
    const { model, view } = this.#scene;
    const { ms, operation, message, index, node, span } = place;
    if (message !== null && message < model.messages.count) {
      this.show({ kind: 'message', message }, span);
    } else if (operation !== null) {
      this.#showOperation(operation, span);
    } else if (index !== null) {
      this.show({ kind: 'index', index }, span);
    } else if (ms !== null) {
      const lane = node === null ? -1 : model.nodes.indexOf(node);
      const its = lane < 0 ? null : model.spanAt(lane, ms);
      // A link that another page has made names a moment; one of ours, what begins there.
      const isIts = its !== null && Math.abs(its.fromMs - ms) < 0.001;
      if (isIts) this.show({ kind: 'span', span: its }, span);
      else this.show({ kind: 'moment', atMs: ms, node: lane < 0 ? null : lane }, span);
    }
    const { selection } = this.#scene;
    const beginMs = selection === null ? null : momentOf(selection, this.#scene);
    const lengthMs = selection === null ? 0 : lengthOf(selection, this.#scene);
    const isIn = (atMs: number, fromMs: number) =>
      atMs >= fromMs - 1 && atMs <= fromMs + lengthMs + 1;
    const isSeen = ms === null || (beginMs !== null && isIn(ms, beginMs));
    if (!isSeen) view.centre(ms, span ?? Math.min(view.goalSpanMs, closeMs));
  }

  #writeFragment(): void {
    const { selection, view, model } = this.#scene;
    const place: { -readonly [Field in keyof Place]?: Place[Field] } = {};
    if (selection !== null) place.ms = momentOf(selection, this.#scene) ?? view.centreMs;
    if (selection?.kind === 'message') place.message = selection.message;
    if (selection?.kind === 'operation') place.operation = selection.operation.id;
    if (selection?.kind === 'index') place.index = selection.index;
    const node = selection === null ? null : nodeOf(selection);
    if (node !== null && node >= 0) place.node = model.nameOf(node);
    if (selection !== null) place.span = view.goalSpanMs;
    const fragment = selection === null ? '' : writeFragment(place);
    if (fragment === this.#fragment) return;
    this.#fragment = fragment;
    history.replaceState(
      null,
      '',
      fragment === '' ? location.pathname + location.search : fragment,
    );
  }

  /** The view has changed; what is slow follows when it has come to rest. */
  #settle(): void {
    const { view } = this.#scene;
    element('#seen').textContent = stretch(view.fromMs, view.toMs);
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      const { selection } = this.#scene;
      const selectedMs = selection === null ? null : momentOf(selection, this.#scene);
      const isSeen = selectedMs !== null && selectedMs >= view.fromMs && selectedMs <= view.toMs;
      this.#table.show(isSeen ? selectedMs : view.centreMs);
      this.#writeFragment();
    }, 120);
  }

  /** For whoever tests the page: where things are. */
  get probe(): { readonly scene: Scene; readonly msAt: (x: number) => number } {
    return { scene: this.#scene, msAt: (x) => msAt(this.#scene, x) };
  }
}

/** On a small screen the picture comes first. */
function foldTools(): void {
  const isSmall = matchMedia('(max-width: 600px)');
  const tools = element<HTMLDetailsElement>('#tools');
  const fold = (): void => {
    tools.open = !isSmall.matches;
  };
  isSmall.addEventListener('change', fold);
  fold();
}

/** When something selected happened; null for what did not. */
export function momentOf(selection: Selection, { model }: Pick<Scene, 'model'>): number | null {
  switch (selection.kind) {
    case 'message':
      return model.messages.sentMs[selection.message] ?? null;
    case 'operation':
      return selection.operation.invokedMs;
    case 'span':
      return selection.span.fromMs;
    case 'mark':
      return selection.mark.atMs;
    case 'fault':
      return selection.fault.fromMs;
    case 'moment':
      return selection.atMs;
    case 'index': {
      const firsts = model.progress.flatMap(({ atMs, lastIndex }) => {
        const at = lastIndex.findIndex((last) => last >= selection.index);
        return at < 0 ? [] : [atMs[at] ?? 0];
      });
      return firsts.length === 0 ? null : Math.min(...firsts);
    }
  }
}

/** How long something selected took, in milliseconds. */
function lengthOf(selection: Selection, { model }: Pick<Scene, 'model'>): number {
  if (selection.kind === 'operation') {
    return selection.operation.completedMs - selection.operation.invokedMs;
  }
  if (selection.kind !== 'message') return 0;
  const { sentMs, endMs } = model.messages;
  return (endMs[selection.message] ?? 0) - (sentMs[selection.message] ?? 0);
}

function nodeOf(selection: Selection): number | null {
  switch (selection.kind) {
    case 'operation':
      return selection.operation.node;
    case 'span':
      return selection.span.node;
    case 'mark':
      return selection.mark.node;
    case 'moment':
      return selection.node;
    default:
      return null;
  }
}
