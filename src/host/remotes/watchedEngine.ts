import { TrackingError } from '../../core/errors';
import type { Engine } from '../../store/engine';

/** An engine that works as the one it stands for, and tells when a call finds that the server can't be reached. */
export function watchedEngine(engine: Engine, unreachable: (error: TrackingError) => void): Engine {
  const noted = (error: unknown): void => {
    if (error instanceof TrackingError && error.code === 'TEMPORARILY_UNAVAILABLE') unreachable(error);
  };
  const watched = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name): unknown {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          const answer: unknown = Reflect.apply(method, target, args);
          if (answer instanceof Promise) answer.catch(noted);
          return answer;
        };
      },
    });
  return {
    experiments: watched(engine.experiments),
    runs: watched(engine.runs),
    metrics: watched(engine.metrics),
    artifacts: watched(engine.artifacts),
    artifactTree: watched(engine.artifactTree),
    loggedModels: watched(engine.loggedModels),
    registry: watched(engine.registry),
    feed: watched(engine.feed),
    info: engine.info,
    close: () => engine.close(),
  };
}
