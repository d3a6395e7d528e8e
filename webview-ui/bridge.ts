/** What VS Code gives a page, once. */
export interface HostBridge<Request, State> {
  postMessage(message: Request): void;
  getState(): State | undefined;
  setState(state: State): void;
}

declare function acquireVsCodeApi(): HostBridge<unknown, unknown>;

/** The page's end of the wire; `Event` is what the host sends. State is whatever was kept: check it. */
export class Bridge<Request, Event> {
  private readonly host = acquireVsCodeApi();

  post(message: Request): void {
    this.host.postMessage(message);
  }

  listen(listener: (event: Event) => void): void {
    window.addEventListener('message', (message: MessageEvent<Event>) => listener(message.data));
  }

  get kept(): unknown {
    return this.host.getState();
  }

  keep(state: unknown): void {
    this.host.setState(state);
  }
}
