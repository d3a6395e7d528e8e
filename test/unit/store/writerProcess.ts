import { openStore } from '../../../src/store/sqlite/store';

/**
 * A program for the tests: `writer FOLDER RUN KEY COUNT` logs batches of ten points to a run, and prints a batch's number once the
 * store has answered for it. COUNT 0 goes on for ever.
 */
async function main([folder, runId, key, count]: string[]): Promise<void> {
  const engine = await openStore(folder!, { create: false });
  const known = await engine.metrics.history(runId!, key!, { maxResults: 1_000_000 });
  let batch = (known.items.at(-1)?.step ?? -1) + 1;
  const last = Number(count) === 0 ? Infinity : batch + Number(count);
  for (; batch < last; batch++) {
    const metrics = Array.from({ length: 10 }, (_, value) => ({ key: key!, step: batch, timestamp: 1_000 + batch, value }));
    await engine.runs.logBatch(runId!, { metrics, tags: { [`batch.${key}`]: String(batch) } });
    process.stdout.write(`${batch}\n`);
  }
  await engine.close();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
