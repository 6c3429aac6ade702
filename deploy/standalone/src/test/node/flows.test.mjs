import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  dynamicForkTask,
  forkTaskJoin,
  generateJoinTask,
  inlineTask,
  jsonJqTask,
  newLoopTask,
  setVariableTask,
  simpleTask,
  subWorkflowTask,
  switchTask,
  terminateTask,
  waitTaskDuration,
} from '@io-orkes/conductor-javascript';
import { completed, ended, executor, reached, read, references, register, start, task, unique, working } from './sdk.mjs';

const squares = (taskDefName) => ({
  taskDefName,
  concurrency: 20,
  execute: async ({ inputData: { n } }) => completed({ square: n * n }),
});

test('the join that the SDK makes waits for all branches', async () => {
  const type = unique('square');
  const [fork, join] = forkTaskJoin('fork', []);
  fork.forkTasks = [
    [simpleTask('left', type, { n: 2 })],
    [simpleTask('right', type, { n: 3 }), simpleTask('after', type, { n: '${right.output.square}' })],
  ];
  assert.deepEqual(join.joinOn, []);
  const id = await start(await register([fork, join]));
  await executor.updateTaskByRefName('left', id, 'COMPLETED', { square: 4 });
  assert.equal((await read(id)).status, 'RUNNING');

  const run = await working([squares(type)], () => ended(id, 'COMPLETED'));

  assert.deepEqual(task(run, join.taskReferenceName).outputData, { left: { square: 4 }, after: { square: 81 } });
});

test('a dynamic fork runs the tasks that it is given', async () => {
  const type = unique('square');
  const fork = dynamicForkTask('fork', '${workflow.input.tasks}', '${workflow.input.inputs}');
  const name = await register([fork, generateJoinTask({ name: 'join' })]);
  const parts = [2, 3, 4].map((n) => ({ name: type, type: 'SIMPLE', taskReferenceName: `part_${n}` }));
  const inputs = Object.fromEntries([2, 3, 4].map((n) => [`part_${n}`, { n }]));

  const run = await working([squares(type)], async () =>
    ended(await start(name, { tasks: parts, inputs }), 'COMPLETED'));

  assert.deepEqual(
    references(run).toSorted(), ['fork', 'join_ref', 'part_2', 'part_3', 'part_4']);
  assert.deepEqual(
    task(run, 'join_ref').outputData, { part_2: { square: 4 }, part_3: { square: 9 }, part_4: { square: 16 } });
});

test('a loop numbers its tasks and keeps their outputs', async () => {
  const type = unique('square');
  const name = await register([newLoopTask('loop', 3, [simpleTask('pass', type, { n: '${loop.output.iteration}' })])]);

  const run = await working([squares(type)], async () => ended(await start(name), 'COMPLETED'));

  assert.deepEqual(references(run).toSorted(), ['loop', 'pass__1', 'pass__2', 'pass__3']);
  assert.equal(task(run, 'pass__2').iteration, 2);
  assert.deepEqual(task(run, 'loop').outputData, {
    iteration: 3,
    1: { pass: { square: 1 } },
    2: { pass: { square: 4 } },
    3: { pass: { square: 9 } },
  });
});

for (const [kind, taken] of [['big', 'large'], ['small', 'little'], ['odd', 'other']]) {
  test(`a switch takes the case of its value: ${kind}`, async () => {
    const choice = switchTask(
      'choice',
      '${workflow.input.kind}',
      { big: [inlineTask('large', '1', 'graaljs')], small: [inlineTask('little', '2', 'graaljs')] },
      [inlineTask('other', '3', 'graaljs')]);
    const name = await register([choice, inlineTask('last', '4', 'graaljs')]);

    const run = await ended(await start(name, { kind }), 'COMPLETED');

    assert.deepEqual(references(run), ['choice', taken, 'last']);
    assert.deepEqual(task(run, 'choice').outputData.evaluationResult, [kind]);
  });
}

test('a sub-workflow gives its output to its parent', async () => {
  const add = inlineTask('add', '$.n + 1', 'graaljs');
  add.inputParameters.n = '${workflow.input.n}';
  const child = await register([add], { outputParameters: { sum: '${add.output.result}' } });
  const sub = { ...subWorkflowTask('sub', child, 1), inputParameters: { n: '${workflow.input.n}' } };
  const name = await register([sub], { outputParameters: { sum: '${sub.output.sum}' } });

  const run = await ended(await start(name, { n: 41 }), 'COMPLETED');

  assert.deepEqual(run.output, { sum: 42 });
  const childRun = await read(task(run, 'sub').subWorkflowId);
  assert.equal(childRun.parentWorkflowId, run.workflowId);
  assert.deepEqual(childRun.input, { n: 41 });
});

test('a failed sub-workflow fails its parent, and a retry resumes it', async () => {
  const child = await register([{ ...simpleTask('step', unique('step'), {}), retryCount: 0 }]);
  const id = await start(await register([subWorkflowTask('sub', child, 1)]));
  const { subWorkflowId } = await reached(id, 'sub', 'IN_PROGRESS');
  await reached(subWorkflowId, 'step', 'SCHEDULED');
  await executor.updateTaskByRefName('step', subWorkflowId, 'FAILED', {});
  await ended(id, 'FAILED');

  await executor.retry(id, true);

  await reached(subWorkflowId, 'step', 'SCHEDULED');
  await executor.updateTaskByRefName('step', subWorkflowId, 'COMPLETED', {});
  assert.equal(task(await ended(id, 'COMPLETED'), 'sub').subWorkflowId, subWorkflowId);
});

test('a terminate task ends the run', async () => {
  const name = await register([
    terminateTask('end', 'FAILED', 'enough'),
    simpleTask('never', unique('step'), {}),
  ]);

  const run = await ended(await start(name), 'FAILED');

  assert.deepEqual(references(run), ['end']);
  assert.match(run.reasonForIncompletion, /enough/);
});

test('variables are set, transformed with jq and read after a wait', async () => {
  const jq = jsonJqTask('jq', '[.people[] | .name]');
  jq.inputParameters.people = '${workflow.variables.people}';
  const name = await register(
    [setVariableTask('set', { people: '${workflow.input.people}' }), waitTaskDuration('wait', '1 seconds'), jq],
    { outputParameters: { names: '${jq.output.result}' } });

  const run = await ended(await start(name, { people: [{ name: 'Ada' }, { name: 'Grace' }] }), 'COMPLETED');

  assert.deepEqual(run.output, { names: ['Ada', 'Grace'] });
});
