/**
 * The task type SCRIPT_EXECUTION: runs a stored JavaScript function {@code (input, libraries, ctx)}.
 *
 * <p>{@code input} is the member {@code _input} of the task's {@code _inputParams}, or when there is none, an object of
 * all its members but {@code _userType} and {@code _scriptName}. {@code libraries} is an empty object.
 * {@code ctx} is {@code {namespace, runId, taskId, attempt}}. What the function returns is the task's output: an object
 * as it is, anything else as {@code {"_result": value}}.
 */
package dev.continuo.worker.connector.script;
