package dev.fairlead.internal.control;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Outcome;
import dev.fairlead.balance.PickContext;
import dev.fairlead.balance.Picker;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws a priority level for each request, and leaves the rest to that level's strategy. A level that has
 * no usable server, since all of them are full or have failed for this request, leaves it to the others,
 * in their order.
 */
final class Spillover implements Picker {
  private final Part[] parts;

  /** Up to which number of a hundred, drawn at random, a level is chosen. */
  private final int[] upTo;

  /** The place of the level that gets all, or -1: then nothing needs to be drawn. */
  private final int only;

  /** The place of a server's level, by its index. */
  private final int[] places;

  /** A level that has eligible servers, and all of its servers. */
  record Part(int load, Picker picker, List<Candidate> servers, List<Candidate> all) {}

  private Spillover(Part[] parts, int[] upTo, int only, int[] places) {
    this.parts = parts;
    this.upTo = upTo;
    this.only = only;
    this.places = places;
  }

  /** Levels of which at least one has a load. */
  static Spillover of(List<Part> levels) {
    Part[] parts = levels.toArray(Part[]::new);
    int[] upTo = new int[parts.length];
    int only = -1;
    int sum = 0;
    int most = 0;
    for (int i = 0; i < parts.length; i++) {
      sum += parts[i].load();
      upTo[i] = sum;
      only = parts[i].load() == 100 ? i : only;
      most = parts[i].all().stream().mapToInt(Candidate::index).reduce(most, Math::max);
    }
    int[] places = new int[most + 1];
    Arrays.fill(places, -1);
    for (int i = 0; i < parts.length; i++) {
      for (Candidate server : parts[i].all()) {
        places[server.index()] = i;
      }
    }
    return new Spillover(parts, upTo, only, places);
  }

  @Override
  public @Nullable Candidate pick(PickContext request) {
    int drawn = only >= 0 ? only : draw(request);
    Candidate picked = parts[drawn].picker().pick(request);
    if (picked != null && request.usable(picked)) {
      return picked;
    }
    Candidate usable = usable(parts[drawn].servers(), request);
    if (usable != null) {
      return picked != null ? picked : usable; // who insists on a full server waits for it
    }
    for (int i = 0; i < parts.length; i++) {
      Candidate other = i == drawn ? null : usable(parts[i].servers(), request);
      if (other != null) {
        Candidate better = parts[i].picker().pick(request);
        return better != null && request.usable(better) ? better : other;
      }
    }
    return picked;
  }

  private int draw(PickContext request) {
    int number = request.random().nextInt(100);
    int place = 0;
    while (place < upTo.length - 1 && number >= upTo[place]) {
      place++;
    }
    return place;
  }

  private static @Nullable Candidate usable(List<Candidate> servers, PickContext request) {
    int size = servers.size();
    int start = request.random().nextInt(size);
    for (int i = 0; i < size; i++) {
      Candidate server = servers.get((start + i) % size);
      if (request.usable(server)) {
        return server;
      }
    }
    return null;
  }

  @Override
  public void completed(Candidate server, Outcome outcome) {
    int place = server.index() < places.length ? places[server.index()] : -1;
    if (place >= 0) {
      parts[place].picker().completed(server, outcome);
    }
  }
}
