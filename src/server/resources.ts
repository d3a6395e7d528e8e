import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Engine } from '../store/engine';
import type { ArtifactUris } from './artifactUris';
import type { MultipartUploads } from './multipartUploads';
import type { Pace } from './pace';
import type { Turns } from './turns';
import type { TypeBox } from './validation';

/** The framework as our routes see it. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBox>;

/** What routes work with. */
export interface Resources {
  readonly engine: Engine;
  readonly uris: ArtifactUris;
  readonly uploads: MultipartUploads;
  /** What uploads have to keep up. */
  readonly pace: Pace | undefined;
  /** For what is read, changed and written back. */
  readonly turns: Turns;
}
