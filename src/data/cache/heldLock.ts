/** Gives the lock back; closing twice does nothing. */
export interface HeldLock {
  release(): void;
}
