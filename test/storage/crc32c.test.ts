import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from '../../src/storage/crc32c.ts';

test('the checksums that RFC 3720 gives as examples', () => {
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  assert.equal(crc32c(Buffer.from(Array.from({ length: 32 }, (_, at) => at))), 0x46dd794e);
  assert.equal(crc32c(Buffer.from(Array.from({ length: 32 }, (_, at) => 31 - at))), 0x113fdb5c);
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
});

test('long data has the checksum of its parts, wherever it begins and ends', () => {
  const data = Buffer.from(Array.from({ length: 1200 }, (_, at) => (at * at * 31) % 251));
  for (let start = 0; start < 40; start++) {
    const end = data.length - ((start * 7) % 40);
    let byBytes = 0;
    for (let at = start; at < end; at++) byBytes = crc32c(data, at, at + 1, byBytes);
    assert.equal(crc32c(data, start, end), byBytes);
  }
});

test('a checksum can go on where another has ended, at any byte', () => {
  const data = Buffer.from('what is written in two parts has the checksum of the whole');
  for (let cut = 0; cut <= data.length; cut++) {
    assert.equal(crc32c(data, cut, data.length, crc32c(data, 0, cut)), crc32c(data));
  }
});
