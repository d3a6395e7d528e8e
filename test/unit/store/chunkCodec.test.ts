import assert from 'node:assert/strict';
import { ChunkWriter, EMPTY_TAIL, decodeChunk } from '../../../src/store/sqlite/chunkCodec';
import { randomSource } from '../../contract/randomSource';

describe('Chunks of points', function () {
  this.timeout(30_000);
  const random = randomSource(3);
  const integer = (bits: number): number => Math.floor((random() - 0.5) * 2 ** bits);

  it('give back every point exactly, however they were appended', () => {
    for (let round = 0; round < 200; round++) {
      const bits = Math.floor(random() * 54);
      const points = Array.from({ length: 1 + Math.floor(random() * 256) }, (_, index) => ({
        step: integer(bits),
        time: random() < 0.1 ? Number.MAX_SAFE_INTEGER : integer(bits),
        sequence: index * round,
        value: [random() * 10 ** integer(9), NaN, -0, Number.MAX_VALUE, 5e-324][Math.floor(random() * 5)]!,
      }));
      let bytes: Uint8Array | undefined;
      let tail = EMPTY_TAIL;
      for (let from = 0; from < points.length;) {
        const part = points.slice(from, from + 1 + Math.floor(random() * 100));
        const writer = new ChunkWriter(bytes, tail, part.length);
        for (const { step, time, sequence, value } of part) writer.add(step, time, sequence, value);
        bytes = writer.finish().slice();
        tail = writer.tail;
        from += part.length;
      }
      const read = decodeChunk(bytes!, points.length);
      points.forEach(({ step, time, sequence, value }, index) => {
        assert.deepEqual(
          [read.steps[index], read.times[index], read.sequences[index], read.values[index]],
          [step + 0, time + 0, sequence, value],
        );
      });
    }
  });

  it('take about eleven bytes a point that is logged step by step', () => {
    const writer = new ChunkWriter(undefined, EMPTY_TAIL, 256);
    for (let step = 0; step < 256; step++) writer.add(step, 1_700_000_000_000 + step * 20, 5, Math.sin(step));
    assert.ok(writer.finish().length < 256 * 11.2, `${writer.finish().length} bytes`);
  });
});
