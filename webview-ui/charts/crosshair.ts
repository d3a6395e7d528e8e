/** Where the pointer stands, told to every chart whose x axis means the same. */
export interface CrosshairPlace {
  /** Charts of one scope share their x values. */
  readonly scope: string;
  readonly x: number;
  /** Who is being pointed at: it shows the values. */
  readonly source: object;
}

export class Crosshair {
  private readonly listeners = new Set<(place: CrosshairPlace | undefined) => void>();

  move(place: CrosshairPlace | undefined): void {
    for (const listener of this.listeners) listener(place);
  }

  subscribe(listener: (place: CrosshairPlace | undefined) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
