package dev.fairlead.balance;

import java.util.Objects;

/** What stands after Nginx's {@code hash}: one that comes out empty is no key, and the request has a turn. */
record NginxKey(HashKey key) implements HashKey {
  NginxKey {
    Objects.requireNonNull(key, "key");
  }

  @Override
  public boolean write(PickContext request, KeySink into) {
    return key.write(request, into) && !(into instanceof KeyBuffer buffer && buffer.length() == 0);
  }

  @Override
  public String toString() {
    return key.toString();
  }
}
