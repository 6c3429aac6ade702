import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NonRetryableException, simpleTask, taskDefinition } from '@io-orkes/conductor-javascript';
import { completed, ended, metadata, read, register, start, tasks, unique, until, working } from './sdk.mjs';

const WORKERS = 20;
const RUNS = 100;

const retried = async (type, retryCount) =>
  metadata.registerTask(taskDefinition({ name: type, retryCount, retryDelaySeconds: 0, timeoutSeconds: 0 }));

test('twenty workers do every task once', async () => {
  const twice = unique('twice');
  const plusOne = unique('plus_one');
  const name = await register(
    [
      simpleTask('a', twice, { n: '${workflow.input.n}' }),
      simpleTask('b', plusOne, { n: '${a.output.n}' }),
    ],
    { outputParameters: { n: '${b.output.n}' } });
  const executions = new Map();
  const worker = (taskDefName, work) => ({
    taskDefName,
    concurrency: WORKERS,
    execute: async (polled) => {
      executions.set(polled.taskId, (executions.get(polled.taskId) ?? 0) + 1);
      return completed({ n: work(polled.inputData.n) });
    },
  });

  await working([worker(twice, (n) => n * 2), worker(plusOne, (n) => n + 1)], async () => {
    const ids = await Promise.all(Array.from({ length: RUNS }, (_, n) => start(name, { n })));
    for (const [n, id] of ids.entries()) {
      assert.deepEqual((await ended(id, 'COMPLETED')).output, { n: n * 2 + 1 });
    }
  });

  assert.equal(executions.size, 2 * RUNS);
  assert.deepEqual([...new Set(executions.values())], [1]);
});

test('a task that failed is tried again', async () => {
  const type = unique('flaky');
  await retried(type, 2);
  const id = await start(await register([simpleTask('flaky', type, {})]));
  const execute = async (polled) => {
    if (polled.retryCount === 0) {
      throw new Error('not today');
    }
    return completed({ attempt: polled.retryCount });
  };

  const run = await working([{ taskDefName: type, execute }], () => ended(id, 'COMPLETED'));

  const [first, second] = run.tasks;
  assert.equal(run.tasks.length, 2);
  assert.equal(first.status, 'FAILED');
  assert.equal(first.reasonForIncompletion, 'not today');
  assert.equal(second.status, 'COMPLETED');
  assert.equal(second.retryCount, 1);
  assert.equal(second.retriedTaskId, first.taskId);
  assert.deepEqual(second.outputData, { attempt: 1 });
  const logs = await tasks.getTaskLogs(first.taskId);
  assert.match(logs[0].log, /not today/);
});

test('an exception that says so is not tried again', async () => {
  const type = unique('hopeless');
  await retried(type, 5);
  const id = await start(await register([simpleTask('hopeless', type, {})]));
  const execute = async () => {
    throw new NonRetryableException('never');
  };

  const run = await working([{ taskDefName: type, execute }], () => ended(id, 'FAILED'));

  assert.deepEqual(run.tasks.map((found) => found.status), ['FAILED_WITH_TERMINAL_ERROR']);
  assert.match(run.reasonForIncompletion, /never/);
});

test('a task in progress is polled again and keeps its output', async () => {
  const type = unique('slow');
  const id = await start(await register([simpleTask('slow', type, {})]));
  const execute = async (polled) =>
    polled.pollCount === 1
      ? { status: 'IN_PROGRESS', callbackAfterSeconds: 1, outputData: { half: true } }
      : completed({ rest: true });

  const run = await working([{ taskDefName: type, execute }], () => ended(id, 'COMPLETED'));

  assert.equal(run.tasks.length, 1);
  assert.equal(run.tasks[0].pollCount, 2);
  assert.deepEqual(run.tasks[0].outputData, { half: true, rest: true });
});

test('logs of a task are kept in their order', async () => {
  const type = unique('talker');
  const id = await start(await register([simpleTask('talker', type, {})]));
  const [{ taskId }] = (await read(id)).tasks;
  await tasks.addTaskLog(taskId, 'before');
  const log = (text) => ({ log: text, createdTime: Date.now() });
  const execute = async () => ({ ...completed({}), logs: [log('one'), log('two')] });

  await working([{ taskDefName: type, execute }], () => ended(id, 'COMPLETED'));

  assert.deepEqual((await tasks.getTaskLogs(taskId)).map((entry) => entry.log), ['before', 'one', 'two']);
});

test('a worker gets the tasks of its domain only', async () => {
  const type = unique('step');
  const name = await register([simpleTask('step', type, {})]);
  const blue = await start(name, {}, { taskToDomain: { [type]: 'blue' } });
  const plain = await start(name);
  const execute = async () => completed({});

  await working([{ taskDefName: type, domain: 'blue', execute }], () => ended(blue, 'COMPLETED'));

  assert.equal((await read(plain)).tasks[0].status, 'SCHEDULED');
});

test('queues and their pollers are listed', async () => {
  const type = unique('queued');
  const name = await register([simpleTask('step', type, {})]);
  const ids = [await start(name), await start(name)];
  assert.deepEqual(await tasks.getQueueSizeForTask([type]), { [type]: 2 });

  await working([{ taskDefName: type, execute: async () => completed({}) }], async () => {
    await Promise.all(ids.map((id) => ended(id, 'COMPLETED')));
    await until('the poller is known', async () =>
      (await tasks.getTaskPollData(type)).some((poller) => poller.queueName === type));
  });

  assert.deepEqual(await tasks.getQueueSizeForTask([type]), { [type]: 0 });
});

test('tasks are found', async () => {
  const type = unique('step');
  const id = await start(await register([simpleTask('step', type, {})]));
  const [{ taskId }] = (await read(id)).tasks;

  const found = await until('the task is found', async () => {
    const page = await tasks.search(0, 10, '', '*', `taskType = '${type}'`);
    return page.totalHits === 1 && page;
  });

  assert.equal(found.results[0].taskId, taskId);
  assert.equal(found.results[0].workflowId, id);
});
