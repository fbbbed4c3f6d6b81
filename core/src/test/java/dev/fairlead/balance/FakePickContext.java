package dev.fairlead.balance;

import dev.fairlead.spi.AddressBytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A request whose every property a test sets. Chance comes from the seed. Not thread-safe. */
public final class FakePickContext implements PickContext {
  private final SplittableRandom random;
  private final Set<Integer> tried = new HashSet<>();
  private AddressBytes client;
  private @Nullable AddressBytes destination;
  private long nanoTime;
  private @Nullable Object request;

  /**
   * A request that has tried nobody, from a client that follows from the seed, at time 0.
   *
   * @param seed the same seed gives the same request and the same chance
   */
  public FakePickContext(long seed) {
    random = new SplittableRandom(seed);
    client = new AddressBytes(randomClient());
  }

  /**
   * The same request again, from another client, with nobody tried: cheap, for many picks.
   *
   * @return this
   */
  public FakePickContext next() {
    tried.clear();
    client = new AddressBytes(randomClient());
    return this;
  }

  /**
   * Sets the client.
   *
   * @param address its address
   * @return this
   */
  public FakePickContext from(SocketAddress address) {
    client = new AddressBytes(address);
    return this;
  }

  /**
   * Sets where the client connected to; nobody knows otherwise.
   *
   * @param address the frontend's address
   * @return this
   */
  public FakePickContext to(SocketAddress address) {
    destination = new AddressBytes(address);
    return this;
  }

  /**
   * Sets who has failed already.
   *
   * @param candidates all of them
   * @return this
   */
  public FakePickContext havingTried(List<Candidate> candidates) {
    tried.clear();
    candidates.forEach(c -> tried.add(c.id()));
    return this;
  }

  /**
   * Sets the ticker's reading.
   *
   * @param nanos the reading
   * @return this
   */
  public FakePickContext at(long nanos) {
    nanoTime = nanos;
    return this;
  }

  /**
   * Sets the protocol's view of the request.
   *
   * @param view for example a {@code RequestInfo}
   * @return this
   */
  public FakePickContext with(Object view) {
    request = view;
    return this;
  }

  @Override
  public SocketAddress client() {
    return client.address();
  }

  @Override
  public void writeClient(KeySink sink) {
    client.write(sink);
  }

  @Override
  public @Nullable SocketAddress destination() {
    return destination == null ? null : destination.address();
  }

  @Override
  public void writeDestination(KeySink sink) {
    if (destination != null) {
      destination.write(sink);
    }
  }

  @Override
  public boolean tried(Candidate candidate) {
    return !tried.isEmpty() && tried.contains(candidate.id()); // an id in a box is not for nothing
  }

  @Override
  public long nanoTime() {
    return nanoTime;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public <T> @Nullable T request(Class<T> type) {
    return type.isInstance(request) ? type.cast(request) : null;
  }

  private SocketAddress randomClient() {
    byte[] address = {10, (byte) random.nextInt(), (byte) random.nextInt(), (byte) random.nextInt()
    };
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), 40_000);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
