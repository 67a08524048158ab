"""The other side of the wire: the vendors' double on this machine. It shares no parser with the client."""
