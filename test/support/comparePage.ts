import type { FrameLocator, Locator } from 'playwright-core';

/** The page of the Compare panel, as a person reads and uses it. */
export class ComparePage {
  constructor(readonly frame: FrameLocator) {}

  get legend(): Locator {
    return this.frame.locator('run-legend li[data-run]');
  }

  card(metric: string): Locator {
    return this.frame.locator(`chart-card[data-metric="${metric}"]`);
  }

  canvas(metric: string): Locator {
    return this.card(metric).locator('canvas').first();
  }

  row(name: string): Locator {
    return this.frame.locator(`[data-testid="compare-table"] tr[data-row="${name}"]`);
  }

  get onlyDiffering(): Locator {
    return this.frame.locator('[data-testid="only-differing"]');
  }

  /** How many rows of values the data table behind a chart has; the table must be shown. */
  async valueCount(metric: string): Promise<number> {
    const count = await this.card(metric).locator('points-table table').getAttribute('aria-rowcount');
    return Number(count) - 1;
  }

  async showTable(metric: string, shown: boolean): Promise<void> {
    const button = this.card(metric).locator('[data-action="table"]');
    if ((await button.getAttribute('aria-pressed')) !== String(shown)) await button.click();
    await this.card(metric)
      .locator(shown ? 'points-table table' : 'canvas')
      .first()
      .waitFor();
  }

  /** Whether anything is drawn on a chart's canvas: some pixel differs from the first. */
  async isDrawn(metric: string): Promise<boolean> {
    return this.canvas(metric).evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return pixels?.some((value, index) => value !== pixels[index % 4]) ?? false;
    });
  }
}
