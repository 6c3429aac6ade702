/** Agents: what a document may say, its secrets, and the plan that it becomes. */
package dev.continuo.definition.agents;
