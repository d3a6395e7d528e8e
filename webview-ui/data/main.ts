import type { DataEvent, DataRequest } from '../../src/protocol/data';
import { Bridge } from '../bridge';
import './dataApp';
import { DataModel } from './dataModel';

const bridge = new Bridge<DataRequest, DataEvent>();
const model = new DataModel(
  (request) => bridge.post(request),
  (state) => bridge.keep(state),
);
bridge.listen((event) => model.apply(event));

const app = document.createElement('data-app');
Object.assign(app, { model });
// VS Code gives every page a margin that our sticky bar would not cover.
document.body.style.padding = '0';
document.body.append(app);
model.post({ type: 'ready' });
