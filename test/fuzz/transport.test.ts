/** What nodes read from a network, and what they write of a machine's values. */

import assert from 'node:assert/strict';
import { packetBytes, parsePacket, parsePayload } from '../../src/embedding/packets.ts';
import { jsonFormat } from '../../src/machine/json-format.ts';
import { asNodeId, nextInteger, type Random } from '../../src/raft/index.ts';
import type { Packet } from '../../src/replica/index.ts';
import { FrameFault, type FrameKind, FrameReader, frame } from '../../src/transport/tcp/frames.ts';
import { happens, jsonValue, pick, several, someText } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateAnywhere, mutateBytes, mutateText, oddValue, splitBytes } from './mutators.ts';

interface Said {
  readonly kind: FrameKind;
  readonly body: string;
}

function someFrames(random: Random): Said[] {
  return several(random, 6, () => ({
    kind: pick(random, 'hello', 'welcome', 'refused', 'message', 'ping', 'pong'),
    body: someText(random),
  }));
}

const streamOf = (said: readonly Said[]): Buffer =>
  Buffer.concat(said.map(({ kind, body }) => frame(kind, Buffer.from(body, 'utf16le'))));

const maxBodyBytes = 1_000_000;

function read(chunks: readonly Uint8Array[]): Said[] {
  const reader = new FrameReader(maxBodyBytes);
  const said: Said[] = [];
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk), ({ kind, body }) => {
      assert.ok(body.length <= maxBodyBytes);
      said.push({ kind, body: Buffer.from(body).toString('utf16le') });
    });
  }
  return said;
}

fuzz<{ readonly said: readonly Said[]; readonly chunks: readonly Uint8Array[] }>({
  name: 'frames are what they were, however their stream was cut',
  file: import.meta.url,
  seeds: 2000,
  generate(random) {
    const said = someFrames(random);
    return { said, chunks: splitBytes(random, streamOf(said)) };
  },
  check({ said, chunks }) {
    // An input that was made smaller may not belong together any more.
    if (!Buffer.concat(chunks).equals(streamOf(said))) return;
    assert.deepEqual(read(chunks), said);
  },
});

fuzz<readonly Uint8Array[]>({
  name: 'a spoilt stream is refused, or has frames; however it is cut, the same ones',
  file: import.meta.url,
  seeds: 3000,
  generate(random) {
    let stream = streamOf(someFrames(random));
    do stream = mutateBytes(random, stream);
    while (happens(random, 0.3));
    return splitBytes(random, stream);
  },
  check(chunks) {
    const attempt = (parts: readonly Uint8Array[]): Said[] | 'refused' => {
      try {
        return read(parts);
      } catch (error) {
        assert.ok(error instanceof FrameFault, String(error));
        return 'refused';
      }
    };
    assert.deepEqual(attempt(chunks), attempt([Buffer.concat(chunks)]));
  },
});

function somePacket(random: Random): Packet<{ readonly [name: string]: unknown }> {
  const name = () => asNodeId(pick(random, 'a', 'b', 'c'));
  const payload = {
    kind: pick(random, 'heartbeatRequest', 'timeoutNow', 'forwardRequest', 'other'),
    term: nextInteger(random, 0, 5),
    id: 1,
    command: jsonValue(random),
  };
  switch (nextInteger(random, 0, 3)) {
    case 0:
      return { kind: 'direct', payload };
    case 1: {
      const path = several(random, 3, name);
      return { kind: 'relayed', origin: name(), number: nextInteger(random, 0, 99), path, payload };
    }
    default: {
      const heard = Object.fromEntries(
        several(random, 3, () => [name(), several(random, 3, name)]),
      );
      return { kind: 'survey', word: { number: nextInteger(random, 0, 99), heard } };
    }
  }
}

fuzz<string>({
  name: 'a spoilt packet is refused, or is a packet that others understand as well',
  file: import.meta.url,
  seeds: 4000,
  generate(random) {
    const packet = mutateAnywhere(random, somePacket(random));
    const text = JSON.stringify(packet) ?? '';
    return happens(random, 0.3) ? mutateText(random, text) : text;
  },
  check(text) {
    let packet: Packet<{ readonly [name: string]: unknown }>;
    try {
      packet = parsePacket(Buffer.from(text));
    } catch (error) {
      assert.ok(error instanceof Error);
      return;
    }
    // What JSON cannot say, such as the infinity that 1e999 is read as, is null when it is passed on.
    assert.deepEqual(parsePacket(packetBytes(packet)), JSON.parse(JSON.stringify(packet)));
    if (packet.kind === 'survey') return;
    try {
      assert.equal(parsePayload('b', 'a', packet.payload).from, 'b');
    } catch (error) {
      assert.ok(error instanceof Error && !(error instanceof RangeError), String(error));
    }
  },
});

fuzz<unknown>({
  name: 'a value is refused by its format, or comes back as it went in',
  file: import.meta.url,
  seeds: 4000,
  generate: (random) => {
    const value = jsonValue(random);
    return happens(random, 0.5) ? mutateAnywhere(random, value) : [value, oddValue(random)];
  },
  check(value) {
    const format = jsonFormat((parsed) => parsed as unknown);
    let bytes: Uint8Array;
    try {
      bytes = format.encode(value);
    } catch (error) {
      assert.ok(error instanceof TypeError, String(error));
      return;
    }
    // -0 is the one number that is let pass and changed.
    assert.deepEqual(format.decode(bytes), positive(value));
  },
});

function positive(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(positive);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, positive(part)]));
}
