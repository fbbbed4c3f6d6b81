package dev.fairlead.internal.control;

import dev.fairlead.event.Event;
import dev.fairlead.event.EventLog;
import java.util.List;
import java.util.function.Consumer;

/** Tells events to the log and to whoever asked for their kind. A listener that throws harms no other. */
public final class Announcer {
  private static final System.Logger LOG = System.getLogger("dev.fairlead.events");

  private final EventLog log = new EventLog();
  private final List<Subscription<?>> subscriptions;
  private final boolean trafficWanted;

  /** A listener, and the events that it wants. */
  public record Subscription<E extends Event>(Class<E> type, Consumer<? super E> listener) {
    void tell(Event event) {
      if (type.isInstance(event)) {
        listener.accept(type.cast(event));
      }
    }
  }

  public Announcer(List<Subscription<?>> subscriptions) {
    this.subscriptions = List.copyOf(subscriptions);
    this.trafficWanted = subscriptions.stream()
        .map(Subscription::type)
        .anyMatch(t ->
            Event.Traffic.class.isAssignableFrom(t) || t.isAssignableFrom(Event.Traffic.class));
  }

  /** Whether traffic events need to be built at all. */
  boolean trafficWanted() {
    return trafficWanted || EventLog.ACCESS.isLoggable(System.Logger.Level.DEBUG);
  }

  void tell(Event event) {
    try {
      log.accept(event);
    } catch (Throwable e) {
      LOG.log(System.Logger.Level.ERROR, "the event log failed", e);
    }
    for (Subscription<?> subscription : subscriptions) {
      try {
        subscription.tell(event);
      } catch (Throwable e) {
        String name = subscription.listener().getClass().getName();
        LOG.log(System.Logger.Level.ERROR, "listener " + name + " failed on " + event, e);
        if (!(event instanceof Event.ComponentFailed)) {
          tell(new Event.ComponentFailed("listener", name, event.getClass().getSimpleName(), e));
        }
      }
    }
  }

  void failed(String role, Object component, String where, Throwable failure) {
    tell(new Event.ComponentFailed(role, component.getClass().getName(), where, failure));
  }
}
