/**
 * What a user says before the start: immutable, checked values. {@link dev.fairlead.config.Server} and
 * its like are copied with changes; {@link dev.fairlead.config.Backend} and the frontends, which contain
 * others, are built. Nothing here runs or refers to what runs.
 */
@CheckReturnValue
package dev.fairlead.config;

import com.google.errorprone.annotations.CheckReturnValue;
