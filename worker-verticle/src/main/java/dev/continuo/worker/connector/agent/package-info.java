/** The nodes of agents that workers execute. */
package dev.continuo.worker.connector.agent;
