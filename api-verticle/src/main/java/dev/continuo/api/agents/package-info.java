/** The agents dialect: its paths, its words, its shapes. */
package dev.continuo.api.agents;
