package dev.fairlead.health;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.channel.local.LocalAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A question that blocks is asked elsewhere; virtual time goes on beside it. */
class BlockingProbeTest {
  private final VirtualNetwork net = VirtualNetwork.create();
  private final FakeServer server = new FakeServer(net.loop(0), new LocalAddress("s1"));
  private final ExecutorService pool = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() throws InterruptedException {
    net.close();
    pool.shutdownNow();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private CheckLoop watch(Probe probe) {
    CheckLoop loop = new CheckLoop(
        server, probe, Rhythm.DEFAULT.every(ofSeconds(1)), Endpoint.OF_SERVER, Observation.NONE);
    loop.start();
    return loop;
  }

  private void heard(int results) {
    Await.until(ofSeconds(10), () -> {
      net.run();
      return server.checked.size() == results;
    });
  }

  @Test
  void its_verdict_is_heard() {
    CheckLoop loop = watch(Probes.blocking(pool, target -> Verdict.pass(target.name())));
    heard(1);
    loop.close();
    assertThat(server.checked).containsExactly("L7OK: s1");
  }

  @Test
  void what_it_throws_is_the_text_of_a_failed_check_and_no_bug() {
    CheckLoop loop = watch(Probes.blocking(pool, target -> {
      throw new IllegalStateException("no replica");
    }));
    heard(1);
    loop.close();
    assertThat(server.checked).containsExactly("L7RSP: IllegalStateException: no replica");
    assertThat(server.bugs).isEmpty();
  }

  @Test
  void a_hung_one_is_interrupted_when_its_time_is_over() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    CheckLoop loop = watch(Probes.blocking(pool, target -> {
      begun.countDown();
      try {
        return new CountDownLatch(1).await(1, TimeUnit.HOURS) ? Verdict.pass("") : Verdict.fail("");
      } catch (InterruptedException e) {
        interrupted.set(true);
        throw new IllegalStateException(e);
      }
    }));
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    net.advance(ofSeconds(1));
    loop.close();
    assertThat(server.checked).containsExactly("L7TOUT: no verdict");
    Await.until(ofSeconds(10), interrupted::get);
  }

  @Test
  void one_that_found_no_thread_in_time_is_not_asked_afterwards() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    pool.execute(() -> {
      try {
        busy.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    AtomicInteger asked = new AtomicInteger();
    CheckLoop loop = watch(Probes.blocking(pool, target -> {
      asked.incrementAndGet();
      return Verdict.pass("");
    }));
    net.advance(ofSeconds(1));
    loop.close();
    busy.countDown();
    pool.submit(() -> {}).get(10, TimeUnit.SECONDS);
    assertThat(asked).hasValue(0);
    assertThat(server.checked).containsExactly("L7TOUT: no verdict");
  }

  @Test
  void an_executor_that_takes_no_more_work_costs_one_check() {
    pool.shutdown();
    CheckLoop loop = watch(Probes.blocking(pool, target -> Verdict.pass("")));
    loop.close();
    assertThat(server.checked).hasSize(1);
    assertThat(server.checked.get(0)).startsWith("L7STS: the executor took no more work");
  }
}
