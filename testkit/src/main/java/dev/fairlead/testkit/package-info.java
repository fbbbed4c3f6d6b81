/**
 * What the tests of every module share: servers that misbehave on demand, virtual time, and checks
 * that nothing is left behind. Nothing here knows Fairlead itself.
 */
@NullMarked
package dev.fairlead.testkit;

import org.jspecify.annotations.NullMarked;
