import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { SystemMetrics } from '../../../src/autolog/systemMetrics';

describe('system metrics', () => {
  it("come under MLflow's names, within what is possible, with steps from 0", async () => {
    const readings: [Readonly<Record<string, number>>, number][] = [];
    let third: () => void = () => undefined;
    const three = new Promise<void>((resolve) => (third = resolve));
    const sampler = new SystemMetrics(
      tmpdir(),
      (metrics, step) => {
        readings.push([metrics, step]);
        if (readings.length === 3) third();
      },
      5,
    );
    await sampler.start();
    // The timer alone doesn't keep a process alive; this does, until it has fired.
    const alive = setInterval(() => undefined, 1000);
    await three;
    clearInterval(alive);
    await sampler.stop();
    assert.deepEqual(
      readings.slice(0, 3).map(([, step]) => step),
      [0, 1, 2],
    );
    const [metrics] = readings.at(-1)!;
    for (const key of ['system/system_memory_usage_percentage', 'system/disk_usage_percentage'])
      assert.ok(metrics[key]! > 0 && metrics[key]! <= 100, `${key} ${metrics[key]}`);
    const rss = process.memoryUsage.rss() / 1e6;
    assert.ok(metrics['system/process_memory_usage_megabytes']! > rss / 4 && metrics['system/process_memory_usage_megabytes']! < rss * 4);
    assert.ok(metrics['system/system_memory_usage_megabytes']! > metrics['system/process_memory_usage_megabytes']! / 4);
    if (process.platform === 'linux') assert.ok(metrics['system/network_receive_megabytes']! >= 0);
  });

  it('have a last reading at the end, and none after it', async () => {
    let count = 0;
    const sampler = new SystemMetrics(tmpdir(), () => count++, 60_000);
    await sampler.start();
    await sampler.stop();
    await sampler.stop();
    assert.equal(count, 1);
  });
});
