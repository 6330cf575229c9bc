/** Where things are on the stage: nodes on a ring, messages on the lines between them. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** Of a node's disc. */
  readonly radius: number;
  readonly isSmall: boolean;
  readonly places: ReadonlyMap<string, Point>;
}

/** @param width and `height` of the stage in pixels */
export function arrange(ids: readonly string[], width: number, height: number): Geometry {
  const isSmall = width < 520 || height < 330;
  const count = Math.max(ids.length, 1);
  const crowd = count > 5 ? 0.84 : 1;
  const radius = (isSmall ? 27 : 38) * crowd;
  const across = Math.min(width / 2 - radius - (isSmall ? 14 : 40), isSmall ? 220 : 340);
  // Below each disc stand its label, and below all of them the word of the judge.
  const top = radius + (isSmall ? 14 : 18);
  const bottom = height - radius - (isSmall ? 64 : 76);
  const angles = ids.map((_, at) => (at / count) * 2 * Math.PI - Math.PI / 2);
  const lowest = Math.max(0.5, ...angles.map(Math.sin));
  const places = new Map(
    ids.map((id, at) => {
      const angle = angles[at] ?? 0;
      const share = (Math.sin(angle) + 1) / (lowest + 1);
      return [id, { x: width / 2 + across * Math.cos(angle), y: top + share * (bottom - top) }];
    }),
  );
  return { width, height, radius, isSmall, places };
}

export function placeOf({ places, width, height }: Geometry, id: string): Point {
  return places.get(id) ?? { x: width / 2, y: height / 2 };
}

/** A point of the lane from one node to another: 0 is the sender's rim, 1 the receiver's. */
export function onLane(geometry: Geometry, from: string, to: string, share: number): Point {
  const [a, b] = [placeOf(geometry, from), placeOf(geometry, to)];
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy) || 1;
  const rim = geometry.radius + 6;
  const along = rim + (length - 2 * rim) * share;
  // Both directions have their own side of the line.
  const aside = geometry.isSmall ? 8 : 11;
  return {
    x: a.x + (dx * along - dy * aside) / length,
    y: a.y + (dy * along + dx * aside) / length,
  };
}

/** Whether two segments cross. */
function isCrossing(a: Point, b: Point, c: Point, d: Point): boolean {
  return sideOf(a, b, c) !== sideOf(a, b, d) && sideOf(c, d, a) !== sideOf(c, d, b);
}

/** On which side of the line from `a` to `b` a point lies. */
function sideOf(a: Point, b: Point, point: Point): boolean {
  return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0;
}

/**
 * What a stroke across the stage cuts: two groups of nodes when it separates them completely, and
 * single links otherwise.
 */
export function cutBy(
  geometry: Geometry,
  start: Point,
  end: Point,
): { readonly links: readonly (readonly [string, string])[]; readonly isSplit: boolean } {
  const all = [...geometry.places];
  const pairs = all.flatMap(([a, from], at) =>
    all.slice(at + 1).map(([b, to]) => {
      const isCut = isCrossing(start, end, from, to);
      const isApart = sideOf(start, end, from) !== sideOf(start, end, to);
      return { link: [a, b] as const, isCut, isApart };
    }),
  );
  const links = pairs.filter(({ isCut }) => isCut).map(({ link }) => link);
  return { links, isSplit: links.length > 0 && pairs.every((it) => it.isCut === it.isApart) };
}
