/** The admin API: what operators and the administrators of namespaces do, apart from all dialects. */
package dev.continuo.api.admin;
