package dev.fairlead.http;

import dev.fairlead.balance.HashKey;
import dev.fairlead.balance.KeySink;
import dev.fairlead.balance.PickContext;
import dev.fairlead.http.spi.RequestInfo;

/**
 * A part of a request that needs no settings but its name.
 *
 * @param name empty where there is only one such part
 */
record PartKey(Kind kind, String name) implements HashKey {
  /** Which part. */
  enum Kind {
    QUERY_PARAMETER("queryParameter") {
      @Override
      boolean write(RequestInfo info, String name, KeySink into) {
        return info.writeQueryParameter(name, into);
      }
    },
    COOKIE("cookie") {
      @Override
      boolean write(RequestInfo info, String name, KeySink into) {
        return info.writeCookie(name, into);
      }
    },
    HOST("host") {
      @Override
      boolean write(RequestInfo info, String name, KeySink into) {
        KeyText text = KeyText.empty();
        if (!info.writeAuthority(text)) {
          return false;
        }
        text.toLowerCase();
        int behindIpv6 = text.length() > 0 && text.at(0) == '[' ? text.find(']', 0) : 0;
        int end = text.find(':', behindIpv6);
        boolean dot = end > 0 && text.at(end - 1) == '.'; // the root's, which Nginx drops
        return text.writeTo(into, 0, dot ? end - 1 : end);
      }
    },
    AUTHORITY("authority") {
      @Override
      boolean write(RequestInfo info, String name, KeySink into) {
        KeyText text = KeyText.empty();
        return info.writeAuthority(text) && text.writeTo(into, 0, text.length());
      }
    };

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    abstract boolean write(RequestInfo info, String name, KeySink into);
  }

  @Override
  public boolean write(PickContext request, KeySink into) {
    RequestInfo info = request.request(RequestInfo.class);
    return info != null && kind.write(info, name, into);
  }

  @Override
  public String toString() {
    return kind.word + "(" + name + ")";
  }
}
