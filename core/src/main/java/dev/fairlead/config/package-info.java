/** Immutable, validated descriptions of servers, backends and frontends. Nothing here runs. */
package dev.fairlead.config;
