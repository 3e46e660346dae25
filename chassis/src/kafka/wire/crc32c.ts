/** Castagnoli's polynomial, reflected. */
const POLYNOMIAL = 0x82f63b78;

function remainderOf(byte: number): number {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
}

/** For each byte what it leaves when 0, 1, 2 and 3 more bytes follow, so that four bytes are taken at once. */
const tables = [Int32Array.from({ length: 256 }, (_, byte) => remainderOf(byte))];
for (let following = 1; following < 4; following++) {
  const [first, previous] = [tables[0] as Int32Array, tables[following - 1] as Int32Array];
  tables.push(previous.map((rest) => (first[rest & 0xff] as number) ^ (rest >>> 8)));
}
const [T0, T1, T2, T3] = tables as [Int32Array, Int32Array, Int32Array, Int32Array];

/** The checksum of a Kafka record batch. */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  let at = 0;
  const at4 = (index: number): number => bytes[index] as number;
  for (const last = bytes.length - 3; at < last; at += 4) {
    crc ^= at4(at) | (at4(at + 1) << 8) | (at4(at + 2) << 16) | (at4(at + 3) << 24);
    crc =
      (T3[crc & 0xff] as number) ^ (T2[(crc >>> 8) & 0xff] as number) ^ (T1[(crc >>> 16) & 0xff] as number) ^ (T0[crc >>> 24] as number);
  }
  for (; at < bytes.length; at++) crc = (T0[(crc ^ at4(at)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}
