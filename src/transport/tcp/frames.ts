/**
 * How a stream of bytes is cut into frames, and what they are:
 *
 * ```
 * length  4 bytes, the highest first: of what follows
 * kind    1 byte, a letter
 * body    the rest
 * ```
 *
 * A connection carries messages in one direction. Who has called says `hello` first, and nothing
 * else until it is told `welcome`; then `message` after `message`, and a `ping` now and then. Who was
 * called says `pong` now and then while anything arrives, and nothing otherwise. Who is not welcome
 * is told `refused`, and why.
 */

export type FrameKind = 'hello' | 'welcome' | 'refused' | 'message' | 'ping' | 'pong';

const letters: { readonly [K in FrameKind]: string } = {
  hello: 'H',
  welcome: 'W',
  refused: 'R',
  message: 'M',
  ping: 'P',
  pong: 'O',
};

const kindOf = new Map(
  (Object.keys(letters) as FrameKind[]).map((kind) => [letters[kind].charCodeAt(0), kind]),
);

const lengthBytes = 4;

/** Shorter chunks are put together. */
const smallBytes = 16 * 1024;

export const headerBytes: number = lengthBytes + 1;

/** No body is longer: its length has to fit into the header, and a text of it into memory. */
export const maxFrameBytes: number = 256 * 1024 * 1024;

/** What goes before the body of a frame. */
export function frameHeader(kind: FrameKind, bodyBytes: number): Uint8Array {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(bodyBytes + 1);
  header[lengthBytes] = letters[kind].charCodeAt(0);
  return header;
}

export function frame(kind: FrameKind, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  return Buffer.concat([frameHeader(kind, body.length), body]);
}

/** The other side does not keep to the protocol: the connection cannot be used any more. */
export class FrameFault extends Error {
  override readonly name: string = 'FrameFault';
}

export interface Frame {
  readonly kind: FrameKind;
  readonly body: Uint8Array;
}

/** Puts frames together from what arrives, however it was cut. */
export class FrameReader {
  /** A longer body is refused as soon as its length is there. */
  maxBodyBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBodyBytes: number) {
    this.maxBodyBytes = maxBodyBytes;
  }

  /**
   * Takes in what has arrived, and calls back for each frame that is complete with it.
   *
   * @throws FrameFault when it is no frame, or too long
   */
  push(chunk: Buffer, onFrame: (frame: Frame) => void): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#joinSmall();
    for (let next = this.#take(); next !== null; next = this.#take()) onFrame(next);
  }

  #take(): Frame | null {
    if (this.#bytes < headerBytes) return null;
    const header = this.#joined(headerBytes);
    const bodyBytes = header.readUInt32BE() - 1;
    const kind = kindOf.get(header[lengthBytes] ?? 0);
    if (kind === undefined || bodyBytes < 0) throw new FrameFault('this is no frame');
    if (bodyBytes > this.maxBodyBytes) {
      throw new FrameFault(`a frame of ${bodyBytes} bytes, and ${this.maxBodyBytes} is the limit`);
    }
    if (this.#bytes < headerBytes + bodyBytes) return null;
    const whole = this.#joined(headerBytes + bodyBytes);
    const rest = whole.subarray(headerBytes + bodyBytes);
    this.#chunks = rest.length === 0 ? [] : [rest, ...this.#chunks.slice(1)];
    this.#bytes -= headerBytes + bodyBytes;
    return { kind, body: whole.subarray(headerBytes, headerBytes + bodyBytes) };
  }

  /** What trickles in must not weigh many times as much in chunks; each byte is copied a few times. */
  #joinSmall(): void {
    for (;;) {
      const [before, last] = this.#chunks.slice(-2);
      if (before === undefined || last === undefined) return;
      if (before.length > last.length || before.length >= smallBytes) return;
      this.#chunks.splice(-2, 2, Buffer.concat([before, last]));
    }
  }

  /** The first chunk, which has at least so many bytes now. */
  #joined(bytes: number): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= bytes) return first;
    // All at once: chunks that are joined one by one are copied again and again.
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }
}
