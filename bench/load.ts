// Clients that log at once while the server is killed and started again: what was acknowledged is there, nothing is there twice.
import { parseArgs } from 'node:util';
import { logUnderLoad } from '../test/load/logging';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
    kills: { type: 'string', default: '3' },
  },
});
const clients = Number(values.clients);
const { acknowledged, repeated, seconds, points } = await logUnderLoad({
  clients,
  seconds: Number(values.seconds),
  kills: Number(values.kills),
});
console.log(
  `${clients} clients, ${seconds.toFixed(0)} s, killed ${values.kills} times: ${acknowledged.toLocaleString('en')} requests acknowledged (${(acknowledged / seconds).toFixed(0)} a second), ` +
    `${repeated} sent again; ${points.toLocaleString('en')} points, all there, none twice.`,
);
