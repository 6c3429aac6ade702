/** The query language of searches (conductor: Index), as a tree: pure, and without any SQL. */
package dev.continuo.search;
