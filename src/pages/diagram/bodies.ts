/** The contents of messages, as columns: see `Shape`. */

import { encodeColumn, maxInColumn } from './columns.ts';
import type { Shape } from './format.ts';
import type { Values } from './values.ts';

export interface Body {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Contents of one message: its shape, and a number for each field. */
export interface Contents {
  readonly shape: number;
  readonly row: readonly number[];
}

interface OpenShape {
  readonly type: string;
  readonly fields: readonly (readonly string[])[];
  readonly areNumbers: readonly boolean[];
}

/**
 * Objects may have fields with names of their own, such as those of nodes: a type with more shapes
 * than the first number gets shapes without fields of fields, and above the second number its bodies
 * are values as a whole.
 */
const deepShapes = 16;
const flatShapes = 48;

/** Of all types; above that the type itself goes into the value. */
const maxShapes = 2000;
const maxFields = 40;
const maxDepth = 3;

export class Bodies {
  readonly #values: Values;
  readonly #shapes: OpenShape[] = [];
  readonly #positions = new Map<string, number>();
  readonly #shapesOfType = new Map<string, number>();

  constructor(values: Values) {
    this.#values = values;
  }

  /** Which shape a body has, and what its columns get. */
  take(body: Body): Contents {
    const known = this.#shapesOfType.get(body.type) ?? 0;
    const fields: string[][] = [];
    const leaves: unknown[] = [];
    collect(body, [], fields, leaves, known < deepShapes ? maxDepth : 1);
    const isWhole = fields.length > maxFields || known >= flatShapes;
    if (isWhole || this.#shapes.length >= maxShapes) return this.#whole(body);
    const areNumbers = leaves.map(isForColumn);
    const row = leaves.map((leaf) => (isForColumn(leaf) ? leaf : this.#values.add(leaf)));
    return { shape: this.#shapeOf(body.type, fields, areNumbers), row };
  }

  #whole(body: Body): Contents {
    const isFull = this.#shapes.length >= maxShapes;
    const shape = this.#shapeOf(isFull ? '…' : body.type, [['body']], [false]);
    return { shape, row: [this.#values.add(body)] };
  }

  #shapeOf(
    type: string,
    fields: readonly (readonly string[])[],
    areNumbers: readonly boolean[],
  ): number {
    const key = JSON.stringify([type, fields, areNumbers]);
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    this.#positions.set(key, this.#shapes.length);
    this.#shapesOfType.set(type, (this.#shapesOfType.get(type) ?? 0) + 1);
    return this.#shapes.push({ type, fields, areNumbers }) - 1;
  }

  /** Columns of these contents, in their order. */
  encode(contents: Iterable<Contents>): readonly Shape[] {
    const rows: (readonly number[])[][] = this.#shapes.map(() => []);
    for (const { shape, row } of contents) rows[shape]?.push(row);
    return this.#shapes.map((shape, position) => ({
      ...shape,
      columns: shape.fields.map((_, field) =>
        encodeColumn((rows[position] ?? []).map((row) => row[field] ?? 0)),
      ),
    }));
  }
}

/** Objects inside a body become fields of their own; lists stay whole. */
function collect(
  object: { readonly [field: string]: unknown },
  path: readonly string[],
  fields: string[][],
  leaves: unknown[],
  depth: number,
): void {
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined || (path.length === 0 && name === 'type')) continue;
    const here = [...path, name];
    if (isPlain(value) && here.length < depth && Object.keys(value).length > 0) {
      collect(value, here, fields, leaves, depth);
    } else {
      fields.push(here);
      leaves.push(value);
    }
  }
}

function isForColumn(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= maxInColumn;
}

function isPlain(value: unknown): value is { readonly [field: string]: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value)
  );
}
