/** A pattern of slanted lines. */

const patterns = new Map<string, CanvasPattern | null>();

/** @param paper what is between the lines; null for nothing */
export function hatch(
  context: CanvasRenderingContext2D,
  colour: string,
  paper: string | null,
): CanvasPattern | string {
  const key = `${colour} ${paper}`;
  let pattern = patterns.get(key);
  if (pattern === undefined) {
    const tile = document.createElement('canvas');
    tile.width = 8;
    tile.height = 8;
    const pen = tile.getContext('2d');
    if (pen === null) return colour;
    if (paper !== null) {
      pen.fillStyle = paper;
      pen.fillRect(0, 0, 8, 8);
    }
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.beginPath();
    for (const offset of [-8, 0, 8]) {
      pen.moveTo(offset - 2, 10);
      pen.lineTo(offset + 10, -2);
    }
    pen.stroke();
    pattern = context.createPattern(tile, 'repeat');
    patterns.set(key, pattern);
  }
  return pattern ?? colour;
}
