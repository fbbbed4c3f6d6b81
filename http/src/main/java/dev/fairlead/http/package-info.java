/** The HTTP frontend and what a user needs to configure it. Codecs and exchanges are internal. */
package dev.fairlead.http;
