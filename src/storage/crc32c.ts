/**
 * CRC-32C, the checksum of iSCSI, ext4 and most write-ahead logs: it notices every change within 32
 * neighbouring bits, and lets one in four billion of the others pass. (Castagnoli and others, 1993;
 * RFC 3720, appendix B.4)
 *
 * Several bytes a round, with a table for each: "slicing". (Kounavis and Berry, 2005) Long data is
 * taken sixteen bytes a round, by words; for short data that would not be worth its preparation.
 */

const polynomial = 0x82f63b78;

/** Table k, at 256 k, says what a byte contributes that is followed by k others. */
const tables = createTables(16);

/** From here on a view of the words is worth its price, in bytes. */
const longBytes = 512;

/**
 * The checksum of `data` from `start` to `end`.
 *
 * @param before the checksum of what comes before it, to go on from; 0 at the beginning
 * @returns a whole number below 2**32
 */
export function crc32c(
  data: Uint8Array,
  start: number = 0,
  end: number = data.length,
  before: number = 0,
): number {
  let crc = ~before;
  let at = start;
  if (end - start >= longBytes) {
    const words = (end - start) & ~15;
    crc = sixteenAtATime(new DataView(data.buffer, data.byteOffset + start, words), crc);
    at += words;
  }
  for (const last = end - 7; at < last; at += 8) {
    crc ^= byte(data, at) | (byte(data, at + 1) << 8) | (byte(data, at + 2) << 16);
    crc ^= byte(data, at + 3) << 24;
    crc =
      fourBytes(crc, 4) ^
      table(3, byte(data, at + 4)) ^
      table(2, byte(data, at + 5)) ^
      table(1, byte(data, at + 6)) ^
      table(0, byte(data, at + 7));
  }
  for (; at < end; at++) crc = table(0, crc ^ byte(data, at)) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function sixteenAtATime(view: DataView, before: number): number {
  let crc = before;
  for (let at = 0; at < view.byteLength; at += 16) {
    crc =
      fourBytes(crc ^ view.getInt32(at, true), 12) ^
      fourBytes(view.getInt32(at + 4, true), 8) ^
      fourBytes(view.getInt32(at + 8, true), 4) ^
      fourBytes(view.getInt32(at + 12, true), 0);
  }
  return crc;
}

/** What four bytes contribute, the lowest first, that are followed by so many others. */
function fourBytes(bytes: number, others: number): number {
  return (
    table(others + 3, bytes) ^
    table(others + 2, bytes >>> 8) ^
    table(others + 1, bytes >>> 16) ^
    table(others, bytes >>> 24)
  );
}

function table(k: number, value: number): number {
  return tables[256 * k + (value & 0xff)] as number;
}

function byte(data: Uint8Array, index: number): number {
  return data[index] as number;
}

function createTables(count: number): Int32Array {
  const all = new Int32Array(256 * count);
  for (let value = 0; value < 256; value++) {
    let crc = value;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    all[value] = crc;
  }
  for (let at = 256; at < all.length; at++) {
    const crc = all[at - 256] as number;
    all[at] = (crc >>> 8) ^ (all[crc & 0xff] as number);
  }
  return all;
}
