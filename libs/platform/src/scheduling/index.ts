export { Scheduler } from './scheduler';
export { NotOurs, Workers } from './workers';
