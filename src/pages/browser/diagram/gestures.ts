/** Pointer, wheel and fingers on the canvas and on the overview. */

import type { Overview } from './overview.ts';
import { msAt, type Scene } from './scene.ts';

export interface GestureListener {
  /** The pointer is over the canvas, or has left it. */
  readonly onHover: (at: { readonly x: number; readonly y: number } | null) => void;
  /** Somebody has clicked, and not dragged. */
  readonly onClick: (x: number, y: number) => void;
}

/** A pointer that moves less than this clicks. */
const clickReach = 4;

export function listenToCanvas(
  canvas: HTMLCanvasElement,
  scene: Scene,
  { onHover, onClick }: GestureListener,
): void {
  const pointers = new Map<number, { x: number; y: number }>();
  let moved = 0;
  const place = (event: PointerEvent | WheelEvent) => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, place(event));
    canvas.setPointerCapture(event.pointerId);
    if (pointers.size === 1) moved = 0;
    onHover(null);
  });
  canvas.addEventListener('pointermove', (event) => {
    const now = place(event);
    const before = pointers.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType === 'mouse') onHover(now);
      return;
    }
    const wasAt = [...pointers.values()].map(({ x }) => x);
    moved += Math.hypot(now.x - before.x, now.y - before.y);
    pointers.set(event.pointerId, now);
    if (moved < clickReach) return;
    if (pointers.size === 2)
      pinch(
        scene,
        wasAt,
        [...pointers.values()].map(({ x }) => x),
      );
    else scene.view.pan(msAt(scene, before.x) - msAt(scene, now.x));
  });
  const lift = (event: PointerEvent): void => {
    const wasDown = pointers.delete(event.pointerId);
    if (!wasDown || pointers.size > 0 || event.type === 'pointercancel') return;
    const { x, y } = place(event);
    if (moved < clickReach) onClick(x, y);
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
  canvas.addEventListener('pointerleave', () => onHover(null));
  canvas.addEventListener('dblclick', (event) => {
    scene.view.zoom(0.5, msAt(scene, event.clientX - canvas.getBoundingClientRect().left));
  });
  canvas.addEventListener('wheel', (event) => wheel(event, scene, place(event).x), {
    passive: false,
  });
}

/** What was under each finger stays there. */
function pinch(scene: Scene, was: readonly number[], is: readonly number[]): void {
  const [was1 = 0, was2 = 1] = was;
  const [is1 = 0, is2 = 1] = is;
  const middle = (is1 + is2) / 2;
  const factor = Math.abs(was1 - was2) / Math.max(8, Math.abs(is1 - is2));
  scene.view.zoom(Math.min(2, Math.max(0.5, factor)), msAt(scene, middle));
  scene.view.pan(msAt(scene, (was1 + was2) / 2) - msAt(scene, middle));
}

function wheel(event: WheelEvent, scene: Scene, x: number): void {
  event.preventDefault();
  const lines = event.deltaMode === 1 ? 16 : 1;
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (isSideways && !event.ctrlKey) {
    const delta = (event.deltaX || event.deltaY) * lines;
    scene.view.pan((delta * scene.view.spanMs) / scene.layout.width);
    return;
  }
  // Fingers on a touchpad that pinch come as a wheel with Ctrl, in small steps.
  const strength = event.ctrlKey ? 0.01 : 0.0018;
  const delta = Math.max(-240, Math.min(240, event.deltaY * lines));
  scene.view.zoom(Math.exp(delta * strength), msAt(scene, Math.max(x, scene.layout.left)));
}

/** The window on the overview is dragged, or goes where somebody has pressed. */
export function listenToOverview(overview: Overview, scene: Scene): void {
  const { canvas } = overview;
  let held: { readonly pointer: number; readonly offsetMs: number } | null = null;
  const msOf = (event: PointerEvent) =>
    overview.msAt(event.clientX - canvas.getBoundingClientRect().left);
  const moveTo = (fromMs: number): void => {
    scene.view.set(fromMs, fromMs + scene.view.spanMs);
  };
  canvas.addEventListener('pointerdown', (event) => {
    const atMs = msOf(event);
    const { fromMs, toMs, spanMs } = scene.view;
    const isInside = atMs >= fromMs && atMs <= toMs;
    held = { pointer: event.pointerId, offsetMs: isInside ? atMs - fromMs : spanMs / 2 };
    canvas.setPointerCapture(event.pointerId);
    moveTo(atMs - held.offsetMs);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (held?.pointer === event.pointerId) moveTo(msOf(event) - held.offsetMs);
  });
  for (const type of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(type, () => {
      held = null;
    });
  }
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const atMs = overview.msAt(event.clientX - canvas.getBoundingClientRect().left);
      scene.view.zoom(Math.exp(Math.max(-240, Math.min(240, event.deltaY)) * 0.0018), atMs);
    },
    { passive: false },
  );
}
