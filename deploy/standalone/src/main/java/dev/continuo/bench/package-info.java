/** Measures a server from outside: a load generator for the workflowsvc dialect that costs little itself. */
package dev.continuo.bench;
