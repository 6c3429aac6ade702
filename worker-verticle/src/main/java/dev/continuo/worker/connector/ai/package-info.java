/**
 * Language models behind one interface, and the task types that ask them. A provider speaks its own wire format and
 * nothing else; what tasks make of an answer is theirs.
 */
package dev.continuo.worker.connector.ai;
