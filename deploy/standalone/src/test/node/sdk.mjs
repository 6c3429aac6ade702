// The official JavaScript SDK, on the server whose address is in CONTINUO_URL.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  MetadataClient,
  TaskClient,
  TaskManager,
  WorkflowExecutor,
  orkesConductorClient,
  workflow,
} from '@io-orkes/conductor-javascript';

const LIMIT_MILLIS = 60_000;
const POLL_MILLIS = 10;
const ENDS = ['COMPLETED', 'FAILED', 'TIMED_OUT', 'TERMINATED'];
const silent = { debug() {}, info() {}, warn() {}, error() {} };

assert.ok(process.env.CONTINUO_URL, 'CONTINUO_URL is set');

export const client = await orkesConductorClient({ serverUrl: process.env.CONTINUO_URL, logger: silent });
export const executor = new WorkflowExecutor(client);
export const metadata = new MetadataClient(client);
export const tasks = new TaskClient(client);

/** A name that no other test has. */
export const unique = (prefix) => `${prefix}_${randomUUID().slice(0, 8)}`;

/** The first value of the source that is neither undefined nor false, within the limit. */
export async function until(description, source) {
  const end = Date.now() + LIMIT_MILLIS;
  for (;;) {
    const last = Date.now() >= end;
    const value = await source();
    if (value !== undefined && value !== false) {
      return value;
    }
    assert.ok(!last, `Not within ${LIMIT_MILLIS} ms: ${description}`);
    await delay(POLL_MILLIS);
  }
}

/** Registers a definition of these tasks, with further fields, and returns its name. */
export async function register(taskList, fields = {}) {
  const definition = { ...workflow(unique('flow'), taskList), ...fields };
  await executor.registerWorkflow(true, definition);
  return definition.name;
}

/** Starts a run and returns its id. */
export const start = (name, input = {}, fields = {}) =>
  executor.startWorkflow({ name, version: 1, input, ...fields });

export const read = (id) => executor.getWorkflow(id, true);

/** Waits for a status, and fails at once when the run ends in another. */
export const ended = (id, status) =>
  until(`workflow ${id} is ${status}`, async () => {
    const run = await read(id);
    const other = run.status !== status && ENDS.includes(run.status);
    assert.ok(!other, `${id} should be ${status}: ${JSON.stringify(run, null, 2)}`);
    return run.status === status && run;
  });

/** The latest attempt of a task. */
export const task = (run, reference) => run.tasks.findLast((found) => found.referenceTaskName === reference);

export const reached = (id, reference, status) =>
  until(`task ${reference} of ${id} is ${status}`, async () => {
    const found = task(await read(id), reference);
    return found?.status === status && found;
  });

export const references = (run) => run.tasks.map((found) => found.referenceTaskName);

/** Works while the body runs. */
export async function working(workers, body) {
  const manager = new TaskManager(client, workers, {
    logger: silent,
    options: { pollInterval: 10, batchPollingTimeout: 1_000 },
  });
  manager.startPolling();
  try {
    return await body();
  } finally {
    await manager.stopPolling();
  }
}

export const completed = (outputData) => ({ status: 'COMPLETED', outputData });
