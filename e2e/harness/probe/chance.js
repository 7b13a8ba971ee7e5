// Part of the probe: replaces the page's random numbers by the same ones in every run, so that two runs of one schedule do not differ
// by chance. Documents at other addresses, or that begin at other times, get other numbers.

let drawn = null; // the generator's state, from the first number on

/** Mulberry32, 32 bits at a time; good enough for ids, and for nothing that must be secret. */
function draw() {
  if (drawn === null) {
    drawn = Math.floor(clock.now) % 4294967296 | 0;
    for (const letter of chancePlace) drawn = (Math.imul(drawn, 31) + letter.codePointAt(0)) | 0;
  }
  drawn = (drawn + 0x6d2b79f5) | 0;
  let mixed = Math.imul(drawn ^ (drawn >>> 15), 1 | drawn);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

native.wrap(Math, 'random', () => draw() / 4294967296);
native.wrap(Crypto.prototype, 'getRandomValues', (fill, self, args) => {
  const array = Reflect.apply(fill, self, args); // which refuses what the browser refuses
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let place = 0; place < bytes.length; place += 1) bytes[place] = draw() & 255;
  return array;
});
if (Crypto.prototype.randomUUID) { // only in a secure context
  native.wrap(Crypto.prototype, 'randomUUID', () => {
    const hex = Array.from({ length: 32 }, () => (draw() & 15).toString(16));
    hex[12] = '4';
    hex[16] = '89ab'[draw() & 3];
    return [8, 12, 16, 20].reduceRight((text, place) => `${text.slice(0, place)}-${text.slice(place)}`, hex.join(''));
  });
}
