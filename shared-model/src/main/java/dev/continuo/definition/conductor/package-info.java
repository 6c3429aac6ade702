/** The conductor dialect: its documents, what is wrong with them, and what they mean. */
package dev.continuo.definition.conductor;
