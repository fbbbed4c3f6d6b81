package dev.fairlead.acceptance;

import java.util.List;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.extensions.IExtension;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;

/**
 * What one end of the library Java-WebSocket offers and accepts. It tells the end's inbox of a closing frame
 * as it comes: the library tells of the end of the connection, which may overtake the frame that is still in
 * its queue.
 */
final class JavaWebSocketDraft extends Draft_6455 {
  private final boolean compressed;

  JavaWebSocketDraft(boolean compressed) {
    super(extensions(compressed));
    this.compressed = compressed;
  }

  private static List<IExtension> extensions(boolean compressed) {
    return compressed ? List.of(new PerMessageDeflateExtension()) : List.of();
  }

  @Override
  public void processFrame(WebSocketImpl socket, Framedata frame) throws InvalidDataException {
    JavaWebSocket end = socket.getAttachment();
    if (end != null && frame.getOpcode() == Opcode.CLOSING && frame instanceof CloseFrame close) {
      end.inbox().closed(close.getCloseCode(), close.getMessage());
    }
    super.processFrame(socket, frame);
  }

  @Override
  public Draft copyInstance() {
    return new JavaWebSocketDraft(compressed);
  }
}
