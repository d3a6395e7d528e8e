// A script on the public API that ends in the way its argument says.
import { logMetrics, logParams, withRun } from '../../../../src/api';

const manner = process.argv[2];

await withRun({ experiment: 'children', systemMetrics: false }, async (run) => {
  logParams({ manner });
  logMetrics({ loss: 0.5 }, { step: 0, timestamp: 1000 });
  await run.flush();
  const forever = manner === 'forget' ? undefined : setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => process.send?.({ runId: run.runId }, () => resolve()));
  // Not flushed: whoever ends the run has to.
  logMetrics({ loss: 0.25 }, { step: 1 });
  process.on('SIGHUP', () => process.send?.({ runId: 'hung up' }));
  if (manner === 'print') setInterval(() => process.stdout.write('still here\n'), 5);
  if (manner === 'uncaught') setImmediate(() => fail('nobody caught it'));
  if (manner === 'rejection') void Promise.reject(new Error('nobody awaited it'));
  if (manner === 'throw') fail('thrown');
  if (manner !== 'return') await new Promise(() => undefined);
  clearInterval(forever);
});
process.disconnect?.();

function fail(message: string): never {
  throw new TypeError(message);
}
