import type { Engine } from '../../../src/store/engine';

/** A store that chooses ids itself, as MLflow's servers do. */
export const choosing = (engine: Engine): Engine =>
  Object.create(engine, { info: { value: { ...engine.info, keepsIds: false } } }) as Engine;

/** A store that calls `before` each of its writes. */
export function stopping(engine: Engine, before: () => void): Engine {
  const part = <T extends object>(whole: T): T =>
    new Proxy(whole, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (/^(create|log|update|set|finalize|write|delete|restore)/.test(String(name))) before();
          return (await Reflect.apply(value, target, args)) as unknown;
        };
      },
    });
  const { experiments, runs, metrics, artifacts, artifactTree, loggedModels, registry, feed, info } = engine;
  return {
    experiments: part(experiments),
    runs: part(runs),
    metrics,
    artifacts: part(artifacts),
    artifactTree: part(artifactTree),
    loggedModels: part(loggedModels),
    registry: part(registry),
    feed,
    info,
    close: () => engine.close(),
  };
}
