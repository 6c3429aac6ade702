/** The configuration of the engine and its assembly. */
package dev.continuo.engine;
