/** A workflow that shows everything at work, followed live and checked to the last value. */
package dev.continuo.demo;
