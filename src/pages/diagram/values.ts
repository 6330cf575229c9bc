/** Values that columns point to: each is kept once, and all together only so many. */

/** A value whose JSON is longer is cut; the commands of a log may be as long as they like. */
const maxValueChars = 4000;

/** All values together, as JSON, in characters. */
const maxChars = 24_000_000;

/** What stands for a value when no more are kept. */
export const notKept = '(left out: the page has enough text)';

export class Values {
  readonly list: unknown[] = [];
  readonly #positions = new Map<string, number>();
  #chars = 0;
  /** How often a value was cut or not kept. */
  cuts = 0;

  /** The position of a value, which is kept if it was not. */
  add(value: unknown): number {
    const text = JSON.stringify(value) ?? 'null';
    const known = this.#positions.get(text);
    if (known !== undefined) return known;
    if (text.length > maxValueChars) {
      this.cuts++;
      return this.#keep(`${text.slice(0, maxValueChars)}… (${text.length} characters in all)`);
    }
    if (this.#chars > maxChars) {
      this.cuts++;
      return this.#keep(notKept);
    }
    this.#chars += text.length;
    return this.#keep(value ?? null, text);
  }

  #keep(value: unknown, text: string = JSON.stringify(value)): number {
    const known = this.#positions.get(text);
    if (known !== undefined) return known;
    this.#positions.set(text, this.list.length);
    return this.list.push(value) - 1;
  }
}
