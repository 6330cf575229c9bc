/** The same as the picture, as text: what happened around a moment, one row each. */

import { sayFault } from './draw-lanes.ts';
import { tellFate } from './hit.ts';
import { firstAbove } from './model.ts';
import type { Scene, Selection } from './scene.ts';
import { moment } from './times.ts';
import { sayMessage, sayOperation, saySpan } from './words.ts';

interface Row {
  readonly atMs: number;
  readonly where: string;
  readonly text: string;
  readonly selection: Selection;
}

/** Rows before and after the moment. */
const reach = 25;

export class EventsTable {
  readonly #body: HTMLElement;
  readonly #scene: Scene;
  readonly #select: (selection: Selection) => void;

  constructor(body: HTMLElement, scene: Scene, select: (selection: Selection) => void) {
    this.#body = body;
    this.#scene = scene;
    this.#select = select;
  }

  show(atMs: number): void {
    const rows = rowsAround(this.#scene, atMs);
    this.#body.replaceChildren(
      ...rows.map(({ atMs: rowMs, where, text, selection }) => {
        const row = document.createElement('tr');
        if (isSame(selection, this.#scene.selection)) row.setAttribute('aria-current', 'true');
        const time = document.createElement('td');
        time.textContent = moment(rowMs);
        const place = document.createElement('td');
        place.textContent = where;
        const what = document.createElement('td');
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = text;
        button.addEventListener('click', () => this.#select(selection));
        what.append(button);
        row.append(time, place, what);
        return row;
      }),
    );
    // The moment itself is in the middle of the box, and the page stays where it is.
    const after = rows.findIndex((row) => row.atMs >= atMs);
    const current = this.#body.querySelector('[aria-current]') ?? this.#body.children[after];
    const box = this.#body.closest('.tall');
    if (!(current instanceof HTMLElement) || box === null) return;
    box.scrollTop = current.offsetTop - (box.clientHeight - current.offsetHeight) / 2;
  }
}

export function isSame(a: Selection | null, b: Selection | null): boolean {
  if (a === null || b === null || a.kind !== b.kind) return a === b;
  switch (a.kind) {
    case 'message':
      return b.kind === 'message' && a.message === b.message;
    case 'operation':
      return b.kind === 'operation' && a.operation === b.operation;
    case 'span':
      return b.kind === 'span' && a.span === b.span;
    case 'mark':
      return b.kind === 'mark' && a.mark === b.mark;
    case 'fault':
      return b.kind === 'fault' && a.fault === b.fault;
    case 'index':
      return b.kind === 'index' && a.index === b.index;
    case 'moment':
      return b.kind === 'moment' && a.atMs === b.atMs;
  }
}

/** Of messages those that pass the filters. */
export function rowsAround(scene: Scene, atMs: number): readonly Row[] {
  const rows: Row[] = [];
  const { model } = scene;
  const take = <T>(
    things: ArrayLike<T>,
    msOf: (thing: T) => number,
    rowOf: (thing: T) => Omit<Row, 'atMs'>,
  ): void => {
    const middle = firstAbove(things.length, (at) => msOf(things[at] as T) >= atMs);
    const end = Math.min(things.length, middle + reach);
    for (let at = Math.max(0, middle - reach); at < end; at++) {
      const thing = things[at] as T;
      rows.push({ atMs: msOf(thing), ...rowOf(thing) });
    }
  };
  for (const { members } of scene.shown) {
    take(
      members,
      (message) => model.messages.sentMs[message] ?? 0,
      (message) => messageRow(scene, message),
    );
  }
  model.spans.forEach((spans, node) => {
    take(
      spans,
      ({ fromMs }) => fromMs,
      (span) => ({
        where: model.nameOf(node),
        text: saySpan(span),
        selection: { kind: 'span', span },
      }),
    );
  });
  take(
    model.marks,
    (mark) => mark.atMs,
    (mark) => ({
      where: mark.node < 0 ? '' : model.nameOf(mark.node),
      text: `${mark.kind}: ${mark.text}`,
      selection: { kind: 'mark', mark },
    }),
  );
  take(
    model.operations,
    ({ invokedMs }) => invokedMs,
    (operation) => ({
      where: model.nameOf(operation.node),
      text: `operation ${operation.id}: ${sayOperation(operation)}, ${operation.outcome}`,
      selection: { kind: 'operation', operation },
    }),
  );
  take(
    model.faults,
    ({ fromMs }) => fromMs,
    (fault) => ({ where: '', text: sayFault(fault), selection: { kind: 'fault', fault } }),
  );
  rows.sort((a, b) => a.atMs - b.atMs);
  const middle = firstAbove(rows.length, (at) => (rows[at]?.atMs ?? 0) >= atMs);
  return rows.slice(Math.max(0, middle - reach), middle + reach);
}

function messageRow(scene: Scene, message: number): Omit<Row, 'atMs'> {
  const { model } = scene;
  const { from, to } = model.messages;
  return {
    where: `${model.nameOf(from[message] ?? 0)} → ${model.nameOf(to[message] ?? 0)}`,
    text: `${model.typeOf(message)}: ${sayMessage(model, message)}, ${tellFate(scene, message)}`,
    selection: { kind: 'message', message },
  };
}
