/** Definitions of the workflowsvc dialect: validation, compilation and secrets of a submitted document. */
package dev.continuo.definition.workflowsvc;
