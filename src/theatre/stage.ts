/** The stage: nodes on a ring, the links between them, and what is on its way. */

import { type Child, replace, svg } from './dom.ts';
import { arrange, type Geometry, onLane, type Point, placeOf } from './geometry.ts';
import { emptyPicture, type MessagePicture, type Picture } from './picture.ts';
import { drawNode } from './stage-node.ts';
import { describe, shortName } from './wording.ts';

/** On one lane so many envelopes are drawn apart. */
const apartMax = 4;

export class Stage {
  readonly svg: SVGSVGElement;
  readonly #cast: SVGGElement = svg('g');
  /** Where flights are drawn, above everything. */
  readonly sky: SVGGElement = svg('g', { class: 'sky', 'aria-hidden': 'true' });
  #picture: Picture = emptyPicture;
  #selected: string | null = null;
  geometry: Geometry = arrange([], 640, 400);

  constructor(root: SVGSVGElement) {
    this.svg = root;
    root.append(patterns(), this.#cast, this.sky);
    new ResizeObserver(() => this.#draw()).observe(root.parentElement ?? root);
  }

  render(picture: Picture, selected: string | null): void {
    const before = this.#rings();
    this.#picture = picture;
    this.#selected = selected;
    this.#draw();
    this.#turnRings(before);
  }

  /** Envelopes that are about to travel are not drawn at rest any more. */
  hideMessages(numbers: ReadonlySet<number>): void {
    for (const envelope of this.#cast.querySelectorAll<SVGElement>('[data-message]')) {
      const isGone = numbers.has(Number(envelope.getAttribute('data-message')));
      if (isGone) envelope.style.visibility = 'hidden';
    }
  }

  /** What happens is to be seen: on a small screen the stage may have been scrolled away. */
  comeIntoView(): void {
    const { top, bottom } = this.svg.getBoundingClientRect();
    const isSeen = bottom > (bottom - top) / 2 && top < innerHeight / 2;
    if (!isSeen) this.svg.parentElement?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  }

  /** The place of the pointer on the stage. */
  pointOf({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Point {
    const { left, top } = this.svg.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  #draw(): void {
    const box = this.svg.parentElement;
    const width = Math.max(280, box?.clientWidth ?? 640);
    const height = Math.max(260, box?.clientHeight ?? 400);
    const { nodes, messages, cuts } = this.#picture;
    const geometry = arrange(
      nodes.map(({ id }) => id),
      width,
      height,
    );
    this.geometry = geometry;
    this.svg.classList.toggle('small', geometry.isSmall);
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.svg.setAttribute('width', String(width));
    this.svg.setAttribute('height', String(height));
    replace(
      this.#cast,
      drawLinks(geometry, cuts),
      nodes.map((node) => drawNode(node, geometry, node.id === this.#selected)),
      drawMessages(geometry, messages),
    );
  }

  #rings(): ReadonlyMap<string, number> {
    const rings = this.#cast.querySelectorAll('[data-ring]');
    return new Map(
      [...rings].map((ring) => [
        ring.getAttribute('data-ring') ?? '',
        Number(ring.getAttribute('data-left')),
      ]),
    );
  }

  /** Timers that have run on are seen to run. */
  #turnRings(before: ReadonlyMap<string, number>): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const ring of this.#cast.querySelectorAll('[data-ring]')) {
      const was = before.get(ring.getAttribute('data-ring') ?? '');
      const is = Number(ring.getAttribute('data-left'));
      if (was === undefined || was === is) continue;
      const dashes = [was, is].map((left) => ({ strokeDasharray: `${left * 100} 100` }));
      ring.animate(dashes, { duration: 350, easing: 'ease-out' });
    }
  }
}

function patterns(): SVGElement {
  return svg(
    'defs',
    {},
    svg(
      'pattern',
      {
        id: 'hatch',
        width: 7,
        height: 7,
        patternUnits: 'userSpaceOnUse',
        patternTransform: 'rotate(45)',
      },
      svg('line', { class: 'hatch-line', x1: 0, y1: 0, x2: 0, y2: 7 }),
    ),
  );
}

function drawLinks(geometry: Geometry, cuts: readonly string[]): Child {
  const ids = [...geometry.places.keys()];
  return ids.flatMap((a, at) =>
    ids.slice(at + 1).map((b) => {
      const lost = [
        [a, b],
        [b, a],
      ].filter(([from, to]) => cuts.includes(`${from}>${to}`));
      return drawLink(geometry, a, b, lost);
    }),
  );
}

function drawLink(
  geometry: Geometry,
  a: string,
  b: string,
  lost: readonly (readonly string[])[],
): Child {
  const [from, to] = [placeOf(geometry, a), placeOf(geometry, b)];
  const line = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  const what =
    lost.length === 2
      ? 'cut'
      : lost.length === 1
        ? `cut from ${lost[0]?.[0]} to ${lost[0]?.[1]}`
        : 'works';
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const one =
    lost.length === 1 ? onLane(geometry, lost[0]?.[0] ?? a, lost[0]?.[1] ?? b, 0.72) : null;
  const signs = lost.length === 2 ? [middle] : one === null ? [] : [one];
  return svg(
    'g',
    {
      class: lost.length === 2 ? 'link cut' : lost.length === 1 ? 'link half-cut' : 'link',
      'data-link': `${a} ${b}`,
      'data-tip': `the link of ${a} and ${b} ${what === 'works' ? what : `is ${what}`}`,
    },
    svg('line', { class: 'wire', ...line }),
    svg('line', { class: 'hit', ...line }),
    signs.map(({ x, y }) =>
      svg(
        'g',
        { class: 'scissors' },
        svg('circle', { cx: x, cy: y, r: 8 }),
        svg('path', { d: `M${x - 4},${y - 4} l8,8 m0,-8 l-8,8` }),
      ),
    ),
  );
}

function drawMessages(geometry: Geometry, messages: readonly MessagePicture[]): Child {
  const lanes = new Map<string, MessagePicture[]>();
  for (const message of messages) {
    const lane = `${message.from} ${message.to}`;
    lanes.set(lane, [...(lanes.get(lane) ?? []), message]);
  }
  return [...lanes.values()].map((lane) =>
    lane.toReversed().map((message, at) => {
      const place = restOf(geometry, message, lane.length - 1 - at, lane.length);
      return drawEnvelope(geometry, message, place);
    }),
  );
}

/** Where the n-th message of a lane waits: the older, the nearer to its receiver. */
function restOf(geometry: Geometry, message: MessagePicture, at: number, count: number): Point {
  const shown = Math.min(count, apartMax);
  const step = Math.min(at, apartMax - 1);
  const share = shown === 1 ? 0.42 : 0.62 - (0.4 * step) / (shown - 1);
  return onLane(geometry, message.from, message.to, share);
}

/** The place of a message that waits, or null when it does not. */
export function restPlace(
  geometry: Geometry,
  messages: readonly MessagePicture[],
  number: number,
): Point | null {
  const message = messages.find((it) => it.number === number);
  if (message === undefined) return null;
  const lane = messages.filter(({ from, to }) => from === message.from && to === message.to);
  return restOf(geometry, message, lane.indexOf(message), lane.length);
}

/** An envelope with its name, around a place. */
export function drawEnvelope(
  geometry: Geometry,
  message: Omit<MessagePicture, 'isHeld'> & { readonly isHeld?: boolean },
  { x, y }: Point,
): SVGGElement {
  const text = shortName(message);
  const [letter, height] = geometry.isSmall ? [6.4, 17] : [7, 20];
  const width = Math.max(30, text.length * letter + 14);
  return svg(
    'g',
    {
      class: `envelope${message.isHeld ? ' held' : ''}`,
      'data-message': message.number,
      'data-key': `message ${message.number}`,
      'data-tip': `${describe(message)}${message.isHeld ? '\n(held by the script)' : ''}`,
      role: 'button',
      tabindex: 0,
      'aria-label': `${message.kind} from ${message.from} to ${message.to}, ${message.fields}`,
      transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
      style: `--term: var(--term-${message.term % 8})`,
    },
    svg('rect', { x: -width / 2, y: -height / 2, width, height, rx: 5 }),
    svg('text', { y: height * 0.19 }, text),
  );
}
