/** Definitions: what a plan is, which task types there are, and how a document of each dialect becomes a plan. */
package dev.continuo.definition;
