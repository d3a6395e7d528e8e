import { readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';

const MEGABYTE = 1_000_000;
const FIRST_MS = 500;
const SHORTEST_MS = 2000;
const LONGEST_MS = 10_000;

interface Counters {
  readonly at: number;
  readonly busy: number;
  readonly total: number;
  readonly own: number;
  readonly network: { readonly received: number; readonly sent: number } | undefined;
}

/**
 * Reads how busy the machine is, under MLflow's names and in its units: percent, and megabytes of 10⁶ bytes. The first reading
 * comes early, so that a short run has some; later ones grow apart.
 */
export class SystemMetrics {
  private timer: NodeJS.Timeout | undefined;
  private previous: Counters | undefined;
  private origin: Counters | undefined;
  private startedAt = 0;
  private step = 0;
  private stopped = false;

  /**
   * @param folder the folder whose file system is measured.
   * @param report takes one reading; steps count the readings from 0.
   * @param intervalMs a fixed interval; absent: 2 to 10 seconds, growing with the run.
   */
  constructor(
    private readonly folder: string,
    private readonly report: (metrics: Readonly<Record<string, number>>, step: number) => void,
    private readonly intervalMs?: number,
  ) {}

  async start(): Promise<void> {
    this.startedAt = performance.now();
    this.origin = await readCounters();
    this.previous = this.origin;
    this.schedule(Math.min(FIRST_MS, this.intervalMs ?? FIRST_MS));
  }

  /** Takes a last reading. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    clearTimeout(this.timer);
    if (this.previous) await this.sample();
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.tick(), delayMs);
    this.timer.unref();
  }

  private async tick(): Promise<void> {
    await this.sample();
    const age = performance.now() - this.startedAt;
    this.schedule(this.intervalMs ?? Math.min(LONGEST_MS, Math.max(SHORTEST_MS, age / 20)));
  }

  private async sample(): Promise<void> {
    const [counters, disk] = await Promise.all([readCounters(), readDisk(this.folder)]);
    const previous = this.previous;
    const origin = this.origin;
    if (!previous || !origin) return;
    this.previous = counters;
    const metrics: Record<string, number> = {};
    const total = counters.total - previous.total;
    if (total > 0) metrics['system/cpu_utilization_percentage'] = (100 * (counters.busy - previous.busy)) / total;
    const used = totalmem() - freemem();
    metrics['system/system_memory_usage_megabytes'] = used / MEGABYTE;
    metrics['system/system_memory_usage_percentage'] = (100 * used) / totalmem();
    const elapsed = counters.at - previous.at;
    // One core kept busy is 100 %, as `top` counts.
    if (elapsed > 0) metrics['system/process_cpu_percentage'] = (100 * (counters.own - previous.own)) / elapsed;
    metrics['system/process_memory_usage_megabytes'] = process.memoryUsage.rss() / MEGABYTE;
    if (counters.network && origin.network) {
      metrics['system/network_receive_megabytes'] = (counters.network.received - origin.network.received) / MEGABYTE;
      metrics['system/network_transmit_megabytes'] = (counters.network.sent - origin.network.sent) / MEGABYTE;
    }
    Object.assign(metrics, disk);
    this.report(metrics, this.step++);
  }
}

async function readCounters(): Promise<Counters> {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    total += all;
    busy += all - times.idle;
  }
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), busy, total, own: (user + system) / 1000, network: await readNetwork() };
}

/** Bytes through all interfaces but the loopback since boot; undefined where the system has no /proc. */
async function readNetwork(): Promise<Counters['network']> {
  const text = process.platform === 'linux' ? await readFile('/proc/self/net/dev', 'latin1').catch(() => '') : '';
  let received = 0;
  let sent = 0;
  let seen = false;
  for (const line of text.split('\n')) {
    const [name, counts] = line.split(':');
    if (counts === undefined || name?.trim() === 'lo') continue;
    const fields = counts.trim().split(/\s+/).map(Number);
    received += fields[0] ?? 0;
    sent += fields[8] ?? 0;
    seen = true;
  }
  return seen ? { received, sent } : undefined;
}

async function readDisk(folder: string): Promise<Record<string, number>> {
  try {
    const { bsize, blocks, bfree, bavail } = await statfs(folder);
    const used = (blocks - bfree) * bsize;
    if (blocks === 0) return {};
    return {
      'system/disk_usage_megabytes': used / MEGABYTE,
      // Of what people can use: the reserve of the system is not theirs.
      'system/disk_usage_percentage': (100 * used) / (used + bavail * bsize),
      'system/disk_available_megabytes': (bavail * bsize) / MEGABYTE,
    };
  } catch {
    return {};
  }
}
