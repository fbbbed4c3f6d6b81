package dev.fairlead.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balance.HashKey;
import dev.fairlead.balance.KeySink;
import dev.fairlead.testkit.Allocations;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keys take of a request. */
final class HttpKeysTest {
  /** The key's text; null when there is none. */
  private static @Nullable String key(HashKey key, HeadPick pick) {
    StringBuilder text = new StringBuilder();
    return key.write(pick, b -> text.append((char) (b & 0xff))) ? text.toString() : null;
  }

  private static @Nullable String target(HashKey key, String target) {
    return key(key, HeadPick.of("GET " + target, "Host: h"));
  }

  private static @Nullable String field(HashKey key, String... fields) {
    String[] all = new String[fields.length + 1];
    all[0] = "Host: h";
    System.arraycopy(fields, 0, all, 1, fields.length);
    return key(key, HeadPick.of("GET /", all));
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b/c?q=/d, /a/b/c, /a/b/c?q=/d, /a",
    "/, /, /, /",
    "/?, /, /?, /",
    "/a//b, /a//b, /a//b, /a",
    "//a, //a, //a, /",
    "http://h/a/b?q, http://h/a/b, http://h/a/b?q, http:/",
  })
  void a_uri_is_as_received(String target, String plain, String whole, String depth1) {
    assertThat(target(HttpKeys.uri(), target)).isEqualTo(plain);
    assertThat(target(HttpKeys.uri().whole(), target)).isEqualTo(whole);
    assertThat(target(HttpKeys.uri().depth(1), target)).isEqualTo(depth1);
  }

  @Test
  void a_uri_may_be_cut() {
    assertThat(target(HttpKeys.uri().depth(2), "/a/b/c")).isEqualTo("/a/b");
    assertThat(target(HttpKeys.uri().length(4), "/a/b/c")).isEqualTo("/a/b");
    assertThat(target(HttpKeys.uri().length(99), "/a/b/c")).isEqualTo("/a/b/c");
    assertThat(target(HttpKeys.uri().length(4).depth(1), "/a/b/c")).isEqualTo("/a");
    assertThat(target(HttpKeys.uri().whole().length(6), "/a?b=cde")).isEqualTo("/a?b=c");
  }

  @Test
  void a_path_goes_without_what_stands_before_it() {
    assertThat(target(HttpKeys.uri().pathOnly(), "http://h/a/b?q")).isEqualTo("/a/b");
    assertThat(target(HttpKeys.uri().pathOnly(), "http://h?q")).isEqualTo("/");
    assertThat(target(HttpKeys.uri().pathOnly().whole(), "http://h/a?q")).isEqualTo("/a?q");
    assertThat(target(HttpKeys.uri().pathOnly().depth(1), "http://h/a/b")).isEqualTo("/a");
    assertThat(target(HttpKeys.uri().pathOnly(), "/a/b?q")).isEqualTo("/a/b");
    assertThat(key(HttpKeys.uri(), HeadPick.of("OPTIONS *", "Host: h"))).isEqualTo("*");
  }

  @Test
  void a_very_long_uri_counts_by_its_beginning() {
    assertThat(target(HttpKeys.uri(), "/" + "a".repeat(40_000))).hasSize(16_384);
  }

  @Test
  void a_query_parameter_is_taken_as_it_stands() {
    HashKey user = HttpKeys.queryParameter("user");

    assertThat(target(user, "/?a=1&user=J%20D&user=x")).isEqualTo("J%20D");
    assertThat(target(user, "/?user=a=b")).isEqualTo("a=b");
    assertThat(target(user, "http://h?user=7")).isEqualTo("7");
    assertThat(target(user, "/?user=")).isEmpty();
    assertThat(target(user, "/?user=&a=b")).isEmpty();
    for (String without : List.of(
        "/",
        "/?",
        "/?user",
        "/?users=1",
        "/?auser=1",
        "/?User=1",
        "/user=1",
        "/?a&&b",
        "/?us",
        "/?a=user=1")) {
      assertThat(target(user, without)).as(without).isNull();
    }
    assertThat(target(user, "/?b=?user=1")).isNull();
  }

  @Test
  void of_a_field_the_first_element_counts() {
    HeaderKey key = HttpKeys.header("x-user");

    assertThat(field(key, "X-User:  ann ", "X-User: bob")).isEqualTo("ann");
    assertThat(field(key, "X-User: ann , bob")).isEqualTo("ann");
    assertThat(field(key, "X-User: \"ann, \\\", bob\", eve")).isEqualTo("\"ann, \\\", bob\"");
    assertThat(field(key.whole(), "X-User: ann , bob")).isEqualTo("ann , bob");
    assertThat(field(key, "X-User:")).isNull();
    assertThat(field(key.whole(), "X-User: ")).isNull();
    assertThat(field(key, "X-Users: ann")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "www.example.com, example",
    "example.com, example",
    "example, example",
    "www.example.com:8080, example",
    "a.b.c.d.e, d",
    "10.0.0.1, 0",
    "www..com, www.",
    ".com, .com",
  })
  void a_domain_is_what_stands_before_the_last_dot(String host, String domain) {
    HeadPick pick = HeadPick.of("GET /", "Host: " + host);

    assertThat(key(HttpKeys.header("Host").domainOnly(), pick)).isEqualTo(domain);
  }

  @Test
  void a_cookie_is_found_among_others() {
    HashKey sid = HttpKeys.cookie("sid");

    assertThat(field(sid, "Cookie: a=b; sid=1; sid=2")).isEqualTo("1");
    assertThat(field(sid, "Cookie: sid = 1 ;a=b")).isEqualTo("1");
    assertThat(field(sid, "Cookie: a=b", "cookie: sid=a=b")).isEqualTo("a=b");
    assertThat(field(sid, "Cookie: a=\"; sid=1\"; sid=\"2;,\"")).isEqualTo("\"2;,\"");
    assertThat(field(sid, "Cookie: a=\"\\\"; sid=1\"; sid=2")).isEqualTo("2");
    assertThat(field(sid, "Cookie: a,sid=1")).isEqualTo("1");
    for (String without :
        List.of("", "sid", "sid=", "a=sid=1", "SID=1", "xsid=1", "sidx=1", ";;", "a=\"; sid=1")) {
      assertThat(field(sid, "Cookie: " + without)).as(without).isNull();
    }
    assertThat(field(sid, "Set-Cookie: sid=1")).isNull();
  }

  @Test
  void a_host_is_a_name_and_an_authority_is_as_received() {
    HeadPick mixed = HeadPick.of("GET /", "Host: WWW.Example.com:80");
    HeadPick absolute = HeadPick.of("GET http://[2001:DB8::1]:80/", "Host: other");
    HeadPick empty = HeadPick.of("GET /", "Host:");

    assertThat(key(HttpKeys.host(), mixed)).isEqualTo("www.example.com");
    assertThat(key(HttpKeys.authority(), mixed)).isEqualTo("WWW.Example.com:80");
    assertThat(key(HttpKeys.host(), absolute)).isEqualTo("[2001:db8::1]");
    assertThat(key(HttpKeys.authority(), absolute)).isEqualTo("[2001:DB8::1]:80");
    assertThat(key(HttpKeys.host(), HeadPick.of("GET /", "Host: a.b.:80"))).isEqualTo("a.b");
    assertThat(key(HttpKeys.host(), HeadPick.of("GET /", "Host: a.b."))).isEqualTo("a.b");
    assertThat(key(HttpKeys.authority(), HeadPick.of("GET /", "Host: a.b.:80")))
        .isEqualTo("a.b.:80");
    assertThat(key(HttpKeys.host(), empty)).isNull();
    assertThat(key(HttpKeys.authority(), empty)).isNull();
  }

  @Test
  void without_http_there_is_no_key() {
    for (HashKey key : all()) {
      assertThat(key(key, new HeadPick(null))).as(key.toString()).isNull();
    }
  }

  @Test
  void keys_allocate_nothing() {
    HeadPick pick = HeadPick.of(
        "GET http://www.example.com:80/a/b?c=d&user=ann",
        "Host: www.example.com",
        "X-User: ann, bob",
        "Cookie: a=b; sid=1");
    KeySink sink = b -> {};
    for (HashKey key : all()) {
      long bytes = Allocations.leastBytes(() -> {
        for (int i = 0; i < 10_000; i++) {
          assertWritten(key.write(pick, sink));
        }
      });
      assertThat(bytes).as(key.toString()).isZero();
    }
  }

  private static void assertWritten(boolean written) {
    if (!written) {
      throw new AssertionError("no key");
    }
  }

  private static List<HashKey> all() {
    return List.of(
        HttpKeys.uri(),
        HttpKeys.uri().length(3).depth(1).whole().pathOnly(),
        HttpKeys.queryParameter("user"),
        HttpKeys.header("x-user"),
        HttpKeys.header("host").domainOnly(),
        HttpKeys.header("x-user").whole(),
        HttpKeys.cookie("sid"),
        HttpKeys.host(),
        HttpKeys.authority());
  }

  @Test
  void every_kind_of_key_is_tested() {
    assertThat(Arrays.stream(HttpKeys.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName))
        .isNotEmpty()
        .allSatisfy(
            name -> assertThat(all()).anyMatch(key -> key.toString().startsWith(name + "(")));
  }

  @Test
  void keys_tell_what_they_are() {
    assertThat(all())
        .extracting(Object::toString)
        .containsExactly(
            "uri()",
            "uri().length(3).depth(1).whole().pathOnly()",
            "queryParameter(user)",
            "header(x-user)",
            "header(host).domainOnly()",
            "header(x-user).whole()",
            "cookie(sid)",
            "host()",
            "authority()");
    assertThat(all()).isEqualTo(all()).doesNotHaveDuplicates();
    assertThat(HttpKeys.header("X-A")).isEqualTo(HttpKeys.header("x-a"));
    assertThat(HttpKeys.header("X-A")).hasSameHashCodeAs(HttpKeys.header("x-a"));
  }

  @Test
  void what_is_not_allowed_is_refused_with_field_and_value() {
    refused(() -> HttpKeys.uri().length(0), "length: 0 (expected: 1..16384)");
    refused(() -> HttpKeys.uri().depth(-1), "depth: -1 (expected: 1..1000)");
    refused(
        () -> HttpKeys.queryParameter("a=b"),
        "queryParameter: 'a=b' (expected: 1 to 128 characters as in a URI, without & = #)");
    refused(
        () -> HttpKeys.header("a b"),
        "header: 'a b' (expected: 1 to 128 characters of an HTTP token)");
    refused(
        () -> HttpKeys.cookie(""), "cookie: '' (expected: 1 to 128 characters of an HTTP token)");
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
