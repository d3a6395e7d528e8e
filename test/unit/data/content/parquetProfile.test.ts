import assert from 'node:assert/strict';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { columnOf, ContentFolder } from './contentFolder';

describe('the profile of a Parquet file', () => {
  let folder: ContentFolder;
  before(() => (folder = new ContentFolder()));
  after(() => folder.dispose());

  const rows = 1000;
  const at = Array.from({ length: rows }, (_, index) => index);
  const file = (rowGroupSize: number): Uint8Array =>
    new Uint8Array(
      parquetWriteBuffer({
        rowGroupSize,
        columnData: [
          { name: 'id', data: at.map(BigInt), type: 'INT64' },
          { name: 'x', data: at.map((n) => (n % 10 === 3 ? null : n % 7)), type: 'DOUBLE', nullable: true },
          { name: 'name', data: at.map((n) => `name ${n % 4}`), type: 'STRING' },
          { name: 'ok', data: at.map((n) => n % 2 === 0), type: 'BOOLEAN' },
          { name: 'when', data: at.map((n) => new Date(Date.UTC(2026, 0, 1 + (n % 30)))), type: 'TIMESTAMP' },
          { name: 'class', data: at.map((n) => n % 5), type: 'INT32' },
        ],
      }),
    );

  for (const size of [rows, 64])
    it(`tells columns with their types, in row groups of ${size}`, async () => {
      const profile = await folder.profileOf(`a${size}.parquet`, file(size));
      assert.deepEqual([profile.format, profile.rows], ['parquet', rows]);
      assert.deepEqual(
        profile.columns?.map(({ name, type, missing, distinct }) => [name, type, missing, distinct.count]),
        [
          ['id', 'integer', 0, rows],
          ['x', 'number', 100, 7],
          ['name', 'text', 0, 4],
          ['ok', 'boolean', 0, 2],
          ['when', 'date', 0, 30],
          ['class', 'integer', 0, 5],
        ],
      );
      const present = at.filter((n) => n % 10 !== 3).map((n) => n % 7);
      const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
      assert.ok(Math.abs((columnOf(profile, 'x').numbers?.mean ?? 0) - mean) < 1e-12);
      assert.equal(columnOf(profile, 'when').dates?.max, '2026-01-30T00:00:00.000Z');
      assert.deepEqual(
        profile.labels?.counts.map(({ count }) => count),
        [200, 200, 200, 200, 200],
      );
      assert.deepEqual(profile.duplicates, { count: 0, examples: [], exact: true, compared: rows });
    });

  it('tells whole numbers of 64 bits in full digits, with their deviation', async () => {
    const data = [1n, 3n, 5n, 5n].map((n) => 2n ** 53n + n);
    const columnData = [{ name: 'id', data, type: 'INT64' as const }];
    const { numbers, distinct } = columnOf(await folder.profileOf('ids.parquet', new Uint8Array(parquetWriteBuffer({ columnData }))), 'id');
    assert.deepEqual(numbers?.digits, { min: '9007199254740993', max: '9007199254740997' });
    assert.ok(Math.abs((numbers.std ?? NaN) - Math.sqrt(11 / 3)) < 1e-12, String(numbers.std));
    assert.deepEqual(distinct, { count: 3, exact: true });
  });

  it('finds repeated rows over row groups', async () => {
    const columnData = [
      { name: 'a', data: [1, 2, 1, 3, 1], type: 'INT32' as const },
      { name: 'b', data: ['x', 'x', 'x', 'y', 'y'], type: 'STRING' as const },
    ];
    const profile = await folder.profileOf('d.parquet', new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 2 })));
    assert.deepEqual([profile.duplicates?.count, profile.duplicates?.examples], [1, [3]]);
  });

  it('refuses what is damaged, in one line', async () => {
    const whole = file(rows);
    await assert.rejects(
      folder.profileOf('cut.parquet', whole.subarray(0, whole.length - 9)),
      /cut\.parquet can't be read as Parquet: it is cut off/,
    );
    const claims = whole.slice();
    new DataView(claims.buffer).setUint32(claims.length - 8, 0x7fffffff, true);
    await assert.rejects(folder.profileOf('claims.parquet', claims), /its footer claims 2147483647 bytes/);
    for (let seed = 1; seed <= 40; seed++) {
      const damaged = whole.slice();
      for (let hit = 0; hit < 20; hit++) damaged[4 + ((seed * 7919 + hit * 104_729) % (whole.length - 12))]! ^= 1 + ((seed + hit) % 255);
      // Data may be damaged without being unreadable; whatever comes is an answer or one line, and nothing hangs.
      const error = await folder.profileOf('damaged.parquet', damaged).then(
        () => undefined,
        (reason: Error) => `${reason.name}: ${reason.message}`,
      );
      if (error !== undefined) assert.match(error, /TrackingError: damaged\.parquet can't be read as Parquet: [^\n]*$/);
    }
  });
});
