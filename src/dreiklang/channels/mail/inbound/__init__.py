"""Mail coming in: its bytes are kept first, then understood (`parsing`), then shown to the gate."""
