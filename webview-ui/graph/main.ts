import type { GraphEvent, GraphRequest } from '../../src/protocol/graph';
import { Bridge } from '../bridge';
import './graphApp';

const bridge = new Bridge<GraphRequest, GraphEvent>();
const app = document.createElement('graph-app');
Object.assign(app, { post: (request: GraphRequest) => bridge.post(request) });
bridge.listen((event) => {
  if (event.type === 'graph') bridge.keep({ version: 1, subject: event.subject });
  Object.assign(app, { told: event });
});
document.body.style.padding = '0';
document.body.append(app);
bridge.post({ type: 'ready' });
