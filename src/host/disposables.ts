import type { Disposable } from '../core/disposable';

/** What an object must let go of when it goes itself, the newest first. */
export class Disposables implements Disposable {
  private readonly held: Disposable[] = [];
  private gone = false;

  add<T extends Disposable>(disposable: T): T {
    if (this.gone) disposable.dispose();
    else this.held.push(disposable);
    return disposable;
  }

  dispose(): void {
    this.gone = true;
    for (const disposable of this.held.splice(0).reverse()) disposable.dispose();
  }
}
