/** What one can do without a pointer, while the canvas has the focus. */

import { answerOf, causeOf } from './causes.ts';
import { firstAbove } from './model.ts';
import type { Scene, Selection } from './scene.ts';

export interface KeyListener {
  readonly select: (selection: Selection | null) => void;
  readonly show: (selection: Selection) => void;
  readonly step: (by: 1 | -1 | 'first') => void;
}

export function listenToKeys(canvas: HTMLElement, scene: Scene, listener: KeyListener): void {
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (act(event.key, event.shiftKey, scene, listener)) event.preventDefault();
  });
}

/** Returns whether the key means something here. */
function act(key: string, isShift: boolean, scene: Scene, listener: KeyListener): boolean {
  const { view, model, selection } = scene;
  const part = isShift ? 0.6 : 0.12;
  const linked = (find: typeof answerOf): void => {
    const other = selection?.kind === 'message' ? find(model, selection.message) : null;
    if (other !== null) listener.show({ kind: 'message', message: other });
  };
  const actions: { readonly [key: string]: () => void } = {
    ArrowLeft: () => view.pan(-view.spanMs * part),
    ArrowRight: () => view.pan(view.spanMs * part),
    '+': () => view.zoom(0.7, view.centreMs),
    '=': () => view.zoom(0.7, view.centreMs),
    '-': () => view.zoom(1 / 0.7, view.centreMs),
    _: () => view.zoom(1 / 0.7, view.centreMs),
    Home: () => view.centre(model.startMs + view.spanMs / 2),
    End: () => view.centre(model.endMs - view.spanMs / 2),
    0: () => view.all(),
    n: () => listener.step(1),
    N: () => listener.step('first'),
    p: () => listener.step(-1),
    a: () => linked(answerOf),
    c: () => linked(causeOf),
    Enter: () => selectMiddle(scene, listener),
    Escape: () => listener.select(null),
  };
  const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
  action?.();
  return action !== undefined;
}

/** Selects the message that was sent nearest to the middle; again, the next one. */
function selectMiddle({ shown, view, model, selection }: Scene, listener: KeyListener): void {
  const { sentMs } = model.messages;
  if (selection?.kind === 'message') {
    const next = shown.flatMap(({ members }) => {
      const at = firstAbove(members.length, (at) => (members[at] ?? 0) > selection.message);
      return at < members.length ? [members[at] ?? 0] : [];
    });
    if (next.length > 0) listener.show({ kind: 'message', message: Math.min(...next) });
    return;
  }
  let nearest: number | null = null;
  let leastMs = Number.POSITIVE_INFINITY;
  for (const index of shown) {
    const at = index.firstSent(view.centreMs);
    for (const near of [at - 1, at]) {
      const message = index.members[near];
      if (message === undefined) continue;
      const awayMs = Math.abs((sentMs[message] ?? 0) - view.centreMs);
      if (awayMs >= leastMs) continue;
      leastMs = awayMs;
      nearest = message;
    }
  }
  if (nearest !== null) listener.select({ kind: 'message', message: nearest });
}
