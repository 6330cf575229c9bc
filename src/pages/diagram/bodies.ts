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

/** Others are written as one value. */
const maxShapes = 400;
const maxFields = 40;
const maxDepth = 3;

export class Bodies {
  readonly #values: Values;
  readonly #shapes: OpenShape[] = [];
  readonly #positions = new Map<string, number>();

  constructor(values: Values) {
    this.#values = values;
  }

  /** Which shape a body has, and what its columns get. */
  take(body: Body): Contents {
    const fields: string[][] = [];
    const leaves: unknown[] = [];
    collect(body, [], fields, leaves);
    const areNumbers = leaves.map(isForColumn);
    const shape = fields.length > maxFields ? null : this.#shapeOf(body.type, fields, areNumbers);
    if (shape === null) {
      const whole =
        this.#shapeOf(body.type, [['body']], [false]) ??
        this.#shapeOf('…', [['body']], [false], true);
      return { shape: whole ?? 0, row: [this.#values.add(body)] };
    }
    const row = leaves.map((leaf) => (isForColumn(leaf) ? leaf : this.#values.add(leaf)));
    return { shape, row };
  }

  /** The position of a shape; null when there are too many. */
  #shapeOf(
    type: string,
    fields: readonly (readonly string[])[],
    areNumbers: readonly boolean[],
    isForced = false,
  ): number | null {
    const key = JSON.stringify([type, fields, areNumbers]);
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    if (this.#shapes.length >= maxShapes && !isForced) return null;
    this.#positions.set(key, this.#shapes.length);
    return this.#shapes.push({ type, fields, areNumbers }) - 1;
  }

  typeOf(shape: number): string {
    return this.#shapes[shape]?.type ?? '';
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
): void {
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined || (path.length === 0 && name === 'type')) continue;
    const here = [...path, name];
    if (isPlain(value) && here.length < maxDepth && Object.keys(value).length > 0) {
      collect(value, here, fields, leaves);
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
