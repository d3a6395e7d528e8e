/** Follows which epoch was the best: by `val_loss` where there is validation, else by `loss`; the smaller, the better. */
export class BestEpoch {
  private best: { readonly epoch: number; readonly value: number } | undefined;

  /** From 0; undefined before the first epoch with a loss that is a number. */
  get epoch(): number | undefined {
    return this.best?.epoch;
  }

  /** Whether this epoch is better than all before. A loss that is not a number never is. */
  improves(epoch: number, metrics: Readonly<Record<string, number>>): boolean {
    const value = metrics['val_loss'] ?? metrics['loss'];
    if (value === undefined || Number.isNaN(value) || (this.best && value >= this.best.value)) return false;
    this.best = { epoch, value };
    return true;
  }
}
